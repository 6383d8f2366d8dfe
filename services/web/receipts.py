"""What became of an event at each recipient, as its page shows it, and whether that has changed since it was shown.

The page's state is one letter a recipient, in the order of their ids: what a reader has seen is held against what is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from events.record_entry import EntryKind, RecordEntry
from projections.ledger import Delivery, LedgerFilter, Outcome
from projections.views import Views
from services.web.house import House

MOST_RECIPIENTS = 1_000


class Fate(StrEnum):
    """What is known of an event at one recipient. The value is its letter in a page's state."""

    WAITING = "w"
    """Signed, and not yet with the broker."""
    STORED = "s"
    """The broker keeps it; its recipient has said nothing yet."""
    ARRIVED = "i"
    """A cumulative receipt covers it; its own entry has not come."""
    ADMITTED = "a"
    REFUSED = "r"
    """Refused, the reason yet to come."""
    REFUSED_FOR = "f"
    """Refused, with the reason."""
    ELSEWHERE = "e"
    """Another recipient of an event received here: its receipt is not ours to see."""

    @property
    def settled(self) -> bool:
        """Whether nothing more is to come."""
        return self in {Fate.ADMITTED, Fate.REFUSED_FOR, Fate.ELSEWHERE}


@dataclass(frozen=True)
class Receipt:
    """One recipient's row. `at` is when it admitted or refused the event."""

    recipient: str
    fate: Fate
    at: datetime | None = None
    incoming_number: int | None = None
    reason: str | None = None
    clause: str | None = None
    explanation: str | None = None


async def receipts_of(house: House, entry: RecordEntry) -> tuple[Receipt, ...]:
    """The rows of an event by recipient. Of an own event each recipient has one, however far the views have come."""
    event_id = entry.event.envelope.id

    def ask(views: Views) -> tuple[Delivery, ...]:
        return views.ledger(LedgerFilter(event_id=event_id), limit=MOST_RECIPIENTS)

    # Taken before the views are asked: a receipt may be shown before the broker's word, and not the reverse.
    with_broker = entry.position <= house.service.outbox.published_position
    known = {one.recipient: one for one in await house.ask(ask)}
    recipients = set(known)
    if entry.kind is EntryKind.SENT and not entry.event.envelope.is_protocol:
        recipients |= set(entry.event.envelope.agencies)
    return tuple(_receipt(one, known.get(one), with_broker=with_broker) for one in sorted(recipients))


def _receipt(recipient: str, known: Delivery | None, *, with_broker: bool) -> Receipt:
    if known is None:
        return Receipt(recipient, Fate.STORED if with_broker else Fate.WAITING)
    return Receipt(
        recipient,
        _fate(known, with_broker=with_broker),
        known.admitted_at,
        known.incoming_number,
        known.refusal_reason,
        known.refusal_clause,
        known.refusal_explanation,
    )


def _fate(known: Delivery, *, with_broker: bool) -> Fate:
    match known.outcome:
        case Outcome.ADMITTED:
            return Fate.ADMITTED
        case Outcome.REFUSED:
            return Fate.REFUSED_FOR if known.refusal_explanation else Fate.REFUSED
        case Outcome.ELSEWHERE:
            return Fate.ELSEWHERE
        case Outcome.PENDING if known.receipted:
            return Fate.ARRIVED
        case Outcome.PENDING:
            return Fate.STORED if with_broker else Fate.WAITING


def state_of(receipts: Sequence[Receipt]) -> str:
    """A letter each."""
    return "".join(one.fate for one in receipts)


def changed(receipts: Sequence[Receipt], seen: str) -> tuple[Receipt, ...]:
    """The rows that stand otherwise than in a state that was shown; none where the state is not this event's."""
    if len(seen) != len(receipts):
        return ()
    return tuple(one for one, letter in zip(receipts, seen, strict=True) if one.fate != letter)


class Watch:
    """Tells an open page when something about its event's receipts has moved, and asks nothing before.

    `seen` is the state that the page shows.
    """

    def __init__(self, house: House, entry: RecordEntry, seen: str) -> None:
        self._house, self._entry, self._seen = house, entry, seen
        self._heard: int | None = None
        self.recipients = entry.event.envelope.agencies

    async def moved(self) -> bool:
        """Whether the state is another than the page's was when it was last told."""
        if self._settled or (heard := self._said()) == self._heard:
            return False
        self._heard = heard
        seen, self._seen = self._seen, state_of(await receipts_of(self._house, self._entry))
        return seen != self._seen

    async def beyond(self, count: int) -> None:
        """Wait until more than `count` was new at the house, or the broker keeps what it did not keep before."""
        if Fate.WAITING not in self._seen:
            await self._house.feed.beyond(count)
            return
        waits = [
            asyncio.create_task(self._house.feed.beyond(count)),
            asyncio.create_task(self._house.service.outbox.drained(self._entry.position)),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    @property
    def _settled(self) -> bool:
        return bool(self._seen) and all(Fate(letter).settled for letter in self._seen)

    def _said(self) -> int:
        """Grows with each receipt or refusal of its recipients, and once the broker keeps the event."""
        answered = self._house.feed.answered
        with_broker = self._entry.position <= self._house.service.outbox.published_position
        return sum(answered[one] for one in self._entry.event.envelope.agencies) + with_broker
