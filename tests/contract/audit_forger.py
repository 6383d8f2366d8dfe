"""Histories that somebody has tampered with: insiders with real keys, and hands in the auditor's own files."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from events import base64url
from events.audit.finding import AuditCheck
from events.audit.lean_envelope import read_envelope
from events.audit.log_keys import AUDITOR, log_name
from events.envelope import Envelope, envelope_digest
from events.instants import vietnam_date
from events.note import VerifierKey, format_note
from events.recipients import GENESIS, Recipient
from events.transparency.checkpoint import Checkpoint, sign_checkpoint
from events.types.protocol import EventReceived, ReceiptEntry, ReceiptOutcome
from services.agency.context import new_id
from services.audit.replay import Source, replay
from services.audit.verdict import Verdict
from services.auditor.ledger import Ledger, NewEvent
from services.auditor.places import ledger_file, log_folder
from services.bench.history import History, make_history
from services.bench.load import PROVINCE
from services.bench.story import ROLES
from services.identity.directory_folder import DirectoryFolder
from services.identity.network_change import Registrar
from services.identity.signer import FileSigner

END = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


class Evidence:
    """A copy of a made history, its ledger and log open to every hand."""

    def __init__(self, made: Path, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(made, folder, dirs_exist_ok=True)
        self.root = DirectoryFolder.of(folder).root

    @property
    def ledger(self) -> Path:
        return ledger_file(self.folder)

    @property
    def log(self) -> Path:
        return log_folder(self.folder)

    def write(self, statement: str, *parameters: Any) -> int:
        """Write into the ledger past its own class; how many rows it changed."""
        with closing(sqlite3.connect(self.ledger)) as connection, connection:
            return connection.execute(statement, parameters).rowcount

    def read(self, statement: str, *parameters: Any) -> list[Any]:
        with closing(sqlite3.connect(self.ledger)) as connection:
            return connection.execute(statement, parameters).fetchall()

    def one(self, statement: str, *parameters: Any) -> Any:
        (row,) = self.read(f"{statement} LIMIT 1", *parameters)
        return row

    def document(self, sender: str, event_type: str, skip: int = 3) -> tuple[int, bytes, str]:
        """A document in the middle of the history: its index, envelope and signature."""
        rows = self.read(
            "SELECT first_index, envelope, signature FROM logged WHERE instr(envelope, ?) AND instr(envelope, ?) "
            "ORDER BY first_index",
            f'"source":"urn:phoihop:{PROVINCE}:{sender}"'.encode(),
            f'"type":"vn.phoihop.{event_type}.v1"'.encode(),
        )
        index, envelope, signature = rows[skip]
        return index, envelope, signature

    def verdict(self, *, full: bool = True, checkpoints: Iterable[str] = (), with_log: bool = True) -> Verdict:
        source = Source(self.ledger, self.log if with_log else None, checkpoints=tuple(checkpoints))
        return replay(source, self.root, full=full, processes=0)

    def found(self, **options: Any) -> set[AuditCheck]:
        """The names of the checks that failed."""
        return {finding.check for finding in self.verdict(**options).findings}

    def revoke(self, agency: str, at: datetime) -> None:
        """Have the province revoke every key of an agency, in a directory version that the auditor holds."""
        province = Registrar(self.folder)
        directory = province.revoke_agency(agency, at=at, now=END + timedelta(days=1))
        note = DirectoryFolder.of(self.folder).note(directory.version)
        self.write("INSERT INTO directories (version, note) VALUES (?,?)", directory.version, note)

    def other_checkpoint(self, size: int, root: bytes) -> str:
        """A checkpoint that the log's own key signs over another tree."""
        signer = FileSigner.of(self.folder, AUDITOR, "service")
        key = VerifierKey(log_name(PROVINCE), signer.public_key)
        return format_note(sign_checkpoint(Checkpoint(key.name, size, root), key, signer.sign))


