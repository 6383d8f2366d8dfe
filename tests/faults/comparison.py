"""Comparing every record of a network after the services have ended: the sender's truth against the recipients'.

Reads the entries alone, in a walk of its own, with no help from the indexes that the services keep.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from events import base64url
from events.catalogue import read_content
from events.record_entry import Entry, EntryKind, RecordEntry
from events.types.protocol import EventReceived, GapDeclared
from services.agency.entry_codec import decode_entry
from services.agency.record import Record
from services.identity.directory_folder import DirectoryFolder
from services.verify import verify_network
from tests.faults.network import AGENCIES

_TAKEN = (EntryKind.ADMITTED, EntryKind.REFUSED)


@dataclass
class Walk:
    """What one agency's entries say."""

    agency: str
    entries: list[RecordEntry] = field(default_factory=list)

    def sent_to(self, peer: str) -> dict[int, list[RecordEntry]]:
        """Own documents to a peer by count."""
        return self._by_count(peer, [e for e in self.entries if e.kind is EntryKind.SENT])

    def taken_from(self, peer: str) -> dict[int, list[RecordEntry]]:
        """Documents of a peer by count, in the order of the record."""
        mine = [e for e in self.entries if e.kind in _TAKEN and e.event.envelope.sender == peer]
        return self._by_count(self.agency, mine)

    def _by_count(self, recipient: str, entries: list[RecordEntry]) -> dict[int, list[RecordEntry]]:
        found: dict[int, list[RecordEntry]] = {}
        for entry in entries:
            link = entry.event.envelope.recipient(recipient)
            if link is not None and link.count:
                found.setdefault(link.count, []).append(entry)
        return found

    def gaps_from(self, peer: str) -> set[int]:
        """Counts that a peer declared lost for good."""
        counts: set[int] = set()
        for entry in self.entries:
            if entry.kind is EntryKind.ADMITTED and entry.event.envelope.sender == peer:
                content = read_content(entry.event) if entry.event.envelope.event_type == "GapDeclared" else None
                if isinstance(content, GapDeclared):
                    counts |= set(range(content.from_count, content.to_count + 1))
        return counts

    def receipted_by(self, peer: str) -> dict[int, str]:
        """Count → digest of what a peer's receipts cover."""
        covered: dict[int, str] = {}
        for entry in self.entries:
            if entry.kind is EntryKind.ADMITTED and entry.event.envelope.sender == peer:
                content = read_content(entry.event) if entry.event.envelope.event_type == "EventReceived" else None
                if isinstance(content, EventReceived):
                    covered |= {line.count: line.digest for line in content.entries}
        return covered


def walk(folder: Path, agency: str, province: str = "lao-cai") -> Walk:
    """Every event entry of an agency's record."""
    record = Record(folder / "agencies" / agency / "record.sqlite", agency, province)
    try:
        rows = record.rows("SELECT rowid, topic, state FROM entries ORDER BY rowid")
        entries: list[Entry] = [decode_entry(*row) for row in rows]
    finally:
        record.close()
    return Walk(agency, [entry for entry in entries if isinstance(entry, RecordEntry)])


def compare_records(folder: Path, agencies: tuple[str, ...]) -> list[str]:
    """What is lost, there twice, out of order, unreceipted, or numbered wrongly; empty if all is well."""
    walks = {agency: walk(folder, agency) for agency in agencies}
    findings = [finding for one in walks.values() for finding in _own_faults(one)]
    for sender in walks.values():
        for recipient in walks.values():
            if sender is not recipient:
                findings += _pair_faults(sender, recipient)
    return findings


def all_faults(folder: Path, agencies: tuple[str, ...] = AGENCIES) -> list[str]:
    """What the walk here finds wrong, and what the verification from the root key alone does."""
    verdict = verify_network(folder, DirectoryFolder.of(folder).root)
    undelivered = [str(one.to_json()) for one in verdict.undelivered if one.where.lost]
    return compare_records(folder, agencies) + [str(finding) for finding in verdict.findings] + undelivered


def deliveries(folder: Path, agencies: tuple[str, ...]) -> int:
    """How many copies of documents were sent."""
    return sum(len(walk(folder, a).sent_to(b)) for a in agencies for b in agencies if a != b)


def _pair_faults(sender: Walk, recipient: Walk) -> list[str]:
    pair = f"{sender.agency} → {recipient.agency}"
    sent, taken = sender.sent_to(recipient.agency), recipient.taken_from(sender.agency)
    gaps = recipient.gaps_from(sender.agency)
    receipts = sender.receipted_by(recipient.agency)
    findings = [f"{pair}: count {n} sent {len(e)} times" for n, e in sent.items() if len(e) > 1]
    findings += [f"{pair}: count {n} taken {len(e)} times" for n, e in taken.items() if len(e) > 1]
    findings += [f"{pair}: count {n} lost" for n in sorted(set(sent) - set(taken))]
    findings += [f"{pair}: count {n} held by the recipient alone" for n in sorted(set(taken) - set(sent))]
    for count in sorted(set(sent) & set(taken)):
        event = taken[count][0].event
        if sent[count][0].event.payload != event.payload:
            findings.append(f"{pair}: count {count} differs")
        if receipts.get(count) != base64url.encode(event.digest):
            findings.append(f"{pair}: count {count} not receipted")
    everything = set(sent) | gaps
    if everything != set(range(1, len(everything) + 1)):
        findings.append(f"{pair}: counts {sorted(everything)[:5]}… have holes")
    if list(taken) != sorted(taken):
        findings.append(f"{pair}: taken out of order")
    return findings


def _own_faults(one: Walk) -> list[str]:
    findings = [
        f"{one.agency}: event {event_id} stands {n} times in the record"
        for event_id, n in Counter(e.event.envelope.id for e in one.entries).items()
        if n > 1
    ]
    # The tests run within one calendar year in Vietnam.
    out = [int(e.event.envelope.docnumber or 0) for e in one.entries if e.kind is EntryKind.SENT]
    for name, numbers in (
        ("outgoing", [n for n in out if n]),
        ("incoming", [e.incoming_number for e in one.entries if e.incoming_number]),
    ):
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            findings.append(f"{one.agency}: {name} register has gaps or doubles")
    return findings
