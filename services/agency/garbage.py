"""Garbage collection for a process that handles events all day.

Loaded code and rule tables live as long as the process, and events hold no cycles: looking through them again and
again costs a tenth of the processor. What is loaded is set aside, and collections come less often.
"""

from __future__ import annotations

import gc

_YOUNG_OBJECTS = 50_000


def collect_rarely() -> None:
    """Set aside what is loaded now and let collections wait longer. Called once, when all is imported."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 20, 50)
