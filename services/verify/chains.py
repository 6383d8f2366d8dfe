"""The chain of each pair from both ends: every count once, in order, each naming the envelope before it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from events.directory import Directory, KeyStanding
from events.recipients import GENESIS
from services.verify.authenticity import standing_of
from services.verify.house import House, Link
from services.verify.verdict import Finding, FindingKind, Undelivered, Whereabouts


def check_ends(houses: Mapping[str, House], findings: list[Finding]) -> None:
    """Each end of each pair by itself."""
    for house in houses.values():
        for peer, links in house.sent.items():
            _check_chain(house.agency, f"to {peer}", links, house.gaps_declared[peer], house.recovered, findings)
        for peer, links in house.received.items():
            _check_chain(house.agency, f"from {peer}", links, house.gaps_accepted[peer], False, findings)


def _check_chain(
    agency: str, which: str, links: list[Link], gaps: Iterable[range], any_order: bool, findings: list[Finding]
) -> None:
    def fault(what: str, link: Link) -> None:
        findings.append(Finding(FindingKind.CHAIN, agency, f"{which}: {what}", link.event, link.position))

    lost = {count for gap in gaps for count in gap}
    ordered = sorted(links, key=lambda link: link.count) if any_order else links
    count, digest, time = 0, GENESIS, None
    for link in ordered:
        while count + 1 < link.count and count + 1 in lost:
            count, digest, time = count + 1, b"", None
        if link.count == count + 1:
            # Behind a declared gap nobody need know the last envelope.
            if digest and link.previous != digest:
                fault(f"count {link.count} does not name the envelope of count {count}", link)
            if time is not None and link.time < time and not link.refused and link.recorded_at is not None:
                fault(f"count {link.count} is dated before count {count}", link)
        elif link.count > count + 1:
            fault(f"counts {count + 1} to {link.count - 1} are missing", link)
        else:
            fault(f"count {link.count} comes after count {count}", link)
        if link.count >= count:
            count, digest = link.count, link.digest
            time = time if link.refused else link.time


def compare_ends(houses: Mapping[str, House], directory: Directory, findings: list[Finding]) -> tuple[Undelivered, ...]:
    """Both ends of each pair against each other; what was sent and is not held by its recipient."""
    undelivered: list[Undelivered] = []
    for sender, house in houses.items():
        for recipient, links in house.sent.items():
            other = houses.get(recipient)
            held = {link.count: link for link in other.received[sender]} if other is not None else {}
            for link in links:
                mine = held.pop(link.count, None)
                if mine is None:
                    where = _whereabouts(link, house, other, recipient)
                    undelivered.append(Undelivered(sender, recipient, link.count, link.event, where))
                elif mine.digest != link.digest:
                    what = f"from {sender}: count {link.count} is another event than {sender} sent"
                    findings.append(Finding(FindingKind.CHAIN, recipient, what, mine.event, mine.position))
            for link in held.values():
                what = f"from {sender}: {sender}'s record does not hold count {link.count}, which it signed"
                findings.append(Finding(FindingKind.CHAIN, recipient, what, link.event, link.position))
    _received_from_nowhere(houses, findings)
    _check_revoked(houses, directory, findings)
    return tuple(undelivered)


def _whereabouts(link: Link, sender: House, other: House | None, recipient: str) -> Whereabouts:
    if other is not None and link.digest in other.held.parked:
        return Whereabouts.PARKED
    if link.event in sender.revoked:
        return Whereabouts.KEY_REVOKED
    if other is not None and link.digest in other.held.quarantined:
        return Whereabouts.QUARANTINED
    if _covers(sender.gaps_declared[recipient], link.count):
        return Whereabouts.GAP_DECLARED
    return Whereabouts.MISSING


def _covers(gaps: Collection[range], count: int) -> bool:
    return any(count in gap for gap in gaps)


def _received_from_nowhere(houses: Mapping[str, House], findings: list[Finding]) -> None:
    for recipient, house in houses.items():
        for sender, links in house.received.items():
            if sender not in houses or recipient not in houses[sender].sent:
                for link in links:
                    what = f"from {sender}: its record knows of nothing sent to {recipient}"
                    findings.append(Finding(FindingKind.CHAIN, recipient, what, link.event, link.position))


def _check_revoked(houses: Mapping[str, House], directory: Directory, findings: list[Finding]) -> None:
    """What was admitted over a key that stands revoked must be anchored: a later link was stored before that."""
    for agency, house in houses.items():
        for event_id, entry in house.revoked.items():
            envelope = entry.event.envelope
            if envelope.sender == agency or envelope.is_protocol or entry.refusal is not None:
                continue
            own = envelope.recipient(agency)
            later = [
                link.stored_at or link.recorded_at
                for link in house.received[envelope.sender]
                if own is not None and link.count > own.count
            ]
            proven: datetime | None = min((moment for moment in later if moment is not None), default=None)
            if standing_of(entry, directory, proven) is KeyStanding.REVOKED:
                what = f"key {entry.event.kid} was revoked before anything shows that the event existed"
                findings.append(Finding(FindingKind.KEY_PERIOD, agency, what, event_id, entry.position))
