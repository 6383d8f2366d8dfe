"""An agency of a made-up history: its keys, its registers, and how it takes in what it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from events.instants import format_instant, parse_instant, vietnam_date
from events.types.protocol import ReceiptEntry, ReceiptOutcome
from projections.exchange_rows import MemoryRows
from projections.exchange_view import ExchangeView, Received, Sent
from services.auditor.ledger import NewEvent
from services.bench.load import PASSPHRASE
from services.identity.signer import FileSigner


@dataclass(frozen=True)
class Waiting:
    """A delivery that its recipient has not receipted, and will refuse or admit."""

    event: NewEvent
    sender: str
    count: int
    document: Sent
    refused: bool


@dataclass
class HistoryAgency:
    """Keys, the last numbers of both registers by year, and the view with what it has still to fold."""

    id: str
    head: FileSigner
    service: FileSigner
    view: ExchangeView
    documents: dict[int, int] = field(default_factory=dict)
    incoming: dict[int, int] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def take_in(self, delivery: Waiting, admitted_at: datetime, directory_version: int) -> ReceiptEntry:
        """Number what came, or refuse it; the receipt's line."""
        document = delivery.document
        year = vietnam_date(admitted_at).year
        number = None
        if not delivery.refused:
            number = self.incoming[year] = self.incoming.get(year, 0) + 1
        self.received.append(
            Received(
                year, number or 0, document.digest, format_instant(admitted_at), delivery.sender, document.id,
                document.case, document.cause, document.due,
            )
        )  # fmt: skip
        return ReceiptEntry(
            count=delivery.count,
            event=document.id,
            digest=document.digest,
            outcome=ReceiptOutcome.REFUSED if delivery.refused else ReceiptOutcome.ADMITTED,
            incoming_number=number,
            admitted_at=admitted_at,
            stream_sequence=delivery.event.stream_sequence,
            stored_at=None if delivery.event.stored_at is None else parse_instant(delivery.event.stored_at),
            directory_version=directory_version,
            late=False,
        )

    def fold_view(self) -> ExchangeView:
        """The view as of all that was sent and taken in."""
        self.view.fold(self.received, self.sent)
        self.received, self.sent = [], []
        return self.view


def open_agency(folder: Path, agency: str) -> HistoryAgency:
    """An agency of the network in `folder` that has said and heard nothing, its head's key unlocked."""
    head = FileSigner.of(folder, agency, "head")
    head.unlock(PASSPHRASE)
    return HistoryAgency(agency, head, FileSigner.of(folder, agency, "service"), ExchangeView(agency, MemoryRows()))
