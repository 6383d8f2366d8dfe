"""Two agencies without a broker between them: what one signs is handed to the other in batches.

For measuring the cost of the checks and the stores alone, and for making large data sets: the code is the services'
own, only the carrying is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from events.arrival import Arrival
from events.draft import Draft
from events.record_entry import Entry, EntryKind, RecordEntry
from events.regulation.regulations import load_rules
from events.signature import Signer
from projections.views import Views
from services.agency.admitting import take_in
from services.agency.clock import system_now
from services.agency.context import Context
from services.agency.copies import SIGNATURE_HEADER, copies
from services.agency.folder import AgencyFolder
from services.agency.issuing import issue
from services.agency.record import Record
from services.identity.directory_folder import DirectoryFolder
from services.identity.signer import FileSigner


@dataclass
class House:
    """One agency's stores and keys, opened without its service."""

    context: Context
    record: Record
    views: Views
    service: Signer
    head: Signer
    mail: list[Arrival] = field(default_factory=list)
    folds: bool = True
    """Whether its views move with its record: where nobody asks them they may be folded afterwards."""

    def issue_all(self, drafts: Iterable[Draft], now: datetime | None = None) -> list[RecordEntry]:
        """Sign drafts in one commit and fold them."""
        moment = now or system_now()
        with self.record.writing() as transaction:
            entries = [issue(transaction, draft, self.head, self.context, moment) for draft in drafts]
        self._fold(transaction.appended)
        return entries

    def take_in(self, arrivals: Sequence[Arrival], now: datetime | None = None) -> list[Entry]:
        """Admit messages in one commit and fold them; what was appended, receipts included."""
        with self.record.writing() as transaction:
            take_in(transaction, arrivals, self.context, self.service, now or system_now())
        self._fold(transaction.appended)
        return transaction.appended

    def _fold(self, entries: list[Entry]) -> None:
        if self.folds:
            self.views.apply(entries, self.context.me)

    def close(self) -> None:
        """Close the stores."""
        self.views.close()
        self.record.close()


def open_house(folder: Path, agency: str, head_passphrase: str) -> House:
    """Open an agency's stores with its head's key unlocked."""
    directories = DirectoryFolder.of(folder)
    directory = directories.load()
    place = AgencyFolder(folder, agency)
    head = FileSigner.of(folder, agency, "head")
    head.unlock(head_passphrase)
    return House(
        Context(agency, directory, load_rules(directory.regulation)),
        Record(place.record, agency, directory.province),
        Views(place.views, roles_of=lambda version, who, at: directories.chain()[version - 1].roles_of(who, at)),
        FileSigner.of(folder, agency, "service"),
        head,
    )


class Carrier:
    """Hands messages between houses as the broker would: by subject, with a sequence and a time."""

    def __init__(self, houses: Iterable[House]) -> None:
        self._houses = {house.context.me: house for house in houses}
        self.sequence = 0

    def carry(self, entries: Iterable[Entry], now: datetime | None = None) -> int:
        """Deliver own events to those addressed, and their receipts back; the number of deliveries of documents.

        `now` is when all of it is stored and taken in; without it the machine's clock says so each time.
        """
        waiting: dict[str, list[Arrival]] = {}
        delivered = 0
        for entry in entries:
            if isinstance(entry, RecordEntry) and entry.kind is EntryKind.SENT:
                for message in copies(entry.event, to=entry.event.envelope.agencies):
                    self.sequence += 1
                    arrival = Arrival(
                        message.subject,
                        message.payload,
                        message.headers[SIGNATURE_HEADER],
                        self.sequence,
                        now or system_now(),
                    )
                    waiting.setdefault(message.subject.split(".")[3], []).append(arrival)
                    delivered += not entry.event.envelope.is_protocol
        for agency, arrivals in waiting.items():
            delivered += self.carry(self._houses[agency].take_in(arrivals, now), now)
        return delivered
