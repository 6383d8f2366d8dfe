"""A network whose auditor has a ledger, a log and witnesses, and what its agencies say: real keys, no broker between.

Built on the benchmark's history, with what that has none of: contents, opened ones, other directory versions, alarms,
and agencies or an auditor that cheat with their own keys.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from events import base64url
from events.audit.data_member import data_member
from events.audit.log_keys import AUDITOR, log_name, witness_name
from events.content import Content
from events.directory import Clock
from events.envelope import Envelope
from events.instants import format_instant
from events.note import VerifierKey, format_note
from events.payload import content_digest
from events.recipients import GENESIS, Recipient
from events.signature import sign_envelope
from events.transparency.checkpoint import Checkpoint, sign_checkpoint
from events.transparency.cosignature import CosignerKey, add_signatures, cosign
from events.types.information import InfoKind, InfoShared
from events.types.protocol import DirectoryPublished
from events.types.transparency import ContentOpened
from services.agency.context import new_id
from services.auditor.ledger import Ledger, NewEvent
from services.auditor.places import ledger_file, log_folder
from services.bench.history import AGENCIES, History
from services.bench.history_log import STORED_AFTER, WITNESSES
from services.bench.load import PASSPHRASE, PROVINCE
from services.bench.story import ROLES
from services.evidence.export import Exported, export_package
from services.evidence.log_files import LogFiles
from services.evidence.manifest import Selection
from services.evidence.source import Source
from services.evidence.withholding import Withheld
from services.identity.directory_folder import DirectoryFolder
from services.identity.network_change import Registrar
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.identity.signer import FileSigner
from services.network_setup import set_up_network
from services.provinces import load_province

BEGAN = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
EVERYTHING = Selection("all")


@dataclass
class Town:
    """A network on its way. `checkpoint` brings what was said into the log and has it witnessed."""

    folder: Path
    history: History
    ledger: Ledger
    directories: DirectoryFolder
    contents: dict[bytes, bytes] = field(default_factory=dict)
    good: dict[Selection, dict[str, bytes]] = field(default_factory=dict)
    """Packages of this town that were taken apart: each is exported once."""

    @property
    def root(self) -> VerifierKey:
        return self.directories.root

    @property
    def source(self) -> Source:
        versions = range(1, self.directories.newest_version() + 1)
        notes = [self.directories.note(version) for version in versions]
        return Source(self.ledger, LogFiles(log_folder(self.folder)), notes, self.root)

    def export(
        self,
        name: str,
        selection: Selection = EVERYTHING,
        withheld: Withheld | None = None,
        *,
        source: Source | None = None,
    ) -> Path:
        """Export to a file of this name in the town's folder; one that is there is replaced."""
        return self.exported(name, selection, withheld, source=source).path

    def exported(
        self,
        name: str,
        selection: Selection = EVERYTHING,
        withheld: Withheld | None = None,
        *,
        source: Source | None = None,
    ) -> Exported:
        path = self.folder / name
        path.unlink(missing_ok=True)
        return export_package(path, source or self.source, selection, withheld or Withheld(), lambda *_: None)

    # --- saying something ---

    def signer(self, agency: str, signatory: str = "head") -> FileSigner:
        signer = FileSigner.of(self.folder, agency, signatory)
        if signer.locked:
            signer.unlock(PASSPHRASE)
        return signer

    def tell(
        self,
        sender: str,
        *recipients: str,
        text: str = "Thủ đoạn mới",
        case: str | None = None,
        cause: str | None = None,
        time: datetime | None = None,
        links: tuple[Recipient, ...] | None = None,
        signer: FileSigner | None = None,
        logged: bool = True,
    ) -> NewEvent:
        """A document with a content; with `links` its place in the chains is the caller's, and nobody awaits it."""
        history = self.history
        now = history.log.tick()
        content = InfoShared(subject=f"Trao đổi: {text}", kind=InfoKind.MODUS_OPERANDI, title="SIM box", text=text)
        salt, data = os.urandom(32), content.to_bytes()
        own = links or tuple(
            Recipient(to, count + 1, digest)
            for to in sorted(recipients)
            for count, digest in (history.heads.get((sender, to), (0, GENESIS)),)
        )
        envelope = Envelope(
            "InfoShared", 1, new_id(), time or now, PROVINCE, sender, ROLES[sender], own, content_digest(salt, data),
            os.urandom(16), clause="LC-7.2c", case=case, cause=cause, docnumber="01", docsymbol="TB-PA05",
        )  # fmt: skip
        event = self._put(envelope, signer or self.signer(sender), logged=logged)
        self.contents[event.digest] = data_member(salt, data)
        if links is None:
            for link in own:
                history.heads[sender, link.agency] = link.count, event.digest
        return event

    def say(self, sender: str, content: Content, *recipients: str, signer: FileSigner | None = None) -> NewEvent:
        """A protocol message, whole in the ledger."""
        salt, data = os.urandom(32), content.to_bytes()
        role = ROLES.get(sender, "auditor")
        envelope = Envelope(
            type(content).__name__, 1, new_id(), self.history.log.tick(), PROVINCE, sender, role,
            tuple(Recipient(to) for to in sorted(recipients)), content_digest(salt, data), os.urandom(16),
        )  # fmt: skip
        return self._put(envelope, signer or self.signer(sender, "service"), data_member(salt, data))

    def open(self, event: NewEvent, by: str) -> NewEvent:
        """A party opens a document's content to the auditor."""
        data = self.contents[event.digest]
        salt, content = data[9:52].decode(), data[64:-1]
        opened = ContentOpened(
            event=event.event_id, digest=base64url.encode(event.digest), salt=salt, content=base64url.encode(content),
            reason="Theo yêu cầu của Tòa án.",
        )  # fmt: skip
        message = self.say(by, opened, AUDITOR)
        self.history.log.write()
        with self.ledger.commit():
            self.ledger.connection.execute(
                "INSERT INTO opened VALUES (?,?,?,?)", (event.digest, data, by, message.digest)
            )
        return message

    def _put(
        self, envelope: Envelope, signer: FileSigner, data: bytes | None = None, *, logged: bool = True
    ) -> NewEvent:
        history = self.history
        made = history.log.sign(envelope, signer, data)
        # The broker's clock goes on, whatever a sender writes.
        event = replace(made, stored_at=format_instant(history.log.now + STORED_AFTER))
        if logged:
            history.log.put(event)
        return event

    # --- directory and log ---

    def publish_directory(self) -> None:
        """The auditor tells everybody the newest version, as a service does after a change."""
        version = self.directories.newest_version()
        self.history.directory = self.directories.load()
        self.say("dic", DirectoryPublished(version=version, note=self.directories.note(version)), *AGENCIES[:3])

    def revoke(self, agency: str, signatory: str, at: datetime) -> None:
        """Revoke a signatory's keys in a new version."""
        found = self.directories.load().agencies[agency].signatory(signatory)
        assert found is not None
        Registrar(self.folder).revoke_keys([key.kid for key in found.keys], at=at, now=self.history.log.tick())
        self.publish_directory()

    def checkpoint(self) -> None:
        """Everything said so far comes under a cosigned checkpoint."""
        self.history.log.checkpoint()

    def sign_checkpoint(self, size: int, root: bytes, witnesses: tuple[str, ...] = WITNESSES) -> str:
        """A checkpoint of any tree, with the log's key and willing witnesses': what a cheating auditor can make."""
        auditor = self.signer(AUDITOR, "service")
        key = VerifierKey(log_name(PROVINCE), auditor.public_key)
        note = sign_checkpoint(Checkpoint(key.name, size, root), key, auditor.sign)
        seconds = int(self.history.log.tick().timestamp())
        lines = []
        for agency in witnesses:
            signer = self.signer(agency, "service")
            lines.append(
                cosign(note.text, CosignerKey(witness_name(PROVINCE, agency), signer.public_key), seconds, signer.sign)
            )
        return format_note(add_signatures(note, lines))