class Insider:
    """A history that goes on, in which somebody signs with a real key what he must not."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        directory = DirectoryFolder.of(evidence.folder).load()
        self.ledger = Ledger(evidence.ledger, PROVINCE)
        newest = datetime.fromisoformat(evidence.one("SELECT MAX(stored_at) FROM logged")[0])
        self.history = History(evidence.folder, directory, self.ledger, newest, timedelta(seconds=20))
        self.history.log.sequence = evidence.one("SELECT MAX(stream_sequence) FROM logged")[0]
        self._resume()

    def _resume(self) -> None:
        """Take up counts and numbers where the history left them."""
        for (data,) in self.evidence.read("SELECT envelope FROM logged ORDER BY first_index"):
            envelope = read_envelope(data)
            agency = self.history.agencies[envelope.sender]
            for recipient, count, _ in envelope.links:
                if count:
                    self.history.heads[envelope.sender, recipient] = count, envelope_digest(data)
                    taker = self.history.agencies[recipient]
                    year = vietnam_date(datetime.fromisoformat(envelope.time)).year
                    taker.incoming[year] = taker.incoming.get(year, 0) + 1
            if envelope.docnumber:
                year = vietnam_date(datetime.fromisoformat(envelope.time)).year
                agency.documents[year] = envelope.docnumber
        # What customs refused has no number.
        refused = self.evidence.one("SELECT COUNT(*) FROM logged WHERE instr(envelope, ?)", b"EventRefused")[0]
        customs = self.history.agencies["customs"]
        customs.incoming = {year: count - refused for year, count in customs.incoming.items()}

    def say(
        self,
        sender: str,
        event_type: str,
        clause: str,
        *recipients: str,
        signed_by: str | None = None,
        count_step: int = 1,
        previous: bytes | None = None,
        number_step: int = 1,
        remember: bool = True,
        **changes: Any,
    ) -> NewEvent:
        """Sign a document and log it, as `changes` want it to be."""
        history = self.history
        now = history.log.tick()
        agency = history.agencies[sender]
        year = vietnam_date(now).year
        number = agency.documents.get(year, 0) + number_step
        links = []
        for to in sorted(recipients):
            count, digest = history.heads.get((sender, to), (0, GENESIS))
            links.append(Recipient(to, count + count_step, digest if previous is None else previous))
        envelope = Envelope(
            event_type, 1, new_id(), now, PROVINCE, sender, ROLES[sender], tuple(links), os.urandom(32), os.urandom(16),
            clause=clause, docnumber=f"{number:02d}", docsymbol="CV-CA",
        )  # fmt: skip
        envelope = replace(envelope, **changes)
        event = history.log.sign(envelope, history.agencies[signed_by or sender].head, None)
        history.log.put(event)
        if remember:
            agency.documents[year] = number
            for link in links:
                history.heads[sender, link.agency] = link.count, event.digest
        return event

    def tell(self, *recipients: str, **changes: Any) -> NewEvent:
        """Police tell others of a method: lawful by itself."""
        return self.say("police", "InfoShared", "LC-7.2c", *recipients, **changes)

    def receipt(
        self, recipient: str, sender: str, event: NewEvent, at_count: int, *, signed_by: str | None = None, **line: Any
    ) -> NewEvent:
        """A receipt of one line, true as far as `line` does not change it."""
        history = self.history
        admitted_at = history.log.tick()
        digest = base64url.encode(event.digest)
        year = vietnam_date(admitted_at).year
        taker = history.agencies[recipient]
        number = taker.incoming[year] = taker.incoming.get(year, 0) + 1
        members: dict[str, Any] = {
            "count": at_count, "event": event.event_id, "digest": digest, "outcome": ReceiptOutcome.ADMITTED,
            "incoming_number": number, "admitted_at": admitted_at, "stream_sequence": event.stream_sequence,
            "stored_at": datetime.fromisoformat(event.stored_at or ""), "directory_version": 1, "late": False,
        }  # fmt: skip
        entry = ReceiptEntry(**(members | line))
        content = EventReceived(upto_count=entry.count, upto_digest=entry.digest, entries=(entry,))
        if signed_by is None:
            return history.protocol(recipient, content, (sender,))
        honest = history.agencies[recipient]
        history.agencies[recipient] = replace(honest, service=history.agencies[signed_by].service)
        forged = history.protocol(recipient, content, (sender,))
        history.agencies[recipient] = honest
        return forged

    def finish(self) -> Evidence:
        """Write everything, sign the checkpoint over it and have it witnessed: the log itself is in order."""
        self.history.log.checkpoint()
        self.ledger.close()
        return self.evidence


def made_history(folder: Path) -> Path:
    """A history of some six hundred events with several checkpoints."""
    make_history(folder, 600, end=END, checkpoint_every=300, state_every=1)
    return folder
