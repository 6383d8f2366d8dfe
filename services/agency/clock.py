"""The one clock of a process: asked at the edge, handed inward as `now`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the current instant, aware."""


def system_now() -> datetime:
    """This machine's clock."""
    return datetime.now(UTC)
