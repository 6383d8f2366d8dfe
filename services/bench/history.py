"""A long history in an auditor's ledger: real keys, signatures, chains, receipts, cases, checkpoints and witnesses.

Made without services or broker, some ten thousand events a second, so that replays, questions and packages can be
measured and tested on it. What it is made of:

- a network of nine agencies of Lào Cai in the folder, as `phoihop init` makes it, with the auditor's ledger and log;
- cases of ten documents each (`services.bench.story`): a suspicion reported, referred, opened, two questions with a
  due time and their answers, methods shared with DIC and, outside the case, with customs, and the closing; every
  seventh case leaves its second question unanswered;
- `CASES_AT_ONCE` cases side by side; after each step of theirs every recipient gives a receipt to every sender;
- customs refuse what they are told of one case in `REFUSED_ONE_IN`, with the receipt and the reason for it;
- instants in equal steps up to `end`, each event stored `STORED_AFTER` after it was signed;
- a checkpoint after every `checkpoint_every` entries, cosigned by `WITNESSES`, as the default policy asks;
- each agency states its exchange view whenever `state_every` rounds of cases are over.

`events` counts what is logged: documents, receipts, refusals and statements. Documents have no content but its salted
digest, as the auditor never sees more; the protocol's messages are whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from events import base64url
from events.audit.data_member import data_member
from events.audit.default_policy import default_policy
from events.audit.log_keys import AUDITOR, witness_name
from events.content import Content
from events.directory import Directory
from events.envelope import Envelope, envelope_digest
from events.instants import format_instant, parse_instant, vietnam_date, whole_milliseconds
from events.payload import content_digest
from events.recipients import GENESIS, Recipient
from events.signature import sign_envelope
from events.transparency.cosignature import Cosignature, CosignerKey, cosign
from events.types.protocol import EventReceived, EventRefused, ReceiptEntry, ReceiptOutcome
from events.types.transparency import ExchangeViewStated, OutgoingCount
from projections.exchange_view import ExchangeView, MemoryRows, Received, Sent
from services.agency.context import new_id
from services.auditor.ledger import Ledger, NewEvent
from services.auditor.log_writer import LogWriter
from services.auditor.places import ledger_file, log_folder
from services.bench.load import PASSPHRASE, PROVINCE
from services.bench.story import ENTERPRISES, ROLES, STORY, UNANSWERED_ONE_IN, UNANSWERED_STEP, Step, Told
from services.identity.directory_folder import DirectoryFolder
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.identity.signer import FileSigner
from services.network_setup import set_up_network
from services.provinces import load_province

AGENCIES = tuple(ROLES)
WITNESSES = ("police", "dic", "customs", "vnpt")
CASES_AT_ONCE = 20
REFUSED_ONE_IN = 50
STORED_AFTER = timedelta(milliseconds=40)
_COMMIT_EVENTS = 2_000

Progress = Callable[[str, int, int], None]
"""(stage, how many are done, of how many)."""


@dataclass(frozen=True)
class Made:
    """What was made: events logged, entries of the log, documents, deliveries of them, cases."""

    events: int
    entries: int
    documents: int
    deliveries: int
    cases: int


def make_history(
    folder: Path,
    events: int,
    *,
    end: datetime,
    step: timedelta = timedelta(seconds=20),
    checkpoint_every: int = 20_000,
    state_every: int = 25,
    progress: Progress | None = None,
) -> Made:
    """Make a network in an empty folder and a history of `events` events or a few more, up to about `end`."""
    start = whole_milliseconds(end - step * events)
    directory = set_up_network(
        folder,
        load_province(PROVINCE),
        agencies=[*AGENCIES, AUDITOR],
        passphrase_for=lambda _: PASSPHRASE,
        clock="real",
        now=start - timedelta(hours=1),
        policy=KeyPolicy(validity=timedelta(days=3650), cost=DEMONSTRATION),
    )
    with Ledger(ledger_file(folder), PROVINCE, create=True) as ledger:
        _publish_directory(ledger, folder)
        history = History(folder, directory, ledger, start, step)
        history.run(events, checkpoint_every, state_every, progress or _silent)
        return history.made


@dataclass
class _Agency:
    """An agency's keys, registers and view."""

    id: str
    head: FileSigner
    service: FileSigner
    view: ExchangeView
    documents: dict[int, int] = field(default_factory=dict)
    incoming: dict[int, int] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)


@dataclass(frozen=True)
class _Waiting:
    """A delivery that its recipient has not receipted."""

    event: NewEvent
    count: int
    document: Sent
    refused: bool


