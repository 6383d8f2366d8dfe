"""Reminders: a local entry `ReminderRaised` before something that is owed falls due, and when it is overdue.

Which stages there are is data. What is due when is arithmetic over the obligations view and `now`; that a stage was
raised is noted in the commit that raises it, so each obligation is reminded of once a stage, whatever restarts between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from events.instants import format_instant
from projections.obligations import Obligation, ObligationKind
from services.agency.record_transaction import RecordTransaction
from services.identity.directory_folder import DirectoryFolder
from services.reports.duties import calendar_duties

if TYPE_CHECKING:
    from services.agency.service import AgencyService

EVERY_SECONDS = 30.0
_POLICY = "reminder"


@dataclass(frozen=True)
class Stage:
    """A moment to remind at: `before` the due time; zero or less is the due time itself or after."""

    name: str
    before: timedelta


STAGES = (
    Stage("day_before", timedelta(hours=24)),
    Stage("hour_before", timedelta(hours=1)),
    Stage("overdue", timedelta()),
)
"""From the earliest to the last."""


@dataclass(frozen=True)
class Reminder:
    """One reminder to raise."""

    obligation: Obligation
    stage: str

    @property
    def key(self) -> str:
        """Names obligation and stage; with the event's id it is unique."""
        owed = self.obligation
        return f"{_POLICY}/{self.stage}/{owed.kind}/{owed.debtor}/{owed.creditor}"


def reminders_due(
    obligations: Iterable[Obligation], now: datetime, me: str, stages: tuple[Stage, ...] = STAGES
) -> tuple[Reminder, ...]:
    """The newest stage reached of every open obligation that `me` owes; of those owed to `me` only when overdue.

    A missing receipt is no reminder for people: the service sends again by itself.
    """
    found = []
    for owed in obligations:
        if owed.due is None or owed.settled_at is not None or owed.kind is ObligationKind.RECEIPT:
            continue
        # A stage that lies before the obligation itself was never a reminder: a request due in an hour has no day.
        reached = [s for s in stages if owed.owed_since < owed.due - s.before <= now]
        if reached and (owed.debtor == me or (owed.creditor == me and now >= owed.due)):
            found.append(Reminder(owed, reached[-1].name))
    return tuple(found)


async def run_reminders(
    service: AgencyService, *, stages: tuple[Stage, ...] = STAGES, every_seconds: float = EVERY_SECONDS
) -> None:
    """Raise reminders of one running agency until cancelled."""
    raised: set[tuple[str, str]] = set()
    directories = DirectoryFolder.of(service.folder.root)
    while True:
        now = service.now()
        obligations = await asyncio.to_thread(_owed, service, directories, now)
        for reminder in reminders_due(obligations, now, service.agency, stages):
            # Remembered, so that what stays overdue costs no transaction each time.
            if (known := (reminder.key, reminder.obligation.event_id)) not in raised:
                await service.writer.run(partial(raise_reminder, reminder, now))
                raised.add(known)
        await asyncio.sleep(every_seconds)


def _owed(service: AgencyService, directories: DirectoryFolder, now: datetime) -> tuple[Obligation, ...]:
    duties = calendar_duties(directories.chain(), now)
    return service.views.obligations(now=now, receipts_limit=0, calendar=duties, me=service.agency)


def raise_reminder(reminder: Reminder, now: datetime, transaction: RecordTransaction) -> None:
    """Note a reminder in the record, unless this stage of this obligation was noted before."""
    owed = reminder.obligation
    if transaction.has_reacted(reminder.key, owed.event_id):
        return
    about = {
        "stage": reminder.stage,
        "obligation": owed.kind.value,
        "debtor": owed.debtor,
        "creditor": owed.creditor,
        "due": format_instant(owed.due) if owed.due else "",
        "case": owed.case_id or "",
    }
    transaction.append_local("ReminderRaised", owed.event_id, about, now)
    transaction.note_reaction(reminder.key, owed.event_id)
