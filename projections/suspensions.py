"""The suspensions of all cases: in force, ending soon, past their end, carried out or not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from events.case_parts import Suspension
from events.errors import InvalidValue
from events.instants import format_instant
from projections.case_store import SQL, read_part
from projections.cases import CaseSuspension, suspension_at
from projections.obligations import DUE_SOON_WITHIN
from projections.rows import Row

if TYPE_CHECKING:
    import sqlite3

_NEVER = "9999"
_SEPARATOR = "~"


class SuspensionState(StrEnum):
    """Which suspensions are wanted. One may be in several states."""

    AWAITING = "awaiting"
    """Somebody has yet to carry it out."""
    IN_FORCE = "in_force"
    """Somebody has carried it out, and its own end has not come."""
    EXPIRING = "expiring"
    """It ends by itself within `DUE_SOON_WITHIN`."""
    PAST_END = "past_end"
    """Its own end has come, and nobody has lifted it."""


@dataclass(frozen=True)
class SuspensionLine(Row):
    """One suspension ordered or carried out and not lifted, with its case and the document that began it.

    `event_type`, `docnumber`, `docsymbol` and `signed_at` are None where this agency does not hold that document.
    """

    case_id: str
    title: str | None
    suspension: CaseSuspension
    event_type: str | None
    docnumber: str | None
    docsymbol: str | None
    signed_at: datetime | None

    @property
    def mark(self) -> str:
        """This row's place in the list: what `after` takes to go on behind it."""
        ends = self.suspension.ends_at
        return _SEPARATOR.join((format_instant(ends) if ends else _NEVER, self.case_id, self.suspension.event_id))


def suspensions(
    cursor: sqlite3.Cursor, *, state: SuspensionState | None, now: datetime, after: str | None, limit: int
) -> tuple[SuspensionLine, ...]:
    """The suspensions of all cases, the soonest end first, then those without one.

    Raises `InvalidValue` for a mark that no row has.
    """
    end, case_id, member = ("", "", "") if after is None else _read_mark(after)
    moment, soon = format_instant(now), format_instant(now + DUE_SOON_WITHIN)
    running = {SuspensionState.IN_FORCE, SuspensionState.EXPIRING}
    before: dict[SuspensionState | None, str] = {SuspensionState.EXPIRING: soon, SuspensionState.PAST_END: moment}
    values = {
        "end": end,
        "case_id": case_id,
        "member": member,
        "ends_from": max(end, moment if state in running else ""),
        "ends_before": before.get(state, "99999"),
        "awaiting": state is SuspensionState.AWAITING,
        "executed": state is SuspensionState.IN_FORCE,
        "limit": limit,
    }
    return tuple(_line(row, now) for row in cursor.execute(SQL["suspensions"], values).fetchall())


def _line(row: sqlite3.Row, now: datetime) -> SuspensionLine:
    held = read_part("suspensions", row["member"], json.loads(row["value"]))
    if not isinstance(held, Suspension):
        raise TypeError(f"the part {row['member']} of case {row['case_id']} is no suspension")
    return SuspensionLine.from_columns(row, suspension=suspension_at(row["member"], held, now))


def _read_mark(mark: str) -> list[str]:
    parts = mark.split(_SEPARATOR)
    if len(parts) != 3:
        raise InvalidValue(f"{mark[:60]!r} is no place in the list of suspensions; begin at its first page")
    return parts