def make_town(folder: Path, *, clock: Clock = "real", step: timedelta = timedelta(seconds=5)) -> Town:
    """A network in which nobody has said anything yet."""
    directory = set_up_network(
        folder,
        load_province(PROVINCE),
        agencies=[*AGENCIES, AUDITOR],
        passphrase_for=lambda _: PASSPHRASE,
        clock=clock,
        now=BEGAN - timedelta(hours=1),
        policy=KeyPolicy(validity=timedelta(days=30), cost=DEMONSTRATION),
    )
    ledger = Ledger(ledger_file(folder), PROVINCE, create=True)
    return Town(folder, History(folder, directory, ledger, BEGAN, step), ledger, DirectoryFolder.of(folder))


def told_town(folder: Path, *, clock: Clock = "real") -> Town:
    """A town with a few cases, a document whose content is opened, and two checkpoints, everything receipted."""
    town = make_town(folder, clock=clock)
    town.publish_directory()
    town.history.play(2)
    town.checkpoint()
    town.open(town.tell("police", "dic", text="Chỉ hoạt động ban đêm."), "dic")
    town.tell("police", "dic", "customs", text="Đổi địa điểm.")
    town.history.play(1)
    town.checkpoint()
    return town


def sign(envelope: Envelope, signer: FileSigner) -> tuple[bytes, str]:
    """An envelope's bytes and its signature."""
    data = envelope.to_bytes()
    return data, sign_envelope(data, signer)
