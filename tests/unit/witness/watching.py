"""One agency's witness over its real record, the log it watches, and what the auditor says to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from events import base64url
from events.content import Content
from events.record_entry import EntryKind, RecordEntry
from events.signed_event import SignedEvent
from events.types.transparency import (
    CheckpointCosigned,
    CheckpointPublished,
    Inclusion,
    InclusionRequested,
    InclusionStated,
    LogAlarmRaised,
)
from services.agency.admitting import take_in
from services.agency.writer import Writer
from services.auditor.http import Address, serving
from services.identity.signer import FileSigner
from services.witness.alarms import alarm_content
from services.witness.means import Means
from services.witness.notebook import Alarm, Notebook, Seen
from services.witness.settings import WitnessSettings
from services.witness.tile_fetch import LogTiles
from services.witness.witness import Witness
from tests.unit.agency.houses import House, Houses, arrival
from tests.unit.witness.small_log import SmallLog

QUICK: dict[str, float] = {
    "within_seconds": 30.0, "ask_every_seconds": 0.01, "ask_again_seconds": 0.05, "tick_seconds": 0.02,
    "first_pause_seconds": 0.01, "longest_pause_seconds": 0.05, "unavailable_after_seconds": 30.0,
}  # fmt: skip


@dataclass
class Watching:
    """A running witness."""

    houses: Houses
    house: House
    log: SmallLog
    witness: Witness
    means: Means
    connected: bool = True
    published: int | None = None
    sequence: int = 0
    sent_again: list[tuple[SignedEvent, str]] = field(default_factory=list)

    # --- what comes ---

    def deliver(self, entry: RecordEntry, stored_at: datetime | None = None, sequence: int | None = None) -> None:
        moment = stored_at or self.house.now
        self.sequence = sequence or self.sequence + 1
        sequence = self.sequence
        message = arrival(entry, self.house.me, stored_at=moment, sequence=sequence)
        house = self.house
        # As another process would: the writer's own commits must not come between a commit and what follows it.
        with house.record.writing() as transaction:
            take_in(transaction, [message], house.context, house.service, house.now)
        self.witness.poke()

    def auditor_says(self, content: Content) -> None:
        self.deliver(self.houses["auditor"].say(content, self.house.me))

    def show(self, note: str | None = None) -> None:
        """The auditor publishes a checkpoint: the log's newest, or another."""
        self.auditor_says(CheckpointPublished(checkpoint=note or self.log.note()))

    def state(self, *entries: Inclusion, unknown: Iterable[RecordEntry] = ()) -> None:
        digests = tuple(base64url.encode(entry.event.digest) for entry in unknown)
        self.auditor_says(InclusionStated(entries=entries, unknown=digests))

    # --- what is to be seen ---

    @property
    def notebook(self) -> Notebook:
        return Notebook.of(self.house.record)

    @property
    def seen(self) -> Seen | None:
        return self.notebook.seen()

    def said(self, event_type: str) -> list[RecordEntry]:
        return self.house.events(EntryKind.SENT, event_type=event_type)

    @property
    def cosigned(self) -> list[CheckpointCosigned]:
        return [CheckpointCosigned.from_bytes(e.event.content_bytes) for e in self.said("CheckpointCosigned")]

    @property
    def raised(self) -> list[LogAlarmRaised]:
        return [alarm_content(entry) for entry in self.said("LogAlarmRaised")]

    @property
    def asked(self) -> list[set[str]]:
        return [
            set(InclusionRequested.from_bytes(e.event.content_bytes).events) for e in self.said("InclusionRequested")
        ]

    @property
    def alarms(self) -> list[Alarm]:
        return self.notebook.alarms(100)

    async def until(self, condition: Callable[[], bool], what: str = "") -> None:
        """Wait for a condition, turn by turn of the writer; nothing else tells."""
        try:
            async with asyncio.timeout(20):
                while not condition():
                    await self.means.writer.run(lambda _: None)
        except TimeoutError:
            state = f"seen {self.seen}, raised {self.raised}, waiting {self.notebook.awaited(5)}"
            raise AssertionError(f"{what or condition}: {state}") from None

    async def until_cosigned(self, size: int) -> None:
        await self.until(lambda: (seen := self.seen) is not None and seen.cosigned_size == size, f"cosigned {size}")

    async def until_raised(self, problem: str) -> LogAlarmRaised:
        await self.until(lambda: any(alarm.problem == problem for alarm in self.raised), f"alarm {problem}")
        return next(alarm for alarm in self.raised if alarm.problem == problem)

    async def all_done(self) -> None:
        """Everything that has come so far was acted on, and checkpoints were tried."""
        await self.until(lambda: self.witness._done == self.house.record.last_position, "all is read")
        await self.turn()

    async def turn(self) -> None:
        """The witness has gone through all that is due, once more."""
        turns = self.witness.turns
        self.means.pulse.set()
        await self.until(lambda: self.witness.turns >= turns + 2, "a turn")


def small_log(houses: Houses, folder: Path) -> SmallLog:
    signer = FileSigner.of(houses.network, "auditor", "service")
    return SmallLog(folder, signer, signer.public_key)


@asynccontextmanager
async def watching(
    houses: Houses, agency: str, log: SmallLog, *, address: bool = True, **changes: float
) -> AsyncIterator[Watching]:
    """A witness that runs over a house, with the log served for it, or without an address."""
    async with serving(log.folder, Address()) as served:
        house = houses[agency]
        settings = WitnessSettings(log_url=served if address else None, **(QUICK | changes))
        holder: list[Watching] = []
        writer = Writer(house.record, lambda entries: None if not holder else holder[0].witness.offer(entries))

        async def send_again(events: Iterable[SignedEvent], to: str) -> None:
            holder[0].sent_again += [(event, to) for event in events]

        async def ask_newest() -> None:
            return

        def published() -> int:
            watch = holder[0]
            return house.record.last_position if watch.published is None else watch.published

        async with LogTiles(served) as tiles:
            means = Means(
                house.record, writer, house.service, lambda: house.context, lambda: house.now, settings,
                tiles if address else None,
                ask_newest, send_again, lambda: holder[0].connected, published,
            )  # fmt: skip
            watch = Watching(houses, house, log, Witness(means), means)
            holder.append(watch)
            tasks = [asyncio.create_task(watch.witness.read()), asyncio.create_task(watch.witness.tend())]
            try:
                yield watch
                for task in tasks:
                    if task.done():
                        task.result()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await writer.close()
