"""May it be taken in? Checks 9 to 14 of admission: repeat, chain, type, time, role, rule.

A pure function of an authentic event, what this agency holds, the directory and the rules. It ends in one of five
outcomes (`events.arrival`); nothing is ever dropped.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from events.arrival import Admitted, Authentic, Check, Outcome, Parked, Quarantined, Refused, Repeated
from events.case import CaseState
from events.catalogue import read_content
from events.content import Content
from events.directory import Directory, KeyStanding
from events.envelope import Envelope
from events.errors import Malformed, UnknownEventType
from events.facts import Facts
from events.instants import format_instant
from events.known_event import KnownEvent
from events.names import parse_kid
from events.recipients import Recipient
from events.record_entry import Refusal
from events.regulation.lawfulness import judge
from events.regulation.table import RuleTable
from events.regulation.verdict import Unlawful, Waiting
from events.signed_event import SignedEvent
from events.types.protocol import EventRefused
from events.values.text import plain_text

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far an event's time may lie ahead of its receiver's clock."""


class Holdings(Protocol):
    """What admission asks of the agency's record."""

    def last_from(self, sender: str) -> tuple[int, bytes]:
        """The last count admitted or refused from a sender (0 before the first), and its envelope's digest."""

    def digest_at(self, sender: str, count: int) -> bytes | None:
        """The envelope digest of the event that has a count from a sender; None behind a declared gap."""

    def last_time_from(self, sender: str) -> datetime | None:
        """The time of the last event admitted from a sender."""

    def digest_of(self, event_id: str) -> bytes | None:
        """The envelope digest of an event that is held."""

    def known(self, event_id: str) -> KnownEvent | None:
        """An event that is held."""

    def receipted_as_admitted(self, peer: str, event_id: str) -> bool:
        """Whether a peer's signed receipt says that it admitted an event of this agency."""

    def untold(self, sender: str, event_ids: Collection[str]) -> frozenset[str]:
        """Those of some events of which a sender has stated that they were not addressed to this agency."""

    def delegations_of(self, agency: str) -> tuple[KnownEvent, ...]:
        """What is held, and not refused, of an agency's delegations of signing and their ends."""

    def case_state(self, case_id: str) -> CaseState | None:
        """What is known of a case."""


def admit(
    authentic: Authentic, holdings: Holdings, *, me: str, directory: Directory, rules: RuleTable, now: datetime
) -> Outcome:
    """The outcome for an authentic event, by the first check that decides."""
    event = authentic.event
    envelope = event.envelope
    sender = envelope.sender
    if (known := _repeat_or_disorder(event, me, holdings)) is not None:
        return known

    try:
        content = read_content(event)
    except UnknownEventType as error:
        return _refused(Check.TYPE, "unknown-type", None, str(error), None)
    except Malformed as error:
        return _refused(Check.TYPE, "content", None, error.explanation, None)
    if (out_of_place := _out_of_place(envelope, content, me, holdings)) is not None:
        return out_of_place

    cause = holdings.known(envelope.cause) if envelope.cause else None
    basis = holdings.known(envelope.basis) if envelope.basis else None
    if fault := _time_fault(authentic, holdings.last_time_from(sender), cause, basis, directory, now):
        return _refused(Check.TIME, "time", None, fault, content)

    # An agency whose last role has ended still receipts, answers repairs and hands over: the protocol asks no role.
    if not envelope.is_protocol and envelope.role not in directory.roles_of(sender, envelope.time):
        explanation = f"{sender} does not hold the role {envelope.role} at {format_instant(envelope.time)}"
        return _refused(Check.ROLE, "role", rules.party_clause, explanation, content)

    case = holdings.case_state(envelope.case) if envelope.case else None
    facts = Facts(me=me, now=now, directory=directory, rules=rules, case=case, basis=basis, cause=cause)
    unheld = [c for c, held in ((envelope.basis, basis), (envelope.cause, cause)) if c is not None and held is None]
    if unheld and not envelope.is_protocol:
        facts = replace(facts, untold=holdings.untold(sender, unheld))
    if authentic.capacity == "deputy":
        signatory = parse_kid(authentic.event.kid).signatory
        facts = replace(facts, signatory=signatory, delegations=holdings.delegations_of(sender))
    outcome = _by_rule(envelope, content, authentic, facts)
    if isinstance(outcome, Parked) and holdings.digest_of(outcome.waits_for) is not None:
        # It is held, but was refused as unreadable: waiting would never end, and block all that follows.
        explanation = (
            f"Văn bản {outcome.waits_for} được viện dẫn đã bị từ chối vì không đọc được. "
            f"(The event {outcome.waits_for} that it cites was refused here because it could not be read.)"
        )
        return _refused(Check.RULE, "cites-unreadable", envelope.clause, explanation, content)
    return outcome


