"""What one agency's record says, gathered by walking it once: links of its chains, receipts, refusals, registers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from events.content import Content
from events.directory import Directory, KeyStanding
from events.instants import vietnam_date
from events.record_entry import Entry, EntryKind, LocalEntry, RecordEntry
from events.types.protocol import EventReceived, EventRefused, GapDeclared, ReceiptEntry
from services.verify.authenticity import check_signature, read_checked, refused_unread, standing_of
from services.verify.store import Held, Stored
from services.verify.verdict import Finding, FindingKind


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a pair chain as one end holds it. `outcome`, number and instants are the recipient's own words."""

    count: int
    digest: bytes
    previous: bytes
    event: str
    time: datetime
    position: int
    refused: bool = False
    incoming_number: int | None = None
    recorded_at: datetime | None = None
    stored_at: datetime | None = None


@dataclass
class House:
    """One agency: what it sent to whom and holds from whom, in the order of its record."""

    agency: str
    documents: int = 0
    sent: dict[str, list[Link]] = field(default_factory=lambda: defaultdict(list))
    received: dict[str, list[Link]] = field(default_factory=lambda: defaultdict(list))
    gaps_declared: dict[str, list[range]] = field(default_factory=lambda: defaultdict(list))
    """By recipient: counts that this agency has signed to be lost."""
    gaps_accepted: dict[str, list[range]] = field(default_factory=lambda: defaultdict(list))
    """By sender: counts that the sender has signed to be lost."""
    receipts: dict[str, list[EventReceived]] = field(default_factory=lambda: defaultdict(list))
    """By recipient: its receipts, as this agency holds them."""
    receipts_given: dict[str, dict[int, ReceiptEntry]] = field(default_factory=lambda: defaultdict(dict))
    """By sender and count: what this agency signed of it."""
    told_refusals: dict[str, str] = field(default_factory=dict)
    """Event → digest: refusals that this agency has signed."""
    outgoing: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    incoming: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    revoked: dict[str, RecordEntry] = field(default_factory=dict)
    """Events held here whose key stands revoked, unless something proves them older."""
    held: Held = field(default_factory=lambda: Held(frozenset(), frozenset()))
    recovered: bool = False
    """Whether own events were brought back here by peers, in whatever order they came."""


class Walk:
    """Fills a `House` from the entries of a record; faults go to `findings`."""

    def __init__(self, agency: str, directory: Directory, findings: list[Finding]) -> None:
        self.house = House(agency)
        self._directory = directory
        self._findings = findings
        self._seen: dict[str, int] = {}

    def take(self, stored: Stored) -> None:
        """Take in the next entry."""
        entry = stored.entry
        if stored.history != _history(entry):
            self._fault(FindingKind.STORE, f"the entry lies in history {stored.history}, not in its own", entry)
        if isinstance(entry, LocalEntry):
            self.house.recovered |= entry.name == "OwnEventsBrought"
            return
        envelope = entry.event.envelope
        if (first := self._seen.setdefault(envelope.id, entry.position)) != entry.position:
            self._fault(FindingKind.CHAIN, f"the event is held twice, first as entry {first}", entry)
        if (fault := check_signature(entry, self.house.agency, self._directory)) is not None:
            self._fault(*fault, entry)
            return
        self._check_period(entry)
        content = read_checked(entry)
        if isinstance(content, tuple):
            if not refused_unread(entry) or "digest" in content[1]:
                self._fault(*content, entry)
        else:
            self._take_message(entry, content)
        if not envelope.is_protocol:
            self._take_document(entry)

    def _check_period(self, entry: RecordEntry) -> None:
        standing = standing_of(entry, self._directory)
        if standing is KeyStanding.REVOKED:
            self.house.revoked[entry.event.envelope.id] = entry
        elif not standing.admits and not (entry.refusal is not None):
            self._fault(FindingKind.KEY_PERIOD, f"key {entry.event.kid} is {standing.value.replace('_', ' ')}", entry)

    def _take_document(self, entry: RecordEntry) -> None:
        event, house = entry.event, self.house
        envelope = event.envelope
        if entry.kind is EntryKind.SENT:
            house.documents += 1
            for recipient in envelope.recipients:
                house.sent[recipient.agency].append(
                    Link(recipient.count, event.digest, recipient.previous, envelope.id, envelope.time, entry.position)
                )
            if envelope.docnumber is not None:
                house.outgoing[vietnam_date(envelope.time).year].append(int(envelope.docnumber))
            return
        link = envelope.recipient(house.agency)
        if link is None:  # check_signature has said so already
            return
        refused = entry.kind is EntryKind.REFUSED
        house.received[envelope.sender].append(
            Link(
                link.count, event.digest, link.previous, envelope.id, envelope.time, entry.position, refused,
                entry.incoming_number, entry.recorded_at, entry.stored_at,
            )
        )  # fmt: skip
        if entry.incoming_number is not None:
            house.incoming[vietnam_date(entry.recorded_at).year].append(entry.incoming_number)
        elif not refused:
            self._fault(FindingKind.REGISTER, "an admitted document has no incoming number", entry)

    def _take_message(self, entry: RecordEntry, content: Content) -> None:
        house, envelope, sent = self.house, entry.event.envelope, entry.kind is EntryKind.SENT
        match content:
            case EventReceived() if sent:
                for peer in envelope.agencies:
                    house.receipts_given[peer].update((line.count, line) for line in content.entries)
            case EventReceived():
                house.receipts[envelope.sender].append(content)
            case EventRefused() if sent and content.event is not None:
                house.told_refusals[content.event] = content.digest
            case GapDeclared() if sent:
                for peer in envelope.agencies:
                    house.gaps_declared[peer].append(range(content.from_count, content.to_count + 1))
            case GapDeclared():
                house.gaps_accepted[envelope.sender].append(range(content.from_count, content.to_count + 1))
            case _:
                pass

    def _fault(self, kind: FindingKind, what: str, entry: Entry) -> None:
        event = entry.event.envelope.id if isinstance(entry, RecordEntry) else None
        self._findings.append(Finding(kind, self.house.agency, what, event, entry.position))


def _history(entry: Entry) -> str:
    """The history that an entry belongs to: its case, the exchange with a peer, a local matter."""
    if isinstance(entry, LocalEntry):
        return f"local:{entry.subject}"
    envelope = entry.event.envelope
    if envelope.case is not None:
        return f"case:{envelope.case}"
    return "to:any" if entry.kind is EntryKind.SENT else f"from:{envelope.sender}"
