"""The history read again from the broker's stream, through the auditor's own durable, and held against the ledger.

    read = await read_stream(folder, broker_url, target, now=system_now())

The auditor's service must not run meanwhile: it reads by the same durable. What is read goes into a ledger of its own,
verified as at the first intake; the service sets the durable right again when it starts.

1. the auditor's folder is locked, and the durable set to the stream's beginning
2. all that the stream has is taken in
3. what both have must be the same bytes, and what the stream has the ledger must have, as far as it had read

What the ledger has and the stream has not is counted and no finding: a broker that lost its store lost it for good, and
events also come by other ways. Checkpoints are held against the ledger's order, not the stream's.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from events.audit.finding import AuditCheck, Finding
from services.agency.folder import AgencyFolder, lock_agency
from services.agency.mail import arrival_of
from services.auditor.intake import Intake
from services.auditor.ledger import Ledger
from services.auditor.places import ledger_file
from services.broker.connection import connect, end_connection
from services.broker.fetch import MailPull
from services.broker.names import AUDITOR, JETSTREAM_PREFIX, stream_name
from services.broker.requests import api_request
from services.identity.directory_folder import DirectoryFolder

_MAX_TOLD = 100

Progress = Callable[[int, int], None]
"""(messages read, of how many)."""


@dataclass(frozen=True)
class StreamRead:
    """What reading the stream again brought: messages, events logged, and those that only the ledger has."""

    messages: int
    events: int
    quarantined: int
    only_in_ledger: int
    findings: tuple[Finding, ...]


async def read_stream(
    folder: Path, broker_url: str, target: Path, *, now: datetime, progress: Progress | None = None
) -> StreamRead:
    """Read the whole stream into a new ledger at `target` and compare it with the auditor's.

    Raises `FolderInUse` while the auditor's service runs, and what the broker and the ledger raise.
    """
    place = AgencyFolder(folder, AUDITOR)
    directories = DirectoryFolder.of(folder)
    directory = directories.load()
    place.check_listed(directory)
    messages = quarantined = 0
    with lock_agency(place), Ledger(target, directory.province, create=True) as ledger:
        with ledger.commit():
            for version in range(1, directory.version + 1):
                ledger.keep_directory(version, directories.note(version))
        intake = Intake(ledger)
        client = await connect(broker_url, place.credentials, AUDITOR)
        try:
            durable = f"{stream_name(directory.province)}.{AUDITOR}"
            await api_request(client, f"{JETSTREAM_PREFIX}.CONSUMER.RESET.{durable}", json.dumps({"seq": 1}).encode())
            pull = MailPull(client, directory.province, AUDITOR)
            await pull.open()
            info = await api_request(client, f"{JETSTREAM_PREFIX}.CONSUMER.INFO.{durable}")
            waiting = total = int(info["num_pending"]) + int(info["num_ack_pending"])
            while waiting:
                batch = await pull.batch()
                taken = intake.take_in([arrival_of(message) for message in batch], directory, now)
                await pull.acknowledge(batch)
                messages, quarantined = messages + len(batch), quarantined + taken.quarantined
                waiting = batch[-1].metadata.num_pending
                if progress is not None:
                    progress(messages, max(total, messages))
            await pull.unsubscribe()
        finally:
            await end_connection(client)
    return _compare(ledger_file(folder), target, messages, quarantined)


def _compare(held: Path, read: Path, messages: int, quarantined: int) -> StreamRead:
    with closing(sqlite3.connect(f"{read.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("ATTACH ? AS held", (f"{held.absolute().as_uri()}?mode=ro",))
        (events,) = connection.execute("SELECT COUNT(*) FROM main.logged").fetchone()
        (only_in_ledger,) = connection.execute(_ONLY_IN_LEDGER).fetchone()
        findings = [
            Finding(
                AuditCheck.TRIMMED, event, f"stream {sequence}",
                "Luồng của máy chủ tin có văn bản này, sổ kiểm chứng thì không.",
                f"The stream has this event at {sequence}, and the ledger, which was read past it, does not.",
            )
            for event, sequence in connection.execute(_ONLY_IN_STREAM, (_MAX_TOLD,))
        ]  # fmt: skip
        findings += [
            Finding(
                AuditCheck.ENTRY_MISMATCH, event, f"stream {sequence}",
                "Sổ kiểm chứng giữ văn bản này khác với luồng của máy chủ tin.",
                "The ledger keeps another signature, stream sequence or stored time for this event than the stream "
                "has.",
            )
            for event, sequence in connection.execute(_DIFFERENT, (_MAX_TOLD,))
        ]  # fmt: skip
    return StreamRead(messages, events, quarantined, only_in_ledger, tuple(findings))


# Mail that the ledger had not read yet is not missing from it.
_ONLY_IN_STREAM = """
SELECT event_id, stream_sequence FROM main.logged
WHERE digest NOT IN (SELECT digest FROM held.logged)
    AND stream_sequence <= (SELECT coalesce(MAX(stream_sequence), 0) FROM held.intake)
ORDER BY first_index LIMIT ?
"""

# An event that came again stands in both with its first copy; where the broker lost its store, that was another one.
_DIFFERENT = """
SELECT read.event_id, read.stream_sequence FROM main.logged AS read JOIN held.logged AS held USING (digest)
WHERE read.signature <> held.signature
    OR (held.stream_sequence = read.stream_sequence AND held.stored_at <> read.stored_at)
ORDER BY read.first_index LIMIT ?
"""

_ONLY_IN_LEDGER = "SELECT COUNT(*) FROM held.logged WHERE digest NOT IN (SELECT digest FROM main.logged)"
