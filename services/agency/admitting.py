"""Taking in what arrived: a batch of messages is examined and stored in one commit, with the receipts for it.

What happens to each message is decided by `events.verification` and `events.admission`; here it is written down:
admitted and refused events into the record, parked and quarantined messages into their tables, receipts and refusals
as own signed messages. Only after the commit may the broker be told that the messages are ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from events.admission import admit
from events.arrival import Admitted, Arrival, Authentic, Outcome, Parked, Quarantined, Refused, Repeated
from events.catalogue import PROTOCOL_TYPES
from events.errors import InvalidValue
from events.instants import vietnam_date
from events.record_entry import RecordEntry
from events.signature import Signer
from events.signed_event import SignedEvent
from events.subjects import parse_subject
from events.types.attachment import AttachmentChunk
from events.verification import verify
from services.agency.answers import Answers
from services.agency.context import Context
from services.agency.follow_ups import FollowUps
from services.agency.holding_area import HoldingArea
from services.agency.own_events import Word, forget_word, word_about
from services.agency.peers import take_protocol_message
from services.agency.record_holdings import RecordHoldings
from services.agency.record_transaction import IN, RecordTransaction


@dataclass
class Intake:
    """What came of a batch: counts by outcome, and what is to be done now that it is stored."""

    admitted: int = 0
    refused: int = 0
    parked: int = 0
    repeated: int = 0
    quarantined: int = 0
    follow_ups: FollowUps = field(default_factory=FollowUps)

    def count(self, other: Intake) -> None:
        """Add another batch's numbers to these."""
        self.admitted += other.admitted
        self.refused += other.refused
        self.parked += other.parked
        self.repeated += other.repeated
        self.quarantined += other.quarantined


def take_in(
    transaction: RecordTransaction,
    arrivals: Iterable[Arrival],
    context: Context,
    service: Signer,
    now: datetime,
    *,
    recovering: bool = False,
) -> Intake:
    """Examine and store a batch of messages within one transaction; receipts for it are signed in the same commit.

    While signing is held documents are only set aside, since incoming numbers may have been given already;
    `recovering` puts them into the record all the same, each where its caller says.
    """
    return _Desk(transaction, context, service, now, recovering=recovering).take_in(arrivals)


