"""Receipts: every delivery covered by its recipient's signature, and every receipt true to what the recipient holds."""

from __future__ import annotations

from collections.abc import Mapping

from events import base64url
from events.types.protocol import ReceiptEntry, ReceiptOutcome
from services.verify.house import House, Link
from services.verify.verdict import Finding, FindingKind, Undelivered, Whereabouts


def covered_deliveries(houses: Mapping[str, House], findings: list[Finding]) -> tuple[int, tuple[Undelivered, ...]]:
    """How many deliveries a receipt in the sender's record covers, and those that none does."""
    covered = 0
    uncovered: list[Undelivered] = []
    for sender, house in houses.items():
        for recipient, links in house.sent.items():
            proven = _proven_counts(house, recipient, links, findings)
            for link in links:
                if link.count in proven:
                    covered += 1
                else:
                    uncovered.append(Undelivered(sender, recipient, link.count, link.event, Whereabouts.MISSING))
    return covered, tuple(uncovered)


def _proven_counts(house: House, recipient: str, links: list[Link], findings: list[Finding]) -> set[int]:
    sent = {link.count: link for link in links}
    proven: set[int] = set()
    upto = 0
    for receipt in house.receipts[recipient]:
        for line in receipt.entries:
            link = sent.get(line.count)
            if link is None or base64url.encode(link.digest) != line.digest or link.event != line.event:
                _fault(findings, house.agency, f"{recipient} receipts count {line.count} of another event", line.event)
            else:
                proven.add(line.count)
        # Cumulative: the digest at its head stands for the whole chain up to there.
        head = sent.get(receipt.upto_count)
        if head is not None and base64url.encode(head.digest) == receipt.upto_digest:
            upto = max(upto, receipt.upto_count)
        elif receipt.upto_count:
            what = f"{recipient} receipts up to count {receipt.upto_count}, by another digest"
            _fault(findings, house.agency, what, None)
    return proven | {count for count in sent if count <= upto}


def check_receipts_given(houses: Mapping[str, House], findings: list[Finding]) -> None:
    """What each agency signed of a delivery is what its record says, and each refusal was told."""
    for recipient, house in houses.items():
        for sender, links in house.received.items():
            given = house.receipts_given[sender]
            for link in links:
                line = given.get(link.count)
                if line is not None and (difference := _difference(link, line)):
                    _fault(findings, recipient, f"the record and the receipt differ in {difference}", link.event, link)
                if link.refused and house.told_refusals.get(link.event) != base64url.encode(link.digest):
                    _fault(findings, recipient, f"{sender} was never told of the refusal", link.event, link)


def _difference(link: Link, line: ReceiptEntry) -> str:
    facts = {
        "event": (link.event, line.event),
        "digest": (base64url.encode(link.digest), line.digest),
        "outcome": (link.refused, line.outcome is ReceiptOutcome.REFUSED),
        "incoming number": (link.incoming_number, line.incoming_number),
        "time of admission": (link.recorded_at, line.admitted_at),
    }
    return ", ".join(name for name, (held, signed) in facts.items() if held != signed)


def _fault(findings: list[Finding], agency: str, what: str, event: str | None, link: Link | None = None) -> None:
    findings.append(Finding(FindingKind.RECEIPT, agency, what, event, link.position if link else None))
