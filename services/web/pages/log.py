"""The transparency log as this agency's witness sees it: what it verified and cosigned, what it misses, alarms."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.audit.log_keys import usable_keys
from events.record_entry import RecordEntry
from services.accounts.account import Power
from services.agency.record import Record
from services.web.entry import needs
from services.web.house import House
from services.web.rendering import render
from services.witness.alarms import alarm_content
from services.witness.notebook import ADDRESS, OWN_CURSOR, Alarm, Notebook, Proof, Seen

SHOWN = 100
"""Alarms on the page, the newest first; behind them those older ones that stand."""


@dataclass(frozen=True)
class _AlarmLine:
    """An alarm with what its message says."""

    alarm: Alarm
    raised_at: datetime
    explanation: str
    blocks: bool


@dataclass(frozen=True)
class _LogView:
    """What the witness has noted. `behind` entries of the record were not looked for in the log yet.

    `resting`: the service's key was revoked or has expired, so it cosigns no more.
    """

    address: str | None
    seen: Seen | None
    refusing: bool
    resting: bool
    waiting: int
    missing: int
    misstated: int
    behind: int
    heard: list[tuple[str, int, str]]
    alarms: list[_AlarmLine]
    standing: int


@needs(Power.SEE)
async def log(request: Request) -> Response:
    """What the witness knows of the log now."""
    house: House = request.state.house
    found = await asyncio.to_thread(_look, house)
    return render(request, "log.html", {"log": found})


def _look(house: House) -> _LogView:
    record, me = house.service.record, house.agency
    notebook = Notebook.of(record)
    waiting, missing, misstated = notebook.awaited_counts()
    stand, newest = notebook.open_alarms(), notebook.alarms(SHOWN)
    older = [alarm for alarm in reversed(stand) if alarm not in newest]
    return _LogView(
        address=notebook.noted(ADDRESS) or None,
        seen=notebook.seen(),
        refusing=notebook.blocked(me),
        resting=not usable_keys(house.service.context.directory, me, house.service.now()),
        waiting=waiting,
        missing=missing,
        misstated=misstated,
        behind=max(0, record.last_position - record.cursor_position(OWN_CURSOR)),
        heard=notebook.heard(),
        alarms=[_line(record, alarm, me) for alarm in (*newest, *older)],
        standing=sum(alarm.proof is not Proof.REFUTED for alarm in stand),
    )


def _line(record: Record, alarm: Alarm, me: str) -> _AlarmLine:
    entry = record.entry_at(alarm.position)
    if not isinstance(entry, RecordEntry):
        raise TypeError(f"entry {alarm.position} of the record is no alarm")
    return _AlarmLine(alarm, entry.event.envelope.time, alarm_content(entry).explanation, alarm.blocks(me))


ROUTES = [Route("/log", log, methods=["GET"])]
