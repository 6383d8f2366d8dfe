"""A malicious insider for the attack tests: an agency with its own valid keys that signs whatever it likes.

Nothing here asks a rule, a register or a chain for leave; what comes out is authentic and says what the attacker wants.
"""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from events.arrival import Arrival
from events.content import Content
from events.draft import draft_from_json
from events.envelope import Envelope
from events.payload import content_digest
from events.recipients import GENESIS, Recipient
from events.record_entry import Entry, EntryKind, LocalEntry, RecordEntry
from events.signature import Signer, sign_envelope
from events.signed_event import SignedEvent
from events.subjects import Subject
from services.agency.admitting import Intake, take_in
from services.agency.clock import system_now
from services.bench.pair import House, open_house
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.network_setup import set_up_network
from services.provinces import load_province

PROVINCE = "lao-cai"
PASSPHRASE = "test-passphrase"
AGENCIES = ("dic", "police", "viettel", "vnpt")
CLAUSES = {"dic": "LC-4.1a", "police": "LC-7.2c", "viettel": "LC-4.4", "vnpt": "LC-4.4"}
"""Under which each may share what it knows of offenders' tricks."""
ROLES = {"dic": "dic", "police": "police", "viettel": "enterprise", "vnpt": "enterprise"}


def make_province(folder: Path) -> None:
    """A small province with real keys and empty records; no broker runs."""
    set_up_network(
        folder,
        load_province(PROVINCE),
        agencies=[*AGENCIES, "auditor"],
        passphrase_for=lambda _: PASSPHRASE,
        clock="real",
        now=datetime.now(UTC),
        policy=KeyPolicy(cost=DEMONSTRATION),
    )


def open_all(folder: Path) -> dict[str, House]:
    return {agency: open_house(folder, agency, PASSPHRASE) for agency in AGENCIES}


@dataclass
class Insider:
    """One agency's keys in the wrong hands. `count` and `digest` are the chain that it keeps to its victim."""

    house: House
    victim: str
    count: int = 0
    digest: bytes = GENESIS

    @property
    def me(self) -> str:
        return self.house.context.me

    def says(self, content: Content, *others: str, **attributes: Any) -> Arrival:
        """A protocol message to the victim, signed with the service's key."""
        recipients = tuple(Recipient(a) for a in sorted({self.victim, *others}))
        return self._arrival(self.signs(content.to_bytes(), type(content).__name__, recipients, **attributes))

    def writes(self, content: Content | bytes, event_type: str = "InfoShared", **attributes: Any) -> Arrival:
        """The next document of the chain to the victim, signed with the head's key."""
        body = content if isinstance(content, bytes) else content.to_bytes()
        link = attributes.pop("link", None) or Recipient(self.victim, self.count + 1, self.digest)
        event = self.signs(
            body, event_type, (link, *attributes.pop("besides", ())), signer=self.house.head,
            **{"clause": CLAUSES[self.me], "docnumber": f"{self.count + 1:02d}", "docsymbol": "CV-X", **attributes},
        )  # fmt: skip
        if link.count == self.count + 1:
            self.count, self.digest = link.count, event.digest
        return self._arrival(event)

    def signs(
        self, body: bytes, event_type: str, recipients: tuple[Recipient, ...], signer: Signer | None = None, **more: Any
    ) -> SignedEvent:
        """Anything at all, signed."""
        salt = os.urandom(32)
        attributes: dict[str, Any] = {
            "event_type": event_type, "version": 1, "id": str(uuid.uuid4()), "time": system_now(),
            "province": PROVINCE, "sender": self.me, "role": ROLES[self.me], "recipients": recipients,
            "contentdigest": content_digest(salt, body), "nonce": os.urandom(16), **more,
        }  # fmt: skip
        signed = Envelope(**attributes).to_bytes()
        return SignedEvent(
            Envelope(**attributes), signed, salt, body, sign_envelope(signed, signer or self.house.service)
        )

    def _arrival(self, event: SignedEvent) -> Arrival:
        return arrival_of(event, self.victim)


def arrival_of(event: SignedEvent, recipient: str) -> Arrival:
    """An event as the broker brings it."""
    subject = Subject(PROVINCE, event.envelope.sender, recipient, event.envelope.event_type)
    return Arrival(str(subject), event.payload, event.signature, 1, system_now())


def deliver(house: House, *arrivals: Arrival) -> tuple[Intake, list[Entry]]:
    """Have a house take messages in; what came of it, and what its record gained."""
    with house.record.writing() as transaction:
        intake = take_in(transaction, arrivals, house.context, house.service, system_now())
    house.views.apply(transaction.appended, house.context.me)
    return intake, transaction.appended


def tip(*recipients: str, text: str = "SIM box đặt tại nhà trọ.") -> Any:
    """A lawful draft that anybody may send to anybody."""
    content = {"subject": "Thủ đoạn mới", "kind": "modus_operandi", "title": "SIM box", "text": text}
    return draft_from_json({"type": "InfoShared", "recipients": list(recipients), "content": content})


def sent_events(entries: list[Entry], event_type: str = "") -> list[SignedEvent]:
    """Own events among entries."""
    return [
        entry.event
        for entry in entries
        if isinstance(entry, RecordEntry)
        and entry.kind is EntryKind.SENT
        and event_type in {"", entry.event.envelope.event_type}
    ]


def alarms(entries: list[Entry]) -> list[str]:
    """The names of local entries."""
    return [entry.name for entry in entries if isinstance(entry, LocalEntry)]