def _out_of_place(envelope: Envelope, content: Content, me: str, holdings: Holdings) -> Refused | None:
    """The refusal of what cannot be said in this form, or not any more."""
    if envelope.is_protocol != content.PROTOCOL:
        explanation = "a protocol message has no document number, a document has one"
        return _refused(Check.TYPE, "kind", None, explanation, content)
    misplaced = envelope.case is not None and not _refuses_in_case(envelope, content, me, holdings)
    if content.PROTOCOL and (misplaced or envelope.basis or envelope.due):
        return _refused(Check.TYPE, "kind", None, "a protocol message belongs to no case and asks for nothing", content)
    refused = content.event if isinstance(content, EventRefused) else None
    if refused is not None and holdings.receipted_as_admitted(envelope.sender, refused):
        explanation = f"{envelope.sender} receipted {refused} as admitted before: the first outcome stands"
        return _refused(Check.RULE, "outcome-stands", None, explanation, content)
    return None


def _refuses_in_case(envelope: Envelope, content: Content, me: str, holdings: Holdings) -> bool:
    """A refusal stands in the case of the event that it refuses: this agency's own, addressed to who refuses it."""
    refused = holdings.known(content.event) if isinstance(content, EventRefused) and content.event else None
    return (
        refused is not None
        and refused.envelope.case == envelope.case
        and refused.envelope.sender == me
        and envelope.sender in refused.envelope.agencies
    )


def _repeat_or_disorder(event: SignedEvent, me: str, holdings: Holdings) -> Outcome | None:
    held = holdings.digest_of(event.envelope.id)
    if held == event.digest:
        return Repeated(event)
    link = event.envelope.recipient(me)
    counted = link is not None and link.count > 0
    if link is not None and counted and (disorder := _chain(event, link, holdings)) is not None:
        return disorder
    if held is None:
        return None
    explanation = f"another event with the id {event.envelope.id} is held already: send this again under a fresh id"
    if counted:
        # Whoever knew an id could have used it first: the true event takes its place in its chain all the same, and
        # what follows it flows.
        return _refused(Check.REPEAT, "id-reused", None, explanation, None)
    return Quarantined(Check.REPEAT, "id-reused", explanation, event.envelope.sender)


def _by_rule(envelope: Envelope, content: Content, authentic: Authentic, facts: Facts) -> Outcome:
    match judge(envelope, content, authentic.capacity, facts, "receiver"):
        case Unlawful() as unlawful:
            return _refused(
                Check.RULE,
                unlawful.reason,
                unlawful.clause,
                f"{unlawful.explanation_vi} ({unlawful.explanation_en})",
                content,
            )
        case Waiting() as waiting:
            return Parked(waiting.missing[0], range(0), waiting.why)
        case _:
            return Admitted(content, late=authentic.standing is KeyStanding.VALID_LATE)


def _chain(event: SignedEvent, link: Recipient, holdings: Holdings) -> Outcome | None:
    sender = event.envelope.sender
    count, digest = holdings.last_from(sender)
    if link.count > count + 1:
        missing = range(count + 1, link.count)
        return Parked("", missing, f"counts {missing[0]} to {missing[-1]} from {sender} are missing")
    if link.count <= count:
        if holdings.digest_at(sender, link.count) == event.digest:
            return Repeated(event)
        # The sender gave this count to two events.
        explanation = f"count {link.count} from {sender} is held already with another event: it was signed twice"
        return Quarantined(Check.CHAIN, "count-signed-twice", explanation, sender)
    # An empty digest stands behind a declared gap whose last envelope nobody knows.
    if digest and link.previous != digest:
        explanation = (
            f"event {link.count} from {sender} does not follow event {count} that is held: the chain is forked"
        )
        return Quarantined(Check.CHAIN, "chain-forked", explanation, sender)
    return None


def _time_fault(
    authentic: Authentic,
    previous: datetime | None,
    cause: KnownEvent | None,
    basis: KnownEvent | None,
    directory: Directory,
    now: datetime,
) -> str:
    time = authentic.event.envelope.time
    stored_at = authentic.arrival.stored_at
    # Held against the moment it was stored too, so that examining it later gives the same verdict.
    seen = now if stored_at is None or directory.simulated else min(now, stored_at)
    if time > seen + CLOCK_TOLERANCE:
        ahead_seconds = int((time - seen).total_seconds())
        return f"dated {format_instant(time)}, {ahead_seconds} s ahead of the receiver's clock: set the sender's right"
    if previous is not None and time < previous and not authentic.event.envelope.is_protocol:
        return f"dated {format_instant(time)}, before the sender's previous event of {format_instant(previous)}"
    for what, known in (("the event it answers", cause), ("the event it rests on", basis)):
        if known is not None and time < known.envelope.time:
            return f"dated {format_instant(time)}, before {what} of {format_instant(known.envelope.time)}"
    return ""


def _refused(check: Check, reason: str, clause: str | None, explanation: str, content: Content | None) -> Refused:
    # Explanations quote what came: they must not carry what cannot be written into an answer.
    return Refused(Refusal(int(check), reason, clause, plain_text(explanation)), content)