class History:
    """A history on its way. Every method that signs moves the clock on by a step."""

    def __init__(self, folder: Path, directory: Directory, ledger: Ledger, start: datetime, step: timedelta) -> None:
        self.directory = directory
        self.ledger = ledger
        self.now = start
        self.made = Made(0, 0, 0, 0, 0)
        self._step = step
        self._agencies = {agency: _open_agency(folder, agency) for agency in AGENCIES}
        self._heads: dict[tuple[str, str], tuple[int, bytes]] = {}
        self._waiting: dict[tuple[str, str], list[_Waiting]] = {}
        self._unwritten: list[NewEvent] = []
        self._sequence = 0
        self._counts = {"events": 0, "entries": 0, "documents": 0, "deliveries": 0, "cases": 0}
        auditor = FileSigner.of(folder, AUDITOR, "service")
        self.writer = LogWriter(ledger, log_folder(folder), lambda: directory, auditor)
        self.writer.open()
        self._policy = default_policy(directory, start)

    def run(self, events: int, checkpoint_every: int, state_every: int, progress: Progress) -> None:
        """Play cases until there are `events` events."""
        rounds = logged = 0
        while self._counts["events"] < events:
            self.play(CASES_AT_ONCE)
            rounds += 1
            if rounds % state_every == 0:
                self.state_views()
            if len(self._unwritten) >= _COMMIT_EVENTS:
                self.write()
                progress("history", min(self._counts["events"], events), events)
            if self._counts["entries"] - logged >= checkpoint_every:
                logged = self._counts["entries"]
                self.checkpoint()
        self.state_views()
        self.checkpoint()
        self.made = Made(**self._counts)

    def play(self, cases: int) -> None:
        """Play so many whole cases side by side, with their receipts."""
        told = []
        for _ in range(cases):
            number = self._counts["cases"]
            told.append(Told(number, ENTERPRISES[number % len(ENTERPRISES)], new_id()))
            self._counts["cases"] += 1
        for place, step in enumerate(STORY):
            for case in told:
                if place != UNANSWERED_STEP or case.number % UNANSWERED_ONE_IN:
                    case.events[place] = self.say(case, step)
            self.give_receipts()

    def say(self, case: Told, step: Step) -> str:
        """Sign a step's document; its event id."""
        sender = self._agencies[case.agency(step.sender)]
        recipients = sorted(case.agency(name) for name in step.recipients)
        year = vietnam_date(self._tick()).year
        number = sender.documents[year] = sender.documents.get(year, 0) + 1
        links = tuple(
            Recipient(to, count + 1, digest)
            for to in recipients
            for count, digest in (self._heads.get((sender.id, to), (0, GENESIS)),)
        )
        envelope = Envelope(
            step.event_type, 1, new_id(), self.now, PROVINCE, sender.id, ROLES[sender.id], links, os.urandom(32),
            os.urandom(16), clause=step.clause, case=case.case if step.in_case else None,
            cause=None if step.cause is None else case.events[step.cause],
            basis=None if step.basis is None else case.events[step.basis],
            due=None if step.due_after is None else self.now + step.due_after,
            docnumber=f"{number:02d}", docsymbol="CV-CA",
        )  # fmt: skip
        event = self._log(envelope, sender.head, None)
        document = Sent(
            base64url.encode(event.digest), format_instant(envelope.time), envelope.id,
            tuple((link.agency, link.count) for link in links), envelope.case, envelope.cause,
            format_instant(envelope.due) if envelope.due else None,
        )  # fmt: skip
        sender.sent.append(document)
        for link in links:
            self._heads[sender.id, link.agency] = link.count, event.digest
            self._waiting.setdefault((link.agency, sender.id), []).append(
                _Waiting(
                    event, link.count, document, refused=link.agency == "customs" and case.number % REFUSED_ONE_IN == 0
                )
            )
            self._counts["deliveries"] += 1
        self._counts["documents"] += 1
        return envelope.id

    def give_receipts(self) -> None:
        """Have every recipient take in what came, in order, and receipt it to every sender."""
        waiting, self._waiting = self._waiting, {}
        for (recipient, sender), deliveries in waiting.items():
            agency = self._agencies[recipient]
            admitted_at = self._tick()
            lines = [self._take_in(agency, sender, delivery, admitted_at) for delivery in deliveries]
            refused = [line for line in lines if line.outcome is ReceiptOutcome.REFUSED]
            self.protocol(
                agency.id,
                EventReceived(
                    upto_count=lines[-1].count,
                    upto_digest=lines[-1].digest,
                    refused=tuple(line.count for line in refused),
                    entries=tuple(lines),
                ),
                (sender,),
            )
            for line in refused:
                reason = "Ngoài thẩm quyền. (Outside what the clause allows.)"
                content = EventRefused(
                    event=line.event, count=line.count, digest=line.digest, check=14, reason="recipient",
                    clause="LC-2.4a", explanation=reason,
                )  # fmt: skip
                self.protocol(agency.id, content, (sender,), cause=line.event)

    def _take_in(self, agency: _Agency, sender: str, delivery: _Waiting, admitted_at: datetime) -> ReceiptEntry:
        document = delivery.document
        year = vietnam_date(admitted_at).year
        number = None
        if not delivery.refused:
            number = agency.incoming[year] = agency.incoming.get(year, 0) + 1
        agency.received.append(
            Received(
                year, number or 0, document.digest, format_instant(admitted_at), sender, document.id, document.case,
                document.cause, document.due,
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
            directory_version=self.directory.version,
            late=False,
        )

    def state_views(self) -> None:
        """Have every agency state its exchange view as it is now."""
        for agency in self._agencies.values():
            agency.view.fold(agency.received, agency.sent)
            agency.received, agency.sent = [], []
            view = agency.view
            if not view.year:
                continue
            content = ExchangeViewStated(
                year=view.year,
                incoming_number=view.number,
                outgoing=tuple(OutgoingCount(agency=to, count=count) for to, (count, _) in sorted(view.heads.items())),
                view_digest=view.digest(),
            )
            self.protocol(agency.id, content, (AUDITOR,))

    def protocol(
        self, sender: str, content: Content, recipients: tuple[str, ...], cause: str | None = None
    ) -> NewEvent:
        """Sign a protocol message with an agency's service key, and log it whole."""
        data = content.to_bytes()
        salt = os.urandom(32)
        envelope = Envelope(
            type(content).__name__, content.VERSION, new_id(), self._tick(), PROVINCE, sender, ROLES[sender],
            tuple(Recipient(to) for to in sorted(recipients)), content_digest(salt, data), os.urandom(16), cause=cause,
        )  # fmt: skip
        return self._log(envelope, self._agencies[sender].service, data_member(salt, data))

    def _log(self, envelope: Envelope, signer: FileSigner, data: bytes | None) -> NewEvent:
        envelope_bytes = envelope.to_bytes()
        self._sequence += len(envelope.recipients) + 1
        event = NewEvent(
            envelope_digest(envelope_bytes), envelope.id, len(envelope.recipients), envelope_bytes,
            sign_envelope(envelope_bytes, signer), self._sequence, format_instant(self.now + STORED_AFTER), data,
        )  # fmt: skip
        self._unwritten.append(event)
        self._counts["events"] += 1
        self._counts["entries"] += event.entries
        return event

    def _tick(self) -> datetime:
        self.now += self._step
        return self.now

    # --- ledger and log ---

    def write(self) -> None:
        """Put what was signed into the ledger."""
        with self.ledger.commit():
            self.ledger.append(self._unwritten, format_instant(self.now + STORED_AFTER))
        self._unwritten = []

    def checkpoint(self) -> None:
        """Bring the log up to date, sign its checkpoint and have it witnessed."""
        self.write()
        checkpoint = self.writer.advance(self._tick())
        note = self.writer.checkpoints.note(checkpoint.size) if checkpoint is not None else None
        if checkpoint is None or note is None:
            return
        seconds = int(self._tick().timestamp())
        with self.ledger.commit():
            for agency in WITNESSES:
                signer = self._agencies[agency].service
                key = CosignerKey(witness_name(PROVINCE, agency), signer.public_key)
                line = cosign(note.text, key, seconds, signer.sign)
                self.writer.checkpoints.add_cosignature(checkpoint.size, agency, str(line), Cosignature(key, seconds))
        self.writer.witness([checkpoint.size], self._policy)


def _open_agency(folder: Path, agency: str) -> _Agency:
    head = FileSigner.of(folder, agency, "head")
    head.unlock(PASSPHRASE)
    return _Agency(agency, head, FileSigner.of(folder, agency, "service"), ExchangeView(agency, MemoryRows()))


def _publish_directory(ledger: Ledger, folder: Path) -> None:
    directories = DirectoryFolder.of(folder)
    with ledger.commit():
        for directory in directories.chain():
            values = (directory.version, directories.note(directory.version))
            ledger.connection.execute("INSERT INTO directories VALUES (?,?)", values)


def _silent(_stage: str, _done: int, _of: int) -> None:
    """For callers who show no progress."""
