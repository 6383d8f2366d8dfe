"""The clock, ledger, log and witnesses under a made-up history.

What is signed is put there and comes under checkpoints. The clock stands still until it is asked for the next instant;
each event counts as stored `STORED_AFTER` after it was signed, at the places of the stream that its copies would take.
Checkpoints are signed with the auditor's key and cosigned by `WITNESSES`, as the default policy asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from events.audit.default_policy import default_policy
from events.audit.log_keys import AUDITOR, witness_name
from events.directory import Directory
from events.envelope import Envelope, envelope_digest
from events.instants import format_instant
from events.signature import sign_envelope
from events.transparency.cosignature import Cosignature, CosignerKey, cosign
from services.auditor.ledger import Ledger, NewEvent
from services.auditor.log_writer import LogWriter
from services.auditor.places import log_folder
from services.bench.load import PROVINCE
from services.identity.signer import FileSigner

WITNESSES = ("police", "dic", "customs", "vnpt")
STORED_AFTER = timedelta(milliseconds=40)


class HistoryLog:
    """Where a history is logged. `now` is its clock, `sequence` the last place of the stream that was taken.

    `witnesses` are the service keys that cosign; `unwritten` what the ledger has still to take; `events` and `entries`
    count what was put.
    """

    def __init__(
        self,
        folder: Path,
        directory: Directory,
        ledger: Ledger,
        start: datetime,
        step: timedelta,
        witnesses: Mapping[str, FileSigner],
    ) -> None:
        self.now = start
        self.sequence = 0
        self.unwritten: list[NewEvent] = []
        self.events = 0
        self.entries = 0
        self._ledger = ledger
        self._step = step
        self._witnesses = witnesses
        self._writer = LogWriter(
            ledger, log_folder(folder), lambda: directory, FileSigner.of(folder, AUDITOR, "service")
        )
        self._writer.open()
        self._policy = default_policy(directory, start)

    def tick(self) -> datetime:
        """The next instant."""
        self.now += self._step
        return self.now

    def sign(self, envelope: Envelope, signer: FileSigner, data: bytes | None) -> NewEvent:
        """Sign an envelope; it takes its places in the stream and is not logged yet."""
        envelope_bytes = envelope.to_bytes()
        self.sequence += len(envelope.recipients) + 1
        return NewEvent(
            envelope_digest(envelope_bytes), envelope.id, len(envelope.recipients), envelope_bytes,
            sign_envelope(envelope_bytes, signer), self.sequence, format_instant(self.now + STORED_AFTER), data,
        )  # fmt: skip

    def put(self, event: NewEvent) -> None:
        """Log a signed event."""
        self.unwritten.append(event)
        self.events += 1
        self.entries += event.entries

    def write(self) -> None:
        """Put what was signed into the ledger."""
        with self._ledger.commit():
            self._ledger.append(self.unwritten, format_instant(self.now + STORED_AFTER))
        self.unwritten = []

    def checkpoint(self) -> None:
        """Bring the log up to date, sign its checkpoint and have it witnessed."""
        self.write()
        checkpoint = self._writer.advance(self.tick())
        note = self._writer.checkpoints.note(checkpoint.size) if checkpoint is not None else None
        if checkpoint is None or note is None:
            return
        seconds = int(self.tick().timestamp())
        with self._ledger.commit():
            for agency, signer in self._witnesses.items():
                key = CosignerKey(witness_name(PROVINCE, agency), signer.public_key)
                line = cosign(note.text, key, seconds, signer.sign)
                self._writer.checkpoints.add_cosignature(checkpoint.size, agency, str(line), Cosignature(key, seconds))
        self._writer.witness([checkpoint.size], self._policy)
