"""One agency's registry desk over a real record, and senders who sign whatever a test wants them to sign."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from events import base64url
from events.arrival import Arrival
from events.catalogue import read_content
from events.content import Content
from events.directory import Directory
from events.envelope import Envelope
from events.instants import whole_milliseconds
from events.payload import content_digest
from events.recipients import GENESIS, Recipient
from events.record_entry import EntryKind, RecordEntry
from events.regulation.regulations import load_rules
from events.signature import Signer, sign_envelope, verify_envelope
from events.signed_event import SignedEvent
from events.subjects import Subject
from events.types.protocol import EventReceived, EventRefused
from services.agency.admitting import Intake, take_in
from services.agency.context import Context
from services.agency.folder import AgencyFolder
from services.agency.record import Record
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.identity.signer import FileSigner
from services.network_setup import set_up_network
from services.provinces import load_province
from tests.scenarios.samples import sample

PASSPHRASE = "bad-input-tests"


def make_province(folder: Path, province: str, agencies: tuple[str, ...]) -> Directory:
    """Directory, keys and empty records."""
    return set_up_network(
        folder,
        load_province(province),
        agencies=[*agencies, "auditor"],
        passphrase_for=lambda _: PASSPHRASE,
        clock="real",
        now=datetime.now(UTC) - timedelta(days=2),
        policy=KeyPolicy(cost=DEMONSTRATION),
    )


@dataclass
class Sender:
    """An agency that keeps its chains in order but no rule: it signs what it is told."""

    folder: Path
    agency: str
    directory: Directory
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    number: int = 0

    def key(self, signatory: str = "head") -> Signer:
        signer = FileSigner.of(self.folder, self.agency, signatory)
        if signatory != "service":
            signer.unlock(PASSPHRASE)
        return signer

    def sign(
        self, event_type: str, to: str, clause: str | None, /, *, role: str | None = None, at: datetime | None = None,
        case: str | None = None, cause: SignedEvent | None = None, basis: SignedEvent | None = None,
        due: datetime | None = None, signer: Signer | None = None, content: Content | None = None,
        envelope: dict[str, Any] | None = None, raw_content: bytes | None = None, **members: Any,
    ) -> SignedEvent:  # fmt: skip
        """The next event of the chains to the agencies in `to`."""
        body = raw_content or (content or sample(event_type, **members)).to_bytes()
        salt = os.urandom(32)
        moment = whole_milliseconds(at or datetime.now(UTC))
        self.number += 1
        made = Envelope(
            event_type=event_type, version=1, id=str(uuid.uuid4()), time=moment, province=self.directory.province,
            sender=self.agency, role=role or self._role(moment),
            recipients=tuple(self._link(agency) for agency in sorted(to.split())),
            contentdigest=content_digest(salt, body), nonce=os.urandom(16), clause=clause, case=case,
            cause=cause.envelope.id if cause else None, basis=basis.envelope.id if basis else None, due=due,
            docnumber=f"{self.number:02d}", docsymbol="CV-XX",
        )  # fmt: skip
        made = replace(made, **(envelope or {}))
        data = made.to_bytes()
        event = SignedEvent(made, data, salt, body, sign_envelope(data, signer or self.key()))
        for recipient in made.recipients:
            self.heads[recipient.agency] = (recipient.count, event.digest)
        return event

    def _role(self, at: datetime) -> str:
        held = self.directory.roles_of(self.agency, at)
        return self.agency if self.agency in held else min(held)

    def _link(self, agency: str) -> Recipient:
        count, digest = self.heads.get(agency, (0, GENESIS))
        return Recipient(agency, count + 1, digest)


class RegistryDesk:
    """A real record, real checks and real signatures of one agency; no broker."""

    def __init__(self, folder: Path, agency: str, directory: Directory) -> None:
        self.agency = agency
        self.directory = directory
        self._place = AgencyFolder(folder, agency)
        self.record = Record(self._place.record, agency, directory.province)
        self._service = FileSigner.of(folder, agency, "service")
        self._sequence = 0

    @property
    def context(self) -> Context:
        return Context(self.agency, self.directory, load_rules(self.directory.regulation))

    def arrival(self, event: SignedEvent, **changes: Any) -> Arrival:
        """The event as the broker would deliver it here."""
        self._sequence += 1
        envelope = event.envelope
        subject = str(Subject(envelope.province, envelope.sender, self.agency, envelope.event_type))
        made = Arrival(subject, event.payload, event.signature, self._sequence, whole_milliseconds(datetime.now(UTC)))
        return replace(made, **changes)

    def take(self, *arrivals: Arrival | SignedEvent, now: datetime | None = None) -> Intake:
        """Take a batch in, in one commit."""
        made = [a if isinstance(a, Arrival) else self.arrival(a) for a in arrivals]
        with self.record.writing() as transaction:
            return take_in(transaction, made, self.context, self._service, now or datetime.now(UTC))

    # --- what came of it ---

    def entry(self, event: SignedEvent) -> RecordEntry | None:
        """The entry of an event in the record."""
        entries = [e for e in self.record.all_entries() if isinstance(e, RecordEntry)]
        found = [e for e in entries if e.event.envelope.id == event.envelope.id and e.kind is not EntryKind.SENT]
        assert len(found) <= 1, "the event stands twice in the record"
        return found[0] if found else None

    def quarantined(self, arrival: Arrival) -> tuple[int, str, str] | None:
        """Check, reason and explanation of a message in quarantine; its bytes must be those that came."""
        rows = self.record.rows(
            "SELECT check_number, reason, explanation, payload, signature FROM quarantine WHERE digest = ?",
            (arrival.quarantine_key,),
        )
        if not rows:
            return None
        assert (rows[0][3], rows[0][4]) == (arrival.payload, arrival.signature)
        return rows[0][0], rows[0][1], rows[0][2]

    def told(self) -> list[EventRefused]:
        """The signed refusals to senders so far, each with its signature verified."""
        return [content for content in self._own() if isinstance(content, EventRefused)]

    def receipts(self) -> list[EventReceived]:
        """The signed receipts so far."""
        return [content for content in self._own() if isinstance(content, EventReceived)]

    def _own(self) -> list[Content]:
        contents = []
        for entry in self.record.all_entries():
            if isinstance(entry, RecordEntry) and entry.kind is EntryKind.SENT:
                key = self.directory.key(entry.event.kid)
                assert key is not None
                if entry.event.envelope.is_protocol:
                    assert (key.agency, key.capacity) == (self.agency, "service")
                verify_envelope(entry.event.envelope_bytes, entry.event.signature, key.public_key)
                contents.append(read_content(entry.event))
        return contents

    def expect_quarantined(self, arrival: Arrival, check: int, reason: str, says: str, *, tells: str | None) -> None:
        """It is kept byte for byte, uses no count, is in no register, and the sender it names is told once."""
        before = self._last_counts()
        intake = self.take(arrival)
        assert (intake.quarantined, intake.admitted, intake.refused) == (1, 0, 0)
        found = self.quarantined(arrival)
        assert found is not None
        assert found[:2] == (check, reason), found
        assert says in found[2]
        self._expect_told(tells, base64url.encode(arrival.digest), check, reason, says)
        assert self._last_counts() == before
        answers = len(self.told())
        self.take(arrival)
        assert len(self.told()) == answers, "one answer for one message, however often it comes"

    def expect_refused(self, event: SignedEvent, check: int, reason: str, clause: str | None, says: str) -> None:
        """It uses its count, is a fact of the record with the reason, and both receipt and refusal are signed."""
        intake = self.take(event)
        assert (intake.refused, intake.admitted, intake.quarantined, intake.parked) == (1, 0, 0, 0), self._reasons()
        entry = self.entry(event)
        assert entry is not None
        assert entry.kind is EntryKind.REFUSED
        assert entry.event.payload == event.payload
        refusal = entry.refusal
        assert refusal is not None
        assert (refusal.check, refusal.reason, refusal.clause) == (check, reason, clause), refusal
        assert says in refusal.explanation, refusal.explanation
        link = event.envelope.recipient(self.agency)
        assert link is not None
        told = [r for r in self.told() if r.event == event.envelope.id]
        assert [(r.count, r.check, r.reason, r.clause) for r in told] == [(link.count, check, reason, clause)]
        assert says in told[0].explanation
        covering = [r for r in self.receipts() if link.count in r.refused]
        assert [r.upto_digest for r in covering] == [event.digest_text]

    def expect_admitted(self, event: SignedEvent) -> RecordEntry:
        """It is taken in, whatever came before."""
        intake = self.take(event)
        assert intake.admitted == 1, self._reasons()
        entry = self.entry(event)
        assert entry is not None
        return entry

    def _expect_told(self, sender: str | None, digest: str, check: int, reason: str, says: str) -> None:
        told = [r for r in self.told() if r.digest == digest]
        if sender is None:
            assert told == []
            return
        assert [(r.event, r.check, r.reason) for r in told] == [(None, check, reason)]
        assert says in told[0].explanation
        refusals = [
            e for e in self.record.all_entries()
            if isinstance(e, RecordEntry) and e.event.envelope.event_type == "EventRefused"
        ]  # fmt: skip
        assert refusals[-1].event.envelope.agencies == (sender,)

    def _last_counts(self) -> list[tuple[Any, ...]]:
        links = self.record.rows("SELECT peer, MAX(count) FROM pair_links WHERE direction = 1 GROUP BY peer")
        numbers = self.record.rows("SELECT year, MAX(number) FROM registers WHERE direction = 1 GROUP BY year")
        return [tuple(row) for row in (*links, *numbers)]

    def _reasons(self) -> str:
        entries = [e for e in self.record.all_entries() if isinstance(e, RecordEntry) and e.refusal]
        kept = self.record.rows("SELECT check_number, reason, explanation FROM quarantine")
        return str([e.refusal for e in entries] + [tuple(row) for row in kept])
