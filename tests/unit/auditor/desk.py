"""What tests of the auditor need: a desk that takes in what houses send, and a ledger that grows portion by portion."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from events.arrival import Arrival
from events.audit.log_keys import AUDITOR, witness_name
from events.directory import Directory
from events.draft import Draft
from events.note import Note, format_note, parse_note
from events.signature import Signer
from events.signed_event import SignedEvent
from events.transparency.checkpoint import Checkpoint, format_checkpoint, parse_checkpoint
from events.transparency.cosignature import CosignerKey, cosign
from services.auditor.checkpoints import Checkpoints
from services.auditor.intake import Intake
from services.auditor.ledger import Ledger
from services.auditor.log_writer import LogWriter
from services.auditor.quarantine import Quarantine
from services.auditor.taken import Taken
from services.identity.directory_folder import DirectoryFolder
from services.identity.signer import FileSigner
from tests.unit.agency.houses import NOW, Houses, arrival, signers

PROVINCE = "lao-cai"


class Desk:
    """The auditor's ledger, intake and log beside houses; time stands at `NOW`."""

    def __init__(self, houses: Houses, folder: Path) -> None:
        self.houses = houses
        self.directory = houses.directory
        self.ledger = Ledger(folder / "ledger.sqlite", PROVINCE, create=True)
        self.intake = Intake(self.ledger)
        self.quarantine = Quarantine(self.ledger)
        self.checkpoints = Checkpoints(self.ledger)
        self.log = folder / "log"
        self.signer, _ = signers(houses.network, AUDITOR)
        self.writer = LogWriter(self.ledger, self.log, lambda: self.directory, self.signer)
        self._sequence = 0

    def close(self) -> None:
        self.ledger.close()

    def take(self, *events: SignedEvent | Arrival) -> Taken:
        return self.intake.take_in(
            [each if isinstance(each, Arrival) else self.copy(each) for each in events], self.directory, NOW
        )

    def copy(self, event: SignedEvent) -> Arrival:
        """The auditor's copy, as the broker would hand it out next."""
        self._sequence += 1
        return arrival(event, AUDITOR, sequence=self._sequence)

    def sent(self, agency: str, *drafts: Draft) -> list[SignedEvent]:
        return [entry.event for entry in self.houses[agency].issue(*drafts)]

    def sign(self) -> Checkpoint:
        self.writer.open()
        checkpoint = self.writer.advance(NOW)
        assert checkpoint is not None
        return checkpoint

    def cosigned(
        self, agency: str, size: int, *, at: datetime = NOW, by: Signer | None = None, root: bytes = b""
    ) -> str:
        """A checkpoint's note with a witness's cosignature alone; over another tree, with another `root`."""
        signed = self.checkpoints.signed_note(size)
        assert signed is not None
        signer = by or self.houses[agency].service
        key = self.directory.key(signer.kid)
        assert key is not None
        text = parse_note(signed).text
        if root:
            text = format_checkpoint(replace(parse_checkpoint(text), root=root))
        cosigner = CosignerKey(witness_name(PROVINCE, agency), key.public_key)
        return format_note(Note(text, (cosign(text, cosigner, int(at.timestamp()), signer.sign),)))


@dataclass
class History:
    """A ledger with all of a history, and one that is given it portion by portion, with its log."""

    network: Path
    whole: Path
    folder: Path
    now: datetime = datetime(2026, 11, 22, tzinfo=UTC)
    _writers: list[Ledger] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.folder / "ledger.sqlite"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @cached_property
    def directory(self) -> Directory:
        return DirectoryFolder.of(self.network).load()

    @cached_property
    def signer(self) -> FileSigner:
        return FileSigner.of(self.network, AUDITOR, "service")

    @cached_property
    def sizes(self) -> list[int]:
        """After each event, how many entries there are."""
        with sqlite3.connect(self.whole) as connection:
            rows = connection.execute("SELECT first_index + entries FROM logged ORDER BY first_index").fetchall()
        return [row[0] for row in rows]

    def grow(self, size: int) -> int:
        """Give the ledger the history's events up to about `size` entries; gives how many it has."""
        Ledger(self.path, PROVINCE, create=True).close()
        with Ledger(self.path, PROVINCE) as ledger:
            ledger.connection.execute("ATTACH ? AS whole", (str(self.whole),))
            with ledger.commit():
                ledger.connection.execute(
                    "INSERT OR IGNORE INTO logged SELECT * FROM whole.logged WHERE first_index + entries <= ?", (size,)
                )
            return ledger.size

    def writer(self, path: Path | None = None, log: Path | None = None) -> LogWriter:
        """A new writer, as after a start; it is not open yet."""
        ledger = Ledger(path or self.path, PROVINCE)
        return LogWriter(ledger, log or self.log, lambda: self.directory, self.signer)


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
