from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from projections.views import Views
from tests.unit.projections.town import Town, roles_of

ViewsOf = Callable[[str], Views]


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def views_of(town: Town, tmp_path: Path) -> Iterator[ViewsOf]:
    """The views of one of the town's agencies, caught up with its record at every call."""
    with ExitStack() as stack:
        opened: dict[str, Views] = {}

        def views(agency: str) -> Views:
            if agency not in opened:
                opened[agency] = stack.enter_context(Views(tmp_path / f"{agency}.sqlite", roles_of=roles_of))
            opened[agency].apply(town.records[agency], agency)
            return opened[agency]

        yield views
