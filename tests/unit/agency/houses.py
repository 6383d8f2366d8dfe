"""Agencies with real keys, records and views, and no broker: what one signs is handed to the others as arrivals.

Time stands at `NOW` and moves only when a test moves it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from events.arrival import Arrival
from events.content import Content
from events.directory import Directory, KeyRecord
from events.draft import Draft
from events.payload import content_digest
from events.record_entry import Entry, EntryKind, LocalEntry, RecordEntry
from events.regulation.regulations import load_rules
from events.signature import Signer, sign_envelope
from events.signed_event import SignedEvent
from events.types.information import InfoKind, InfoShared
from events.types.suspicion import SuspicionReported
from events.values.matter import Category, Field
from projections.views import Views
from services.agency.admitting import Intake, take_in
from services.agency.context import Context
from services.agency.copies import SIGNATURE_HEADER, copies
from services.agency.issuing import issue, issue_protocol
from services.agency.record import Record
from services.agency.record_transaction import RecordTransaction
from services.identity.directory_folder import DirectoryFolder
from services.identity.network_init import KeyPolicy, init_province
from services.identity.pkcs8 import DEMONSTRATION
from services.identity.signer import FileSigner
from services.provinces import load_province

FOUNDED = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
AGENCIES = ("auditor", "customs", "dic", "police", "vnpt")
PASSPHRASE = "open for tests"


@dataclass(repr=False)
class House:
    """One agency's stores and keys."""

    context: Context
    record: Record
    views: Views
    service: Signer
    head: Signer
    now: datetime = NOW
    intakes: list[Intake] = field(default_factory=list)

    @property
    def me(self) -> str:
        return self.context.me

    def issue(self, *drafts: Draft, signer: Signer | None = None) -> list[RecordEntry]:
        """Sign drafts in one commit and fold them."""
        with self.record.writing() as transaction:
            entries = [issue(transaction, draft, signer or self.head, self.context, self.now) for draft in drafts]
        self._fold(transaction)
        return entries

    def say(self, content: Content, *to: str, cause: str | None = None, case: str | None = None) -> RecordEntry:
        """Sign a protocol message with the service's key."""
        with self.record.writing() as transaction:
            entry = issue_protocol(
                transaction, content, to, self.service, self.context, self.now, cause=cause, case=case
            )
        self._fold(transaction)
        return entry

    def take_in(self, *arrivals: Arrival) -> Intake:
        """Admit messages in one commit and fold them."""
        with self.record.writing() as transaction:
            intake = take_in(transaction, arrivals, self.context, self.service, self.now)
        self._fold(transaction)
        self.intakes.append(intake)
        return intake

    @contextmanager
    def writing(self) -> Iterator[RecordTransaction]:
        """A transaction whose entries are folded once it is committed."""
        with self.record.writing() as transaction:
            yield transaction
        self._fold(transaction)

    def _fold(self, transaction: RecordTransaction) -> None:
        self.views.apply(transaction.appended, self.me)

    # --- what the record holds ---

    def events(self, *kinds: EntryKind, event_type: str | None = None) -> list[RecordEntry]:
        """The entries of some kinds (of all, if none is named), perhaps of one type only."""
        return [
            e
            for e in self.record.all_entries()
            if isinstance(e, RecordEntry)
            and (not kinds or e.kind in kinds)
            and event_type in {None, e.event.envelope.event_type}
        ]

    def documents(self, *kinds: EntryKind) -> list[RecordEntry]:
        """The entries that are no protocol messages."""
        return [e for e in self.events(*kinds) if not e.event.envelope.is_protocol]

    def local(self, name: str | None = None) -> list[LocalEntry]:
        """The entries that stay in the house."""
        return [e for e in self.record.all_entries() if isinstance(e, LocalEntry) and name in {None, e.name}]

    def close(self) -> None:
        self.views.close()
        self.record.close()


class Houses:
    """Fresh houses of one network; their keys are made once for all tests."""

    def __init__(self, network: Path, folder: Path, agencies: Iterable[str] = AGENCIES) -> None:
        self.folder = folder
        self.network = network
        self.directory = DirectoryFolder.of(network).load()
        self._houses = {agency: self.open(agency, folder / agency) for agency in agencies}

    def __getitem__(self, agency: str) -> House:
        return self._houses[agency]

    def __iter__(self) -> Iterator[House]:
        return iter(self._houses.values())

    def open(self, agency: str, folder: Path) -> House:
        """A house over the stores in a folder, made if they are not there."""
        directory = self.directory
        record = Record(folder / "record.sqlite", agency, directory.province, create=True)
        views = Views(folder / "views.sqlite", roles_of=lambda _, who, at: directory.roles_of(who, at))
        return House(Context(agency, directory, RULES), record, views, *signers(self.network, agency))

    def close(self) -> None:
        for house in self._houses.values():
            house.close()


