"""Reports that were not sent, as far as envelopes tell.

Which period a report is for stands in its content, which the auditor does not see. So it is judged by when it was
signed: what is sent while a duty shows is for that one; what is sent later is for the oldest that is still open, else
for the one that comes next. The clause that the envelope cites and its recipient have to be those of the duty.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from events.calendar.falling_due import FallingDue
from projections.deliveries_state import of_moment
from projections.deliveries_told import QUESTIONS, code
from projections.rows import Row

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True)
class Act(Row):
    """A document by which a duty of the calendar may have been done, and one whom it told."""

    event_id: str
    event_type: str
    sender: str
    recipient: str
    clause: str | None
    signed_at: datetime


@dataclass(frozen=True)
class Unsent:
    """A duty of the calendar that was due and not done, as far as envelopes tell."""

    duty: FallingDue

    def overdue_seconds(self, at: datetime) -> int:
        """How long it is overdue at a moment."""
        return 0 if self.duty.due is None else int((at - self.duty.due).total_seconds())


def unsent(
    cursor: sqlite3.Cursor, duties: Iterable[FallingDue], heirs: Mapping[str, str], at: datetime
) -> tuple[Unsent, ...]:
    """The duties with a due day that were over at a moment and not done by then, the soonest due first."""
    wanted = [duty for duty in duties if duty.due is not None and duty.period is not None and duty.owed_since <= at]
    types = [code(cursor, "event_type", kind) for kind in sorted({duty.duty.event for duty in wanted})]
    rows = cursor.execute(QUESTIONS["acts"], {"event_types": json.dumps(types), "at": of_moment(at)}).fetchall()
    return not_done(wanted, Act.from_rows(rows), heirs, at)


def not_done(
    duties: Iterable[FallingDue], acts: Sequence[Act], heirs: Mapping[str, str], at: datetime
) -> tuple[Unsent, ...]:
    """Of these duties the overdue ones that no act has done. `acts` are in the order in which they were signed."""
    missing: list[FallingDue] = []
    ordered = sorted(duties, key=lambda duty: (_line(duty), duty.owed_since))
    for _, line in groupby(ordered, key=_line):
        periods = list(line)
        missing += _open(periods, _of_duty(periods[0], acts, heirs))
    overdue = [duty for duty in missing if duty.due is not None and duty.due < at]
    return tuple(Unsent(duty) for duty in sorted(overdue, key=lambda duty: (duty.due, duty.key, duty.debtor)))


def _line(duty: FallingDue) -> tuple[str, str, str, str]:
    return (duty.duty.clause, duty.duty.kind, duty.debtor, duty.creditor)


def _of_duty(duty: FallingDue, acts: Sequence[Act], heirs: Mapping[str, str]) -> list[datetime]:
    """When acts were signed that do a duty of this line, each document once."""
    found = {}
    for act in acts:
        by = duty.debtor in {act.sender, heirs.get(act.sender)} or heirs.get(duty.debtor) == act.sender
        to = duty.duty.shown_to_debtor_alone or duty.creditor in {act.recipient, heirs.get(act.recipient)}
        if by and to and act.event_type == duty.duty.event and act.clause == duty.duty.clause:
            found[act.event_id] = act.signed_at
    return sorted(found.values())


def _open(periods: list[FallingDue], signed: list[datetime]) -> list[FallingDue]:
    done: set[int] = set()
    left = []
    for moment in signed:
        shown = next((n for n, duty in enumerate(periods) if _shows(duty, moment) and n not in done), None)
        if shown is None:
            left.append(moment)
        else:
            done.add(shown)
    for moment in left:
        late = next((n for n, duty in enumerate(periods) if n not in done and _is_past(duty, moment)), None)
        early = next((n for n, duty in enumerate(periods) if n not in done and not _is_past(duty, moment)), None)
        settled = late if late is not None else early
        if settled is not None:
            done.add(settled)
    return [duty for n, duty in enumerate(periods) if n not in done]


def _shows(duty: FallingDue, moment: datetime) -> bool:
    return duty.due is not None and duty.owed_since <= moment <= duty.due


def _is_past(duty: FallingDue, moment: datetime) -> bool:
    return duty.due is not None and duty.due < moment
