"""Watching a network: what every agency's record holds, as it comes, and waiting until something holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from events.attachments import attachments_of
from events.catalogue import read_content
from events.record_entry import Entry, EntryKind, LocalEntry, RecordEntry
from events.signed_event import SignedEvent
from events.types.attachment import AttachmentReceived
from events.types.protocol import EventRefused
from services.errors import CannotRun


@dataclass
class _Agency:
    entries: dict[int, Entry] = field(default_factory=dict)
    events: dict[str, RecordEntry] = field(default_factory=dict)


class ConditionUnmet(CannotRun):
    """What a scenario waits for has not come about in time; the network does not do what it should."""

    def __init__(self, what: str, timeout_seconds: float) -> None:
        super().__init__(
            what="the scenario stands still",
            why=f"after {timeout_seconds:g} s it still does not hold that {what}",
            next_step="look at the log and `phoihop status`; start the demonstration again, it goes on where it was",
        )


class Watch:
    """The entries of all agencies' records. Used from one event loop."""

    def __init__(self, heard: Callable[[str, list[Entry]], None] | None = None) -> None:
        """`heard` is called with each agency's new entries."""
        self._agencies: dict[str, _Agency] = {}
        self._heard = heard
        self._after: list[Callable[[], None]] = []
        self._changed = asyncio.Event()

    def take(self, agency: str, entries: Iterable[Entry]) -> None:
        """Take in entries of an agency's record; those known already are passed over."""
        known = self._agencies.setdefault(agency, _Agency())
        new = [entry for entry in entries if entry.position not in known.entries]
        for entry in new:
            known.entries[entry.position] = entry
            if isinstance(entry, RecordEntry):
                known.events[entry.event.envelope.id] = entry
        if new:
            if self._heard is not None:
                self._heard(agency, new)
            for listener in self._after:
                listener()
            changed, self._changed = self._changed, asyncio.Event()
            changed.set()

    @contextmanager
    def listening(self, listener: Callable[[], None]) -> Iterator[None]:
        """Call `listener` after every change."""
        self._after.append(listener)
        try:
            yield
        finally:
            self._after.remove(listener)

    def held(self, agency: str, event_id: str) -> RecordEntry | None:
        """The entry of an event in an agency's record."""
        return self._agencies[agency].events.get(event_id) if agency in self._agencies else None

    def local(self, agency: str, name: str) -> Iterator[LocalEntry]:
        """An agency's local entries of a name, in order."""
        known = self._agencies.get(agency, _Agency())
        for position in sorted(known.entries):
            entry = known.entries[position]
            if isinstance(entry, LocalEntry) and entry.name == name:
                yield entry

    def sent(self, agency: str, event_type: str) -> Iterator[RecordEntry]:
        """What an agency has sent of a type, in order."""
        known = self._agencies.get(agency, _Agency())
        for position in sorted(known.entries):
            entry = known.entries[position]
            if (
                isinstance(entry, RecordEntry)
                and entry.kind is EntryKind.SENT
                and entry.event.envelope.event_type == event_type
            ):
                yield entry

    def from_peer(self, agency: str, peer: str, event_type: str) -> Iterator[RecordEntry]:
        """What an agency has admitted of a type from a peer."""
        for entry in self._agencies.get(agency, _Agency()).events.values():
            envelope = entry.event.envelope
            if envelope.sender == peer and envelope.event_type == event_type and entry.kind is EntryKind.ADMITTED:
                yield entry

    def confirmed_files(self, agency: str, event: SignedEvent) -> bool:
        """Whether an agency has confirmed every attachment of an event that it was sent."""
        named = {one.sha256 for one in attachments_of(read_content(event))}
        contents = (read_content(entry.event) for entry in self.sent(agency, AttachmentReceived.__name__))
        return named <= {
            content.sha256
            for content in contents
            if isinstance(content, AttachmentReceived) and content.event == event.envelope.id
        }

    async def until(self, holds: Callable[[], bool], what: str, timeout_seconds: float) -> None:
        """Wait until a condition holds, looked at whenever an entry comes; raises `ConditionUnmet`."""
        try:
            async with asyncio.timeout(timeout_seconds):
                while not holds():
                    await self._changed.wait()
        except TimeoutError:
            raise ConditionUnmet(what, timeout_seconds) from None


def refusal_of(entry: RecordEntry) -> EventRefused | None:
    """What a peer said when it refused an event, if the entry is that."""
    if entry.kind is not EntryKind.ADMITTED or entry.event.envelope.event_type != EventRefused.__name__:
        return None
    content = read_content(entry.event)
    return content if isinstance(content, EventRefused) else None