RULES = load_rules("lao-cai-29-2008")


@cache
def signers(network: Path, agency: str) -> tuple[Signer, Signer]:
    """The service's and the head's signer, unlocked; kept, since opening a key is meant to cost."""
    head = FileSigner.of(network, agency, "head")
    head.unlock(PASSPHRASE)
    return FileSigner.of(network, agency, "service"), head


def make_network(folder: Path, *more: str) -> Path:
    """Directory and keys of five agencies, and of more where they are named."""
    init_province(
        folder, load_province("lao-cai"), agencies=(*AGENCIES, *more), passphrase_for=lambda _: PASSPHRASE,
        clock="real", now=FOUNDED, policy=KeyPolicy(cost=DEMONSTRATION),
    )  # fmt: skip
    return folder


# --- messages ---


def arrival(
    event: SignedEvent | RecordEntry, to: str, *, sequence: int | None = 1, stored_at: datetime | None = NOW
) -> Arrival:
    """An event as the broker would hand it to one recipient."""
    signed = event.event if isinstance(event, RecordEntry) else event
    (message,) = copies(signed, to=(to,))
    return Arrival(message.subject, message.payload, message.headers[SIGNATURE_HEADER], sequence, stored_at)


def carry(houses: Houses, entries: Iterable[Entry]) -> None:
    """Deliver own events to those addressed, and all that comes of it, until nothing is under way."""
    under_way = list(entries)
    while under_way:
        entry = under_way.pop(0)
        if not isinstance(entry, RecordEntry) or entry.kind is not EntryKind.SENT:
            continue
        for agency in entry.event.envelope.agencies:
            before = houses[agency].record.last_position
            houses[agency].take_in(arrival(entry, agency, stored_at=houses[agency].now))
            under_way += houses[agency].record.all_entries(before)


def resigned(event: SignedEvent, signer: Signer, *, content: bytes | None = None, **changes: Any) -> SignedEvent:
    """The event with other attributes or another content, signed anew: what only the key's holder can make."""
    content_bytes = event.content_bytes if content is None else content
    digest = content_digest(event.salt, content_bytes)
    envelope = replace(event.envelope, contentdigest=digest, **changes)
    data = envelope.to_bytes()
    return SignedEvent(envelope, data, event.salt, content_bytes, sign_envelope(data, signer))


# --- drafts ---


def shared(text: str = "SIM box", *, case: str | None = None) -> Draft:
    """Police tell DIC of a method (LC-7.2c): needs nothing before it."""
    content = InfoShared(subject="Phương thức mới", kind=InfoKind.MODUS_OPERANDI, title="SIM box", text=text)
    return Draft(content, ("dic",), case=case, clause="LC-7.2c", role="police")


def suspicion(*to: str, case: str | None = None) -> Draft:
    """An enterprise reports a suspicion."""
    content = SuspicionReported(
        subject="Nghi vấn trộm cắp cước", category=Category.CHARGE_THEFT, fields=(Field.TELECOM,), summary="SIM box.",
        discovered_at=NOW - timedelta(hours=1), attestation=True,
    )  # fmt: skip
    return Draft(content, to or ("dic", "police"), case=case)


# --- directories ---


def with_keys(directory: Directory, agency: str, change: Callable[[KeyRecord], KeyRecord]) -> Directory:
    """The directory with every key of an agency changed."""
    found = directory.agencies[agency]
    signatories = tuple(replace(s, keys=tuple(change(k) for k in s.keys)) for s in found.signatories)
    return replace(directory, agencies={**directory.agencies, agency: replace(found, signatories=signatories)})


def with_roles_until(directory: Directory, agency: str, until: datetime) -> Directory:
    """The directory in which an agency's roles end."""
    found = directory.agencies[agency]
    roles = tuple(replace(term, until=until) for term in found.roles)
    return replace(directory, agencies={**directory.agencies, agency: replace(found, roles=roles)})


def use_directory(house: House, directory: Directory) -> None:
    house.context = replace(house.context, directory=directory)


def copy_record(house: House, target: Path) -> Path:
    """The record's file as a thief or a plain copying would have it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal"):
        source = Path(f"{house.record.path}{suffix}")
        if source.exists():
            shutil.copy(source, f"{target}{suffix}")
    return target


def rows(record: Record, query: str, *parameters: Any) -> Sequence[tuple[Any, ...]]:
    return [tuple(row) for row in record.rows(query, parameters)]
