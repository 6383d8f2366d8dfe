"""What falls due by the calendar for the agencies of a directory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from events.calendar.falling_due import FallingDue, falling_due
from events.directory import Directory


def calendar_duties(chain: Sequence[Directory], until: datetime) -> tuple[FallingDue, ...]:
    """The duties that show by `until`, from when the network's first directory was issued.

    `chain` is every version of the directory from 1 on. What was due before there was a network was reported on
    paper, and is not asked for here.
    """
    newest = chain[-1]
    return falling_due(newest.regulation, newest, since=chain[0].issued_at, until=until)
