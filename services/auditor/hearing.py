"""What an authentic message asks of the auditor, done in the commit that stores it.

Each function handles one message type. It may be called again with the same message, and then changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from events import base64url
from events.arrival import Arrival
from events.audit.data_member import data_member
from events.audit.entries import recipients_of
from events.audit.log_keys import AUDITOR, log_keys, service_keys, usable_in_second, witness_keys
from events.audit.logged_event import LoggedEvent
from events.catalogue import read_content
from events.directory import Directory
from events.envelope import parse_envelope
from events.errors import PhoihopError, SignatureInvalid
from events.instants import format_instant, parse_instant
from events.note import Note, format_note, parse_note, verify_note
from events.payload import content_digest, is_whole, split_payload
from events.signed_event import SignedEvent
from events.subjects import Subject
from events.transparency.checkpoint import Checkpoint, parse_checkpoint
from events.transparency.cosignature import verified_cosignatures
from events.types.protocol import DirectoryPublished, HeadsAnnounced, RepairProvided
from events.types.transparency import (
    CheckpointCosigned,
    CheckpointPublished,
    ContentOpened,
    Inclusion,
    InclusionRequested,
    InclusionStated,
    LogAlarmRaised,
)
from services.auditor.checkpoints import Checkpoints
from services.auditor.ledger import Ledger
from services.auditor.taken import Answer, Taken

UNKNOWN_EVENT = "opened-unknown"
"""The reason of a content opened of an event that the ledger does not hold: it may still come."""

_CLOCKS_DIFFER = timedelta(minutes=5)


class NotActedOn(PhoihopError):
    """An authentic message asks for what cannot be done; `reason` is a stable token."""

    def __init__(self, reason: str, explanation: str) -> None:
        super().__init__(explanation)
        self.reason = reason


class Hearing:
    """The messages of one batch being acted on, inside its commit."""

    def __init__(self, ledger: Ledger, directory: Directory, now: datetime, taken: Taken) -> None:
        self.ledger = ledger
        self.directory = directory
        self.now = now
        self.taken = taken
        self._checkpoints = Checkpoints(ledger)
        self._relayed: list[Arrival] = []

    def hear(self, event: SignedEvent) -> None:
        """Do what an event asks for. Raises `NotActedOn`, and `Malformed` for a content that is not of its type."""
        handle = _HANDLERS.get(event.envelope.event_type)
        if handle is not None and event.salt and event.envelope.is_protocol:
            handle(self, event, read_content(event))

    def relayed(self) -> list[Arrival]:
        """The events that messages have brought since this was asked last."""
        relayed, self._relayed = self._relayed, []
        return relayed

    # --- the directory, events that are brought again ---

    def directory_published(self, _event: SignedEvent, content: DirectoryPublished) -> None:
        """A version that is newer than the one held here."""
        if content.version > self.directory.version:
            self.taken.directory_notes.append(content.note)

    def repair_provided(self, event: SignedEvent, content: RepairProvided) -> None:
        """Events that the broker did not give the auditor, from an agency that holds them; envelopes are enough."""
        if AUDITOR not in event.envelope.agencies:
            return
        for relayed in content.events:
            payload = base64url.decode(relayed.payload)
            envelope = parse_envelope(split_payload(payload).envelope if is_whole(payload) else payload)
            subject = Subject(envelope.province, envelope.sender, AUDITOR, envelope.event_type)
            self._relayed.append(Arrival(str(subject), payload, relayed.signature))

    # --- checkpoints ---

    def heads_announced(self, event: SignedEvent, content: HeadsAnnounced) -> None:
        """An agency that writes to the auditor itself and wants a reply is told the newest checkpoint."""
        if content.reply_wanted and AUDITOR in event.envelope.agencies:
            self.taken.checkpoint_to.add(event.envelope.sender)

    def checkpoint_published(self, event: SignedEvent, content: CheckpointPublished) -> None:
        """The log's own word, come back: a checkpoint that is not held shows that the ledger is an old copy."""
        if event.envelope.sender == AUDITOR:
            note = parse_note(content.checkpoint)
            self._compare(note, parse_checkpoint(note.text))

    def checkpoint_cosigned(self, event: SignedEvent, content: CheckpointCosigned) -> None:
        """A witness's cosignature, kept if it is that agency's over a checkpoint of this log."""
        agency = event.envelope.sender
        note = parse_note(content.checkpoint)
        checkpoint = parse_checkpoint(note.text)
        self._compare(note, checkpoint)
        held = self._checkpoints.signed_note(checkpoint.size)
        if held is None or parse_note(held).text != note.text:
            raise NotActedOn(
                "cosignature", f"{agency} cosigned a checkpoint of {checkpoint.size} that is not this log's"
            )
        try:
            cosignatures = verified_cosignatures(note, witness_keys(self.directory, agency))
        except SignatureInvalid as error:
            raise NotActedOn("cosignature", str(error)) from error
        lines = {(line.name, line.key_id): str(line) for line in note.signatures}
        for cosignature in cosignatures:
            if not self._usable(agency, cosignature.cosigner.public_key, cosignature.time):
                continue
            line = lines[cosignature.cosigner.name, cosignature.cosigner.key_id]
            if self._checkpoints.add_cosignature(checkpoint.size, agency, line, cosignature):
                self.taken.cosigned.add(checkpoint.size)
            return
        raise NotActedOn(
            "cosignature", f"no cosignature by a key that the directory lets {agency} use at the time it states"
        )

    def _usable(self, agency: str, public_key: bytes, at: datetime) -> bool:
        known = [key for key in service_keys(self.directory, agency) if key.public_key == public_key]
        return at <= self.now + _CLOCKS_DIFFER and any(usable_in_second(key, at) for key in known)

    def _compare(self, note: Note, checkpoint: Checkpoint) -> None:
        """Note a checkpoint with the log's own signature that is not the one held of its size."""
        held = self._checkpoints.signed_note(checkpoint.size)
        if held is not None and parse_note(held).text == note.text:
            return
        try:
            signers = verify_note(note, log_keys(self.directory))
        except SignatureInvalid:
            return
        if checkpoint.origin != signers[0].name:
            return
        own = Note(note.text, tuple(line for line in note.signatures if line.name == checkpoint.origin))
        self._checkpoints.add_unheld(format_note(own), checkpoint.size)
        self.taken.unheld = True

    # --- inclusion ---

    def inclusion_requested(self, event: SignedEvent, content: InclusionRequested) -> None:
        """Where the events stand of which the asker, or whom it stands in the place of, is sender or recipient."""
        asker = event.envelope.sender
        entries: list[Inclusion] = []
        unknown: list[str] = []
        for digest in dict.fromkeys(content.events):
            found = self.ledger.by_digest(base64url.decode(digest))
            if found is None or not self._is_party(asker, found):
                unknown.append(digest)
                continue
            entries.append(
                Inclusion(
                    event=digest,
                    first_index=found.first_index,
                    stream_sequence=found.stream_sequence,
                    stored_at=parse_instant(found.stored_at) if found.stored_at else None,
                )
            )
        answer = InclusionStated(entries=tuple(entries), unknown=tuple(unknown))
        self.taken.answers.append(Answer(asker, answer, event.envelope.id, event.envelope.time))

    def _is_party(self, agency: str, event: LoggedEvent) -> bool:
        parties = {parse_envelope(event.envelope).sender, *recipients_of(event.envelope)}
        if agency in parties:
            return True
        heirs = self.directory.heirs_at(self.now)
        return any(heirs.get(party) == agency for party in parties)

    # --- statements that are shown ---

    def log_alarm_raised(self, event: SignedEvent, content: LogAlarmRaised) -> None:
        """An alarm over this log: kept for whoever looks after it."""
        self.ledger.connection.execute(
            "INSERT OR IGNORE INTO alarms VALUES (?,?,?,?,?)",
            (
                event.digest, event.envelope.sender, content.problem.value, content.explanation,
                format_instant(event.envelope.time),
            ),
        )  # fmt: skip

    def content_opened(self, event: SignedEvent, content: ContentOpened) -> None:
        """A content that its sender or recipient opens: kept if it is the one whose digest was signed."""
        digest = base64url.decode(content.digest)
        found = self.ledger.by_digest(digest)
        if found is None:
            raise NotActedOn(UNKNOWN_EVENT, f"the ledger holds no event with the digest {content.digest}")
        envelope = parse_envelope(found.envelope)
        if envelope.id != content.event or not self._is_party(event.envelope.sender, found):
            raise NotActedOn("opened-foreign", f"{event.envelope.sender} is no party of the event {content.event}")
        salt, data = base64url.decode(content.salt), base64url.decode(content.content)
        if content_digest(salt, data) != envelope.contentdigest:
            raise NotActedOn(
                "opened-other",
                f"what {event.envelope.sender} opened is not the content that was signed in {envelope.id}",
            )
        self.ledger.connection.execute(
            "INSERT OR IGNORE INTO opened VALUES (?,?,?,?)",
            (digest, data_member(salt, data), event.envelope.sender, event.digest),
        )


_HANDLERS: dict[str, Callable[[Hearing, SignedEvent, Any], None]] = {
    DirectoryPublished.__name__: Hearing.directory_published,
    RepairProvided.__name__: Hearing.repair_provided,
    HeadsAnnounced.__name__: Hearing.heads_announced,
    CheckpointPublished.__name__: Hearing.checkpoint_published,
    CheckpointCosigned.__name__: Hearing.checkpoint_cosigned,
    InclusionRequested.__name__: Hearing.inclusion_requested,
    LogAlarmRaised.__name__: Hearing.log_alarm_raised,
    ContentOpened.__name__: Hearing.content_opened,
}
