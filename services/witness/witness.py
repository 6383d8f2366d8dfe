"""The witness of one agency: reads the record's messages about the log, and does what is due.

It follows the record as the policies do, so what was committed is acted on, however the service ends: once more at
worst. Two standing works share it: `read` acts on messages in their order, `tend` does what time brings.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

import structlog

from events.audit.growth import TilesWrong
from events.audit.log_keys import AUDITOR
from events.record_entry import Entry, EntryKind, RecordEntry
from events.types.transparency import LogProblem
from services.agency.follower import Follower
from services.agency.record_transaction import RecordTransaction
from services.witness.alarms import Alarms
from services.witness.checkpoints import Checkpoints
from services.witness.inclusion import OwnEvents
from services.witness.means import Means
from services.witness.notebook import ACCEPTED, ADDRESS, MESSAGES_CURSOR, OWN_CURSOR, STREAM, Notebook
from services.witness.patience import Progress, TileTrouble
from services.witness.stream_age import StreamAge
from services.witness.tile_fetch import TilesUnavailable
from services.witness.unasked import Unasked, held_event

_log = structlog.get_logger(__name__)

_ENTRIES_AT_ONCE = 500
_HEARD = frozenset({"LogAlarmRaised", "HeadsAnnounced", "CheckpointPublished", "InclusionStated"})
_NOTE_EVERY = 5000
"""Positions of the record after which it is noted how far the messages have been read, if nothing came of them."""


class Witness:
    """Run `read` and `tend` as standing work; `offer` and `poke` as for any follower of the record."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._record = means.record
        self.follower = Follower(means.record, means.record.cursor_position(MESSAGES_CURSOR))
        self._lock = asyncio.Lock()
        self._ready = asyncio.Event()
        self.turns = 0
        """How often it has looked through all that is due."""
        self.resting = False
        """Whether nothing that this service signs counts any more: its key was revoked or has expired."""
        self._begin()

    def _begin(self) -> None:
        """From what is durable."""
        record, notebook = self._record, self._means.notebook
        self._done = self._noted = record.cursor_position(MESSAGES_CURSOR)
        self._accepted = notebook.noted(ACCEPTED)
        self._alarms = Alarms(self._means)
        self._trouble = TileTrouble(self._means.settings)
        self._checkpoints = Checkpoints(self._means, self._alarms)
        self._stream = StreamAge(notebook.noted(STREAM))
        asked = record.cursor_position(OWN_CURSOR)
        self._own = OwnEvents(self._means, self._alarms, Unasked(record, asked, self._done), self._stream)
        # What was asked for by now is in the notebook; what was not is in the record.
        waiting = (entry for entry in record.entries(asked, _ENTRIES_AT_ONCE) if held_event(entry) is not None)
        self._progress = Progress(max((entry.position for entry in waiting), default=0))

    # --- following ---

    def offer(self, entries: Sequence[Entry]) -> None:
        """Entries that were just committed here."""
        self.follower.offer(entries)

    def poke(self) -> None:
        """Something may have been committed elsewhere: by the command line, an acceptance perhaps."""
        self.follower.poke()
        self._means.pulse.set()

    async def read(self) -> None:
        """Act on the record's messages until cancelled."""
        async with self._lock:
            await self._means.writer.run(self._note_address)
            self._begin_again()
        self._ready.set()
        await self._ask_newest()
        while True:
            batch = await self.follower.next_batch(_ENTRIES_AT_ONCE)
            for entry in batch:
                if self._note(entry):
                    await self._act_on(entry)
            self._done = batch[-1].position
            if self._upto() - self._noted >= _NOTE_EVERY:
                await self.note_position()

    async def tend(self) -> None:
        """Try again, ask, check and miss what is due, until cancelled."""
        await self._ready.wait()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._means.settings.tick_seconds):
                    await self._means.pulse.wait()
            self._means.pulse.clear()
            async with self._lock:
                if self._means.notebook.noted(ACCEPTED) != self._accepted:
                    self._begin_again()
                    await self._ask_newest()
                if self._means.tiles is not None and not self._rests():
                    await self._tend()
            self.turns += 1

    async def _ask_newest(self) -> None:
        if self._means.tiles is not None:
            await self._means.ask_newest()

    def _begin_again(self) -> None:
        self._begin()
        self._own.load()
        self.follower.rewind(self._done)

    @property
    def all_proven(self) -> bool:
        """Whether all that was committed here so far, and must be in the log, was found there."""
        unasked = self._own.asked_upto < self._progress.newest_logged or self._done < self._record.last_position
        return not unasked and self._own.waited_for == 0

    async def note_position(self) -> None:
        """Note how far the messages were acted on; called when the service stops in order, too."""
        upto = self._upto()

        def command(transaction: RecordTransaction) -> None:
            notebook = Notebook.within(transaction)
            if notebook.noted(ACCEPTED) == self._accepted:
                transaction.move_cursor(MESSAGES_CURSOR, upto)
                notebook.note(STREAM, str(self._stream))

        await self._means.writer.run(command)
        self._noted = upto

    def _upto(self) -> int:
        waiting = self._checkpoints.waiting_position
        return self._done if waiting is None else min(self._done, waiting - 1)

    def _note_address(self, transaction: RecordTransaction) -> None:
        Notebook.within(transaction).note(ADDRESS, self._means.settings.log_url or "")

    # --- messages ---

    def _note(self, entry: Entry) -> bool:
        """Take note of an entry, quickly, since there are many; whether it is a message that asks for more."""
        held = held_event(entry)
        if held is not None:
            self._progress.newest_logged = entry.position
        if self._means.tiles is not None:
            self._own.note(entry, held)
        if not isinstance(entry, RecordEntry) or entry.kind is not EntryKind.ADMITTED:
            return False
        self._stream.take(entry.stream_sequence, entry.stored_at)
        return entry.event.envelope.event_type in _HEARD

    async def _act_on(self, entry: Entry) -> None:
        if not isinstance(entry, RecordEntry):
            return
        witnessing = self._means.tiles is not None
        envelope = entry.event.envelope
        match envelope.event_type:
            case "LogAlarmRaised":
                await self._alarms.heard(entry)
            case "HeadsAnnounced" if witnessing:
                await self._checkpoints.heard(entry)
            case "CheckpointPublished" if witnessing and envelope.sender == AUDITOR:
                self._checkpoints.published(entry)
            case "InclusionStated" if witnessing and envelope.sender == AUDITOR:
                await self._own.answered(entry)

    # --- what time brings ---

    async def _tend(self) -> None:
        now = self._means.clock_seconds()
        if self._trouble.may_try(now):
            try:
                await self._checkpoints.work()
                await self._own.work(self._checkpoints.good_at)
                self._trouble.over()
            except (TilesUnavailable, TilesWrong) as error:
                _log.warning("the log's tiles cannot be had", agency=self._record.agency, reason=str(error))
                self._trouble.note(now)
                if self._trouble.lasts(now):
                    explanation = f"the log's tree cannot be verified: {error}"
                    await self._alarms.raise_once(LogProblem.UNAVAILABLE, explanation)
        await self._miss_progress()
        await self._checkpoints.cosign_if_free()

    def _rests(self) -> bool:
        """Whether there is nothing to tend because nothing that would be signed counts; a change is logged."""
        resting = self._means.key is None
        if resting and not self.resting:
            _log.warning(
                "the witness rests: the directory lists no key of this service that counts now",
                agency=self._record.agency, kid=self._means.service.kid,
            )  # fmt: skip
        elif self.resting and not resting:
            _log.info("the witness goes on: the directory lists its key", agency=self._record.agency)
        self.resting = resting
        return resting

    async def _miss_progress(self) -> None:
        seen = self._means.notebook.seen()
        stalled = self._progress.stalled_seconds(
            self._means.clock_seconds(),
            covered=seen.position if seen is not None else 0,
            published=self._means.published(),
            connected=self._means.connected(),
            good_at=self._checkpoints.good_at,
            others=(self._own.unproven_since(), self._checkpoints.withheld_since()),
        )
        if stalled >= self._means.settings.within_seconds:
            explanation = f"there is something to log, and no new checkpoint has come for {stalled / 60:.3g} minutes"
            notes = (seen.note,) if seen is not None else ()
            await self._alarms.raise_once(LogProblem.STALLED, explanation, notes)
