"""Putting recovered events into the record in the order in which they stood in the record that was lost.

Own events come back from several peers in any order, received ones from the broker and by repair. A case's state is a
fold in record order, so the order matters: an answer before its request would leave the request open. What is left of
the old order is evidence that this agency itself signed: own documents bear the numbers of the outgoing register,
received ones the incoming numbers and instants of own receipts. Both registers are exact; they are merged by instant,
and nothing is placed before what it answers, what it rests on, or its predecessor in its chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from events.arrival import Arrival
from events.catalogue import read_content
from events.errors import PhoihopError
from events.instants import vietnam_date
from events.signature import Signer
from events.signed_event import SignedEvent, parse_signed_event
from events.types.protocol import EventReceived
from services.agency.admitting import take_in
from services.agency.context import Context
from services.agency.holding_area import HoldingArea
from services.agency.own_events import Word, brought_back, note_words, word_about
from services.agency.reactor import Policy
from services.agency.record_transaction import OUT, RecordTransaction

_WISHES_PER_POLICY = 4
"""How many wishes of one policy about one event are taken as carried out when the event was answered."""


@dataclass(frozen=True)
class Step:
    """One event to place: an own one, or an arrival that the lost record had receipted."""

    event: SignedEvent
    moment: datetime
    rank: int
    number: int
    arrival: Arrival | None = None
    word: Word | None = None

    @property
    def key(self) -> tuple[datetime, int, int]:
        """Where it belongs: instant, then received before own documents before own receipts, then register number."""
        return self.moment, self.rank, self.number


@dataclass
class Placed:
    """How many events found their place."""

    own: int = 0
    received: int = 0
    contradicting: list[str] = field(default_factory=list)


def steps_to_place(transaction: RecordTransaction, me: str) -> list[Step]:
    """All that waits for its place, in the order in which it is to be placed."""
    own = brought_back(transaction)
    note_words(transaction, own)
    documents = [event for event in own if not event.envelope.is_protocol]
    steps = _numbered([Step(event, event.envelope.time, 1, int(event.envelope.docnumber or 0)) for event in documents])
    steps += [Step(event, event.envelope.time, 2, 0) for event in own if event.envelope.is_protocol]
    received = _receipted_arrivals(transaction)
    steps += _numbered([step for step in received if step.number])
    steps += [step for step in received if not step.number]
    return _after_their_causes(sorted(steps, key=lambda step: step.key), me)


def place(
    transaction: RecordTransaction,
    steps: Sequence[Step],
    context: Context,
    service: Signer,
    now: datetime,
    policies: Sequence[Policy],
) -> Placed:
    """Append events to the record, each at its turn. What contradicts the record stays aside, and people are told."""
    placed = Placed()
    for step in steps:
        if step.arrival is not None:
            intake = take_in(transaction, [step.arrival], context, service, now, recovering=True)
            placed.received += intake.admitted + intake.refused
        elif (contradiction := _contradiction(transaction, step.event)) is not None:
            about = {"what": contradiction, "by": "recovery"}
            transaction.append_local("OwnEventContradicts", step.event.envelope.id, about, now)
            placed.contradicting.append(f"{step.event.envelope.id}: {contradiction}")
        else:
            _place_own(transaction, step.event, context, policies)
            placed.own += 1
    return placed


def _place_own(
    transaction: RecordTransaction, event: SignedEvent, context: Context, policies: Sequence[Policy]
) -> None:
    content, envelope = read_content(event), event.envelope
    heirs = context.directory.heirs_at(envelope.time)
    entry = transaction.append_sent(event, content, envelope.time, context.directory.version, heirs=heirs)
    transaction.cursor.execute("DELETE FROM brought_back WHERE event_id = ?", (envelope.id,))
    if isinstance(content, EventReceived):
        transaction.cursor.execute(
            "INSERT OR REPLACE INTO receipts_given VALUES (?,?,?)",
            (envelope.agencies[0], content.upto_count, entry.position),
        )
    elif envelope.cause is not None:
        # It was answered: no policy answers it a second time.
        for policy in policies:
            for wish in range(_WISHES_PER_POLICY):
                transaction.note_reaction(f"{policy.name}/{wish}", envelope.cause)


def _contradiction(transaction: RecordTransaction, event: SignedEvent) -> str | None:
    """What of the record an own event cannot stand beside: a count or a number that was given a second time."""
    envelope = event.envelope
    for recipient in envelope.recipients:
        if recipient.count and transaction.link_is_held(recipient.agency, OUT, recipient.count):
            return f"count {recipient.count} to {recipient.agency} was signed twice"
    if envelope.docnumber is not None:
        year, number = vietnam_date(envelope.time).year, int(envelope.docnumber)
        if transaction.number_is_given(OUT, year, number):
            return f"number {number} of {year} was given twice"
    return None


def _receipted_arrivals(transaction: RecordTransaction) -> list[Step]:
    steps = []
    for arrival in HoldingArea(transaction).parked_arrivals():
        try:
            event = parse_signed_event(arrival.payload, arrival.signature or "")
        except PhoihopError:
            continue
        word = word_about(transaction, event)
        if word is not None:
            steps.append(Step(event, word.admitted_at, 0, word.incoming_number or 0, arrival, word))
    return steps


def _numbered(steps: list[Step]) -> list[Step]:
    """In the order of their register, where no instant lies before that of a lower number."""
    moment: datetime | None = None
    ordered = []
    for step in sorted(steps, key=lambda step: (vietnam_date(step.moment).year, step.number)):
        moment = step.moment if moment is None else max(moment, step.moment)
        ordered.append(Step(step.event, moment, step.rank, step.number, step.arrival, step.word))
    return ordered


def _after_their_causes(steps: list[Step], me: str) -> list[Step]:
    by_id = {step.event.envelope.id: step for step in steps}
    by_link = {link: step for step in steps for link in _links(step, me)}
    placed: set[str] = set()
    ordered: list[Step] = []

    def before(step: Step) -> Iterable[Step]:
        envelope = step.event.envelope
        named = [by_id.get(envelope.cause or ""), by_id.get(envelope.basis or "")]
        named += [by_link.get((sender, recipient, count - 1)) for sender, recipient, count in _links(step, me)]
        return (other for other in named if other is not None and other.event.envelope.id not in placed)

    for first in steps:
        stack, opened = [first], set[str]()
        while stack:
            step = stack[-1]
            event_id = step.event.envelope.id
            waiting = [] if event_id in opened else list(before(step))
            opened.add(event_id)
            if waiting:
                stack += reversed(waiting)
                continue
            stack.pop()
            if event_id not in placed:
                placed.add(event_id)
                ordered.append(step)
    return ordered


def _links(step: Step, me: str) -> list[tuple[str, str, int]]:
    envelope = step.event.envelope
    if step.arrival is not None:
        link = envelope.recipient(me)
        return [(envelope.sender, me, link.count)] if link is not None and link.count else []
    return [(me, recipient.agency, recipient.count) for recipient in envelope.recipients if recipient.count]
