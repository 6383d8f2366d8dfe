"""May it be taken in? Checks 9 to 14 of admission: repeat, chain, type, time, role, rule.

A pure function of an authentic event, what this agency holds, the directory and the rules. It ends in one of five
outcomes (`events.arrival`); nothing is ever dropped.
"""

from __future__ import annotations

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
from events.recipients import Recipient
from events.record_entry import Refusal
from events.regulation.lawfulness import judge
from events.regulation.table import RuleTable
from events.regulation.verdict import Unlawful, Waiting

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far an event's time may lie ahead of its receiver's clock."""


class Holdings(Protocol):
    """What admission asks of the agency's record."""

    def last_from(self, sender: str) -> tuple[int, bytes]:
        """The last count admitted or refused from a sender (0 before the first), and its envelope's digest."""

    def last_time_from(self, sender: str) -> datetime | None:
        """The time of the last event admitted from a sender."""

    def digest_of(self, event_id: str) -> bytes | None:
        """The envelope digest of an event that is held."""

    def known(self, event_id: str) -> KnownEvent | None:
        """An event that is held."""

    def case_state(self, case_id: str) -> CaseState | None:
        """What is known of a case."""


def admit(
    authentic: Authentic, holdings: Holdings, *, me: str, directory: Directory, rules: RuleTable, now: datetime
) -> Outcome:
    """The outcome for an authentic event, by the first check that decides."""
    event = authentic.event
    envelope = event.envelope
    sender = envelope.sender
    held = holdings.digest_of(envelope.id)
    if held is not None:
        if held == event.digest:
            return Repeated(event)
        return Quarantined(
            Check.REPEAT, "id-reused", f"another event with the id {envelope.id} is held already", sender
        )

    link = envelope.recipient(me)
    if link is not None and link.count and (disorder := _chain(link, sender, holdings)) is not None:
        return disorder

    try:
        content = read_content(event)
    except UnknownEventType as error:
        return _refused(Check.TYPE, "unknown-type", None, str(error), None)
    except Malformed as error:
        return _refused(Check.TYPE, "content", None, error.explanation, None)
    if envelope.is_protocol != content.PROTOCOL:
        return _refused(
            Check.TYPE, "kind", None, "a protocol message has no document number, a document has one", content
        )

    cause = holdings.known(envelope.cause) if envelope.cause else None
    basis = holdings.known(envelope.basis) if envelope.basis else None
    if fault := _time_fault(authentic, holdings.last_time_from(sender), cause, basis, directory, now):
        return _refused(Check.TIME, "time", None, fault, content)

    if envelope.role not in directory.roles_of(sender, envelope.time):
        explanation = f"{sender} does not hold the role {envelope.role} at {format_instant(envelope.time)}"
        return _refused(Check.ROLE, "role", rules.party_clause, explanation, content)

    case = holdings.case_state(envelope.case) if envelope.case else None
    facts = Facts(me=me, now=now, directory=directory, rules=rules, case=case, basis=basis, cause=cause)
    return _by_rule(envelope, content, authentic, facts)


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


def _chain(link: Recipient, sender: str, holdings: Holdings) -> Outcome | None:
    count, digest = holdings.last_from(sender)
    if link.count > count + 1:
        missing = range(count + 1, link.count)
        return Parked("", missing, f"counts {missing[0]} to {missing[-1]} from {sender} are missing")
    if link.count <= count:
        # Not a repeat (check 9): the sender gave this count to two events.
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
    return Refused(Refusal(int(check), reason, clause, explanation), content)
