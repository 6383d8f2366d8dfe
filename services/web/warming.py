"""What the first page would wait for, done before anybody asks: templates compiled, working days known."""

from __future__ import annotations

from datetime import timedelta

from events.instants import vietnam_date
from services.agency.clock import system_now
from services.reports.public_holidays import calendar_around
from services.web.rendering import compile_templates

_YEAR = timedelta(days=365)


def warm() -> None:
    """Half a second of work, once a process. Blocks."""
    compile_templates()
    today = vietnam_date(system_now())
    # Times that ran out last year are counted from there.
    for day in (today, today - _YEAR):
        calendar_around(day)
