"""A long history in an auditor's ledger: real keys, signatures, chains, receipts, cases, checkpoints and witnesses.

Made without services or broker, seven thousand events a second of processor time, so that replays, questions and
packages can be measured and tested on it. What it is made of:

- a network of nine agencies of Lào Cai (`services.bench.history_agency`) in the folder, as `phoihop init` makes it,
  with the auditor's ledger and log;
- cases of ten documents each (`services.bench.story`): a suspicion reported, referred, opened, two questions with a
  due time and their answers, methods shared with DIC and, outside the case, with customs, and the closing; every
  seventh case leaves its second question unanswered;
- `CASES_AT_ONCE` cases side by side; after each step of theirs every recipient gives a receipt to every sender;
- customs refuse what they are told of one case in `REFUSED_ONE_IN`, with the receipt and the reason for it;
- instants in equal steps up to `end`, and a checkpoint after every `checkpoint_every` entries
  (`services.bench.history_log`);
- each agency states its exchange view whenever `state_every` rounds of cases are over.

`events` counts what is logged: documents, receipts, refusals and statements. Documents have no content but its salted
digest, as the auditor never sees more; the protocol's messages are whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from events import base64url
from events.audit.data_member import data_member
from events.audit.log_keys import AUDITOR
from events.content import Content
from events.directory import Directory
from events.envelope import Envelope
from events.instants import format_instant, vietnam_date, whole_milliseconds
from events.payload import content_digest
from events.recipients import GENESIS, Recipient
from events.types.protocol import EventReceived, EventRefused, ReceiptOutcome
from events.types.transparency import ExchangeViewStated, OutgoingCount
from projections.exchange_view import Sent
from services.agency.context import new_id
from services.auditor.ledger import Ledger, NewEvent
from services.auditor.places import ledger_file
from services.bench.history_agency import Waiting, open_agency
from services.bench.history_log import WITNESSES, HistoryLog
from services.bench.load import PASSPHRASE, PROVINCE
from services.bench.story import ENTERPRISES, ROLES, STORY, UNANSWERED_ONE_IN, UNANSWERED_STEP, Step, Told
from services.identity.directory_folder import DirectoryFolder
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.identity.signer import FileSigner
from services.network_setup import set_up_network
from services.provinces import load_province

AGENCIES = tuple(ROLES)
CASES_AT_ONCE = 20
REFUSED_ONE_IN = 50
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


class History:
    """A history on its way. Every method that signs moves the clock on by a step.

    `agencies` hold keys and registers, `heads` count and digest of the last document from one to another.
    """

    def __init__(self, folder: Path, directory: Directory, ledger: Ledger, start: datetime, step: timedelta) -> None:
        self.directory = directory
        self.agencies = {agency: open_agency(folder, agency) for agency in AGENCIES}
        self.heads: dict[tuple[str, str], tuple[int, bytes]] = {}
        witnesses = {agency: self.agencies[agency].service for agency in WITNESSES}
        self.log = HistoryLog(folder, directory, ledger, start, step, witnesses)
        self._waiting: dict[tuple[str, str], list[Waiting]] = {}
        self._documents = self._deliveries = self._cases = 0

    @property
    def made(self) -> Made:
        """What was made so far."""
        return Made(self.log.events, self.log.entries, self._documents, self._deliveries, self._cases)

    def run(self, events: int, checkpoint_every: int, state_every: int, progress: Progress) -> None:
        """Play cases until there are `events` events."""
        rounds = logged = 0
        while self.log.events < events:
            self.play(CASES_AT_ONCE)
            rounds += 1
            if rounds % state_every == 0:
                self.state_views()
            if len(self.log.unwritten) >= _COMMIT_EVENTS:
                self.log.write()
                progress("history", min(self.log.events, events), events)
            if self.log.entries - logged >= checkpoint_every:
                logged = self.log.entries
                self.log.checkpoint()
        self.state_views()
        self.log.checkpoint()

    def play(self, cases: int) -> None:
        """Play so many whole cases side by side, with their receipts."""
        told = []
        for _ in range(cases):
            number = self._cases
            told.append(Told(number, ENTERPRISES[number % len(ENTERPRISES)], new_id()))
            self._cases += 1
        for place, step in enumerate(STORY):
            for case in told:
                if place != UNANSWERED_STEP or case.number % UNANSWERED_ONE_IN:
                    case.events[place] = self.say(case, step)
            self.give_receipts()

    def say(self, case: Told, step: Step) -> str:
        """Sign a step's document; its event id."""
        sender = self.agencies[case.agency(step.sender)]
        recipients = sorted(case.agency(name) for name in step.recipients)
        year = vietnam_date(self.log.tick()).year
        number = sender.documents[year] = sender.documents.get(year, 0) + 1
        links = tuple(
            Recipient(to, count + 1, digest)
            for to in recipients
            for count, digest in (self.heads.get((sender.id, to), (0, GENESIS)),)
        )
        envelope = Envelope(
            step.event_type, 1, new_id(), self.log.now, PROVINCE, sender.id, ROLES[sender.id], links, os.urandom(32),
            os.urandom(16), clause=step.clause, case=case.case if step.in_case else None,
            cause=None if step.cause is None else case.events[step.cause],
            basis=None if step.basis is None else case.events[step.basis],
            due=None if step.due_after is None else self.log.now + step.due_after,
            docnumber=f"{number:02d}", docsymbol="CV-CA",
        )  # fmt: skip
        event = self._log(envelope, sender.head, None)
        document = Sent(
            base64url.encode(event.digest), format_instant(envelope.time), envelope.id,
            tuple((link.agency, link.count) for link in links), envelope.case, envelope.cause,
            format_instant(envelope.due) if envelope.due else None,
        )  # fmt: skip
        sender.sent.append(document)
        of_the_refused = case.number % REFUSED_ONE_IN == 0
        for link in links:
            self.heads[sender.id, link.agency] = link.count, event.digest
            self._waiting.setdefault((link.agency, sender.id), []).append(
                Waiting(event, sender.id, link.count, document, link.agency == "customs" and of_the_refused)
            )
            self._deliveries += 1
        self._documents += 1
        return envelope.id

    def give_receipts(self) -> None:
        """Have every recipient take in what came, in order, and receipt it to every sender."""
        waiting, self._waiting = self._waiting, {}
        for (recipient, sender), deliveries in waiting.items():
            agency = self.agencies[recipient]
            admitted_at = self.log.tick()
            lines = [agency.take_in(delivery, admitted_at, self.directory.version) for delivery in deliveries]
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

    def state_views(self) -> None:
        """Have every agency state its exchange view as it is now."""
        for agency in self.agencies.values():
            view = agency.fold_view()
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
            type(content).__name__, content.VERSION, new_id(), self.log.tick(), PROVINCE, sender, ROLES[sender],
            tuple(Recipient(to) for to in sorted(recipients)), content_digest(salt, data), os.urandom(16), cause=cause,
        )  # fmt: skip
        return self._log(envelope, self.agencies[sender].service, data_member(salt, data))

    def _log(self, envelope: Envelope, signer: FileSigner, data: bytes | None) -> NewEvent:
        event = self.log.sign(envelope, signer, data)
        self.log.put(event)
        return event


def _publish_directory(ledger: Ledger, folder: Path) -> None:
    directories = DirectoryFolder.of(folder)
    with ledger.commit():
        for directory in directories.chain():
            values = (directory.version, directories.note(directory.version))
            ledger.connection.execute("INSERT INTO directories VALUES (?,?)", values)


def _silent(_stage: str, _done: int, _of: int) -> None:
    """For callers who show no progress."""
