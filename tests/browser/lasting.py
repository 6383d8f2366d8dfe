"""What lasts as long as tests of this folder run: started by the first test that wants it, stopped after the last.

A fixture of the session would go on beside all the tests that follow in the same worker. The browser must not: while
Playwright's synchronous interface is open, no other event loop can run in its thread.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TypeVar

import pytest

_T = TypeVar("_T")
_FOLDER = Path(__file__).parent


def lasting(request: pytest.FixtureRequest, key: pytest.StashKey[_T], made: AbstractContextManager[_T]) -> _T:
    """What `made` gives: entered once, left when the worker has run its tests of this folder."""
    folder = next(node for node in request.node.iter_parents() if isinstance(node, pytest.Dir) and node.path == _FOLDER)
    if key in folder.stash:
        return folder.stash[key]
    with ExitStack() as stack:
        value = folder.stash[key] = stack.enter_context(made)
        stack.callback(folder.stash.__delitem__, key)
        folder.addfinalizer(stack.pop_all().close)
    return value