class _Desk:
    """The registry desk for one batch: holds what the batch has in common."""

    def __init__(
        self, transaction: RecordTransaction, context: Context, service: Signer, now: datetime, *, recovering: bool
    ) -> None:
        self._transaction = transaction
        self._recovering = recovering
        self._context = context
        self._service = service
        self._now = now
        self._holdings = RecordHoldings(transaction)
        self._area = HoldingArea(transaction)
        self._answers = Answers(transaction, context, service, now)
        self._intake = Intake()

    def take_in(self, arrivals: Iterable[Arrival]) -> Intake:
        batch = list(arrivals)
        self._transaction.look_up({found for arrival in batch if (found := _claimed_id(arrival))})
        for arrival in batch:
            self._examine(arrival)
        self._examine_anchored()
        self._answers.sign()
        self._intake.follow_ups.resend_positions |= self._answers.again
        return self._intake

    def _examine(self, arrival: Arrival) -> None:
        queue = [arrival]
        while queue:
            taken = self._examine_one(queue.pop(0))
            if taken is not None and not self._recovering:
                # Its place in the chain, its coming as such, or whom it makes known may be what others waited for.
                queue.extend(self._area.released_by(taken.envelope, self._next_count(taken)))

    def _examine_anchored(self) -> None:
        """What was kept out for a revoked key, and which a later link has now proven to be older than that."""
        kept_out: dict[bytes, Arrival] | None = None
        while self._area.anchors.fresh:
            digest = self._area.anchors.fresh.pop()
            kept_out = self._area.anchors.kept_out() if kept_out is None else kept_out
            if (arrival := kept_out.pop(digest, None)) is not None:
                self._examine(arrival)

    def _next_count(self, event: SignedEvent) -> int:
        return self._transaction.head(event.envelope.sender, IN).count + 1

    def _examine_one(self, arrival: Arrival) -> SignedEvent | None:
        """Examine one message; the event if it was admitted or refused, so that its count is used."""
        verdict = verify(
            arrival,
            me=self._context.me,
            directory=self._context.directory,
            now=self._now,
            anchor=self._anchor,
        )
        if isinstance(verdict, Quarantined):
            self._quarantine(arrival, verdict)
            return None
        if self._must_wait(verdict.event):
            self._set_aside(verdict)
            return None
        outcome = admit(
            verdict,
            self._holdings,
            me=self._context.me,
            directory=self._context.directory,
            rules=self._context.rules,
            now=self._now,
        )
        word = self._word(verdict.event)
        return self._write(verdict, outcome if word is None else word.kept_by(outcome))

    def _must_wait(self, event: SignedEvent) -> bool:
        """Whether its incoming number may have been given already, in a receipt that has not come back yet."""
        if self._recovering or event.envelope.is_protocol:
            return False
        return self._transaction.signing_held or event.envelope.sender in self._transaction.unsettled

    def _set_aside(self, authentic: Authentic) -> None:
        if self._holdings.digest_of(authentic.event.envelope.id) is not None:
            self._intake.repeated += 1
        elif self._area.park(authentic, Parked("", range(0), "the record is being recovered"), self._now):
            self._intake.parked += 1

    def _word(self, event: SignedEvent) -> Word | None:
        return word_about(self._transaction, event) if self._transaction.has_words else None

    def _anchor(self, event: SignedEvent) -> datetime | None:
        word = self._word(event)
        return word.admitted_at if word is not None else self._area.anchors.proven_at(event)

    def _write(self, authentic: Authentic, outcome: Outcome) -> SignedEvent | None:
        event = authentic.event
        if not isinstance(outcome, Quarantined):
            self._area.leave_quarantine(authentic.arrival, self._now)
        match outcome:
            case Admitted():
                return self._admitted(authentic, outcome)
            case Refused():
                entry = self._append(authentic, outcome)
                self._intake.refused += 1
                if not event.envelope.is_protocol:
                    self._answer(entry)
                    return event
            case Parked():
                if self._area.park(authentic, outcome, self._now):
                    self._intake.parked += 1
                    sender = event.envelope.sender
                    self._intake.follow_ups.want(sender, self._area.unheld(sender, outcome.missing))
                if outcome.waits_for:
                    self._intake.follow_ups.cited.add((event.envelope.sender, outcome.waits_for))
            case Repeated():
                self._intake.repeated += 1
                self._answers.repeated(event)
            case Quarantined():
                self._quarantine(authentic.arrival, outcome)
        return None

    def _admitted(self, authentic: Authentic, outcome: Admitted) -> SignedEvent | None:
        event = authentic.event
        if isinstance(outcome.content, AttachmentChunk):
            # A part of a file is no entry of the record: the file is kept, and its document's digest proves it.
            self._intake.admitted += 1
            self._intake.follow_ups.about_attachments.append((event.envelope.sender, outcome.content))
            return None
        entry = self._append(authentic, outcome)
        self._intake.admitted += 1
        if not outcome.content.PROTOCOL:
            self._answer(entry)
            return event
        heard = take_protocol_message(
            self._transaction, event, outcome.content, self._context, self._service, self._now
        )
        self._intake.follow_ups.add(heard)
        for relayed in heard.arrivals:
            self._examine(relayed)
        if heard.gap_closed:
            self._release_after_gap(event.envelope.sender)
        return None

    def _answer(self, entry: RecordEntry) -> None:
        if self._word(entry.event) is not None:
            # The receipt that the lost record gave came back as well: it stands.
            forget_word(self._transaction, entry.event)
            return
        self._answers.covered(entry)
        self._answers.refused(entry)

    def _append(self, authentic: Authentic, outcome: Admitted | Refused) -> RecordEntry:
        event, arrival = authentic.event, authentic.arrival
        word = self._word(event)
        number = word.incoming_number if word else None
        if word and number and self._transaction.number_is_given(IN, vietnam_date(word.admitted_at).year, number):
            number = None
        entry = self._transaction.append_received(
            event,
            outcome.content,
            word.admitted_at if word else self._now,
            self._context.directory.version,
            me=self._context.me,
            refusal=outcome.refusal if isinstance(outcome, Refused) else None,
            stream_sequence=arrival.stream_sequence,
            stored_at=arrival.stored_at,
            late=isinstance(outcome, Admitted) and outcome.late,
            incoming_number=number,
            heirs=self._context.directory.heirs_at(max(self._now, event.envelope.time)),
        )
        self._area.settle(event, self._now)
        return entry

    def _release_after_gap(self, sender: str) -> None:
        for arrival in self._area.next_of(sender, self._transaction.head(sender, IN).count + 1):
            self._examine(arrival)

    def _quarantine(self, arrival: Arrival, verdict: Quarantined) -> None:
        self._intake.quarantined += 1
        if self._area.quarantine(arrival, verdict, self._now) and _may_be_answered(arrival):
            self._answers.unverifiable(arrival, verdict)


def _claimed_id(arrival: Arrival) -> str:
    """The id that a payload seems to have: only to look it up in good time, so a wrong guess costs nothing."""
    start = arrival.payload.find(b'"id":"') + 6
    return arrival.payload[start : start + 36].decode("ascii", "replace") if start > 5 else ""


def _may_be_answered(arrival: Arrival) -> bool:
    # Only documents are answered: two services must never answer each other's answers for ever.
    try:
        subject = parse_subject(arrival.subject)
    except InvalidValue:
        return False
    return subject.event_type not in PROTOCOL_TYPES
