"""Who told whom what, and how far each delivery has come, as the records of all agencies say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from events.catalogue import read_content
from events.record_entry import Entry, EntryKind, RecordEntry
from events.signed_event import SignedEvent
from events.types.protocol import EventReceived


class State(StrEnum):
    """How far a delivery has come; each state implies those before it."""

    SIGNED = "signed"
    STORED = "stored"
    """The broker has stored it, as the recipient saw."""
    ADMITTED = "admitted"
    RECEIPTED = "receipted"
    """The sender holds the recipient's signed receipt."""
    REFUSED = "refused"
    """The recipient refused it; `receipted` of the delivery tells whether its sender holds the receipt."""


@dataclass
class Delivery:
    """One event on its way to one recipient."""

    count: int
    stored_at: datetime | None = None
    outcome: EntryKind | None = None
    receipted: bool = False
    clause: str | None = None
    """Of the refusal."""
    explanation: str = ""

    @property
    def state(self) -> State:
        """The last state reached."""
        if self.outcome is EntryKind.REFUSED:
            return State.REFUSED
        if self.receipted:
            return State.RECEIPTED
        if self.outcome is EntryKind.ADMITTED:
            return State.ADMITTED
        return State.STORED if self.stored_at is not None else State.SIGNED

    @property
    def settled(self) -> bool:
        """Whether nothing more is to come."""
        return self.receipted and self.outcome is not None


@dataclass
class Line:
    """One event and its deliveries, by recipient."""

    event: SignedEvent
    deliveries: dict[str, Delivery] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Whether every delivery is."""
        return all(delivery.settled for delivery in self.deliveries.values())


class Board:
    """The lines of all events, in the order in which they were first heard of."""

    def __init__(self) -> None:
        self.lines: dict[str, Line] = {}
        self._by_pair: dict[tuple[str, str], dict[int, Delivery]] = {}
        self._receipted: dict[tuple[str, str], set[int]] = {}

    def take(self, agency: str, entries: Iterable[Entry]) -> None:
        """Take in new entries of an agency's record, in any order between agencies."""
        for entry in entries:
            # What was taken over from a predecessor was delivered to that one.
            if not isinstance(entry, RecordEntry) or entry.kind is EntryKind.INHERITED:
                continue
            if not entry.event.envelope.is_protocol:
                self._take_document(agency, entry)
            elif entry.event.envelope.event_type == EventReceived.__name__ and entry.kind is EntryKind.ADMITTED:
                self._take_receipt(agency, entry)

    def settled(self, events: Iterable[str]) -> bool:
        """Whether every delivery of these events has its outcome and its receipt."""
        return all(event in self.lines and self.lines[event].settled for event in events)

    def _take_document(self, agency: str, entry: RecordEntry) -> None:
        line = self._line(entry.event)
        if entry.kind is EntryKind.SENT:
            return
        delivery = line.deliveries[agency]
        delivery.stored_at, delivery.outcome = entry.stored_at, entry.kind
        if entry.refusal is not None:
            delivery.clause, delivery.explanation = entry.refusal.clause, entry.refusal.explanation

    def _line(self, event: SignedEvent) -> Line:
        envelope = event.envelope
        if envelope.id not in self.lines:
            line = self.lines[envelope.id] = Line(event)
            for recipient in envelope.recipients:
                pair = (envelope.sender, recipient.agency)
                delivery = Delivery(recipient.count, receipted=recipient.count in self._receipted.get(pair, ()))
                line.deliveries[recipient.agency] = delivery
                self._by_pair.setdefault(pair, {})[recipient.count] = delivery
        return self.lines[envelope.id]

    def _take_receipt(self, agency: str, entry: RecordEntry) -> None:
        receipt = read_content(entry.event)
        if not isinstance(receipt, EventReceived):
            return
        pair = (agency, entry.event.envelope.sender)
        counts = {line.count for line in receipt.entries}
        # A receipt may be heard of before the event that it covers: the records are read side by side.
        self._receipted.setdefault(pair, set()).update(counts)
        for count, delivery in self._by_pair.get(pair, {}).items():
            if count in counts or count <= receipt.upto_count:
                delivery.receipted = True
