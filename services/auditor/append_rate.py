"""How fast the log grows on this machine: measured through the very code that the auditor's service runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from events.arrival import Arrival
from events.audit.log_keys import AUDITOR
from events.audit.logged_event import LoggedEvent
from events.directory import Directory
from events.envelope import parse_envelope
from events.instants import parse_instant
from events.signature import Signer
from events.subjects import Subject
from services.auditor.intake import Intake
from services.auditor.ledger import Ledger
from services.auditor.log_writer import LogWriter
from services.broker.fetch import BATCH


@dataclass(frozen=True)
class Rate:
    """What was done in a time: events, and the log's entries that they have (one for each recipient)."""

    events: int
    entries: int
    seconds: float

    @property
    def entries_per_second(self) -> float:
        """The log's entries in a second."""
        return self.entries / self.seconds


def append_rate(ledger_path: Path, directory: Directory, signer: Signer, folder: Path, now: datetime) -> Rate:
    """Write the log of a ledger into an empty folder, up to the signed checkpoint on disk.

    `ledger_path` is a ledger without checkpoints (`events_only` makes one); it gets one checkpoint, of all it holds.
    """
    with Ledger(ledger_path, directory.province) as ledger:
        writer = LogWriter(ledger, folder, lambda: directory, signer)
        writer.open()
        began = time.perf_counter()
        checkpoint = writer.advance(now)
        seconds = time.perf_counter() - began
        (events,) = ledger.connection.execute("SELECT COUNT(*) FROM logged").fetchone()
    return Rate(events, checkpoint.size if checkpoint is not None else 0, seconds)


def intake_rate(source: Path, ledger_path: Path, directory: Directory, now: datetime) -> Rate:
    """Take a ledger's events in again, into a new one, from the bytes that travelled: verified, stored, synced.

    In batches as the mail comes in. This is what a second of the auditor's processor takes in, on one core.
    """
    with Ledger(source, directory.province, read_only=True) as old, _new(ledger_path, directory.province) as ledger:
        intake = Intake(ledger)
        events = entries = 0
        seconds = 0.0
        for batch in _batches(old, directory.province):
            began = time.perf_counter()
            taken = intake.take_in(batch, directory, now)
            seconds += time.perf_counter() - began
            events, entries = events + taken.logged, entries + taken.entries
    return Rate(events, entries, seconds)


def events_only(source: Path, target: Path, province: str) -> None:
    """A new ledger with the events of another, and nothing that was signed over them."""
    _new(target, province).close()
    with Ledger(target, province) as ledger:
        ledger.connection.execute("ATTACH ? AS old", (str(source),))
        with ledger.commit():
            ledger.connection.execute("INSERT INTO logged SELECT * FROM old.logged")
        ledger.connection.execute("DETACH old")


def _new(path: Path, province: str) -> Ledger:
    return Ledger(path, province, create=True)


def _batches(ledger: Ledger, province: str) -> Iterator[list[Arrival]]:
    size = 0
    while events := ledger.read(size, BATCH):
        yield [_arrival(event, province) for event in events]
        last = events[-1]
        size = last.first_index + 1


def _arrival(event: LoggedEvent, province: str) -> Arrival:
    envelope = parse_envelope(event.envelope)
    subject = Subject(province, envelope.sender, AUDITOR, envelope.event_type)
    payload = event.envelope if event.data is None else b'%b,"data":%b}' % (event.envelope[:-1], event.data)
    stored_at = parse_instant(event.stored_at) if event.stored_at else None
    return Arrival(str(subject), payload, event.signature, event.stream_sequence, stored_at)
