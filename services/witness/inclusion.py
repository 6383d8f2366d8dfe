"""This agency's own record against the log: everything that it sent, received and receipted must stand in it.

After each good checkpoint the auditor is asked where the events up to then stand, many at once. What it answers is
believed as far as the tiles under a verified checkpoint hold the very entries that follow from the event's own bytes.
An event of which it says "unknown" is sent to it once more by its sender, since the broker may have lost its copy; what
is missing after the stated time is an alarm, and so is an answer that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from events import base64url
from events.audit.log_keys import AUDITOR
from events.audit.stated_entry import HeldEvent, StatedPlace, implausible, read_answer
from events.record_entry import Entry, RecordEntry
from events.transparency.checkpoint import Checkpoint
from events.types.transparency import MAX_INCLUSIONS, InclusionRequested, LogProblem
from services.agency.issuing import issue_protocol
from services.agency.record_transaction import RecordTransaction
from services.witness.alarms import Alarms, end_own
from services.witness.entries_in_tree import Stated, not_in_tree
from services.witness.means import Means
from services.witness.notebook import ACCEPTED, OWN_CURSOR, WAITING, Notebook
from services.witness.stream_age import StreamAge
from services.witness.tree import tiles_of
from services.witness.unasked import Unasked, held_event

QUESTIONS_AT_ONCE = 8
_MOST_WAITED_FOR = QUESTIONS_AT_ONCE * MAX_INCLUSIONS
_MOST_MISSING = 10_000
"""With so many events missing the log is broken: nothing more is asked before a person has looked."""


@dataclass(slots=True)
class _Awaited:
    """An event that was asked for; times are of the running clock. `held` is read again after a restart."""

    position: int
    held: HeldEvent | None
    first_asked: float
    last_asked: float
    first_good: float | None = None
    first_unknown: float | None = None
    unknown_at: datetime | None = None
    misstated: bool = False
    stated: StatedPlace | None = None

    @property
    def is_noted(self) -> bool:
        """Whether it stands in the notebook, so that the cursor may pass it."""
        return self.unknown_at is not None or self.misstated


class OwnEvents:
    """Whether the log holds what this agency holds. One call at a time."""

    def __init__(self, means: Means, alarms: Alarms, unasked: Unasked, stream: StreamAge) -> None:
        self._means = means
        self._alarms = alarms
        self._unasked = unasked
        self._stream = stream
        self._awaited: dict[bytes, _Awaited] = {}
        self._accepted = means.notebook.noted(ACCEPTED)
        self._asked_at = -means.settings.ask_every_seconds

    def load(self) -> None:
        """Take up what the log lacked or misstated before the last stop; all else is asked for again."""
        now = self._means.clock_seconds()
        again = now - self._means.settings.ask_again_seconds
        for row in self._means.notebook.awaited(_MOST_WAITED_FOR + _MOST_MISSING):
            self._awaited[row.digest] = _Awaited(
                row.position, None, now, again, unknown_at=row.unknown_at, misstated=row.misstated
            )

    @property
    def waited_for(self) -> int:
        """How many events were asked for and are not proven."""
        return len(self._awaited)

    @property
    def asked_upto(self) -> int:
        """Up to which position of the record it was asked."""
        return self._unasked.position

    def note(self, entry: Entry, held: HeldEvent | None) -> None:
        """An entry of the record was read; `held` is its event if that must be in the log."""
        self._unasked.note(entry, held)

    async def answered(self, entry: RecordEntry) -> None:
        """Take the auditor's answer."""
        places, missing = read_answer(entry.event.content_bytes)
        for digest, stated in places:
            if (one := self._awaited.get(digest)) is not None:
                one.stated = stated
        unknown = [digest for digest in missing if digest in self._awaited]
        if unknown:
            await self._unknown(unknown, entry.stored_at or entry.recorded_at)
        self._means.pulse.set()

    async def work(self, good_at: float | None) -> None:
        """Check what was answered, and ask what is to be asked; `good_at` is when the last good checkpoint came.

        Raises `TilesUnavailable` or `TilesWrong`: the answers stay, and are checked the next time.
        """
        seen = self._means.notebook.seen()
        if seen is None:
            return
        await self._ask_new(seen.position)
        await self._ask_again()
        await self._check_answers(seen.checkpoint)
        if good_at is not None:
            await self._miss_unproven(good_at, seen.checkpoint.size)

    # --- asking ---

    async def _ask_new(self, upto: int) -> None:
        now = self._means.clock_seconds()
        missing = sum(one.unknown_at is not None or one.misstated for one in self._awaited.values())
        waiting = len(self._awaited) - missing
        due = now - self._asked_at >= self._means.settings.ask_every_seconds
        while missing < _MOST_MISSING and waiting + MAX_INCLUSIONS <= _MOST_WAITED_FOR:
            if not due and not self._unasked.has(upto, MAX_INCLUSIONS):
                return
            before = self._unasked.position
            found = await self._unasked.next(upto, MAX_INCLUSIONS)
            if not found:
                if not self._awaited and self._unasked.position - before >= MAX_INCLUSIONS:
                    await self._means.writer.run(self._note_progress)
                return
            events = [held for held in found if held.digest not in self._awaited]
            for held in events:
                self._awaited[held.digest] = _Awaited(held.position, held, now, now)
            if events:
                self._asked_at = now
                await self._means.writer.run(partial(self._ask, [held.digest for held in events]))
            waiting += len(events)

    def _ask(self, digests: Sequence[bytes], transaction: RecordTransaction) -> None:
        self._request(digests, transaction)
        self._note_progress(transaction)

    def _note_progress(self, transaction: RecordTransaction) -> None:
        """Note from where it is looked again after a stop: what is asked for and neither proven nor noted."""
        notebook = Notebook.within(transaction)
        if notebook.noted(ACCEPTED) != self._accepted:
            return  # a person has just decided from where it is looked for: that must not be overwritten
        first = min((one.position for one in self._awaited.values() if not one.is_noted), default=None)
        transaction.move_cursor(OWN_CURSOR, self._unasked.position if first is None else first - 1)
        notebook.note(WAITING, str(len(self._awaited)))

    def _request(self, digests: Iterable[bytes], transaction: RecordTransaction) -> None:
        content = InclusionRequested(events=tuple(map(base64url.encode, digests)))
        issue_protocol(transaction, content, (AUDITOR,), self._means.service, self._means.context(), self._means.now())

    async def _ask_again(self) -> None:
        now = self._means.clock_seconds()
        due = [
            (digest, one)
            for digest, one in self._awaited.items()
            if one.stated is None
            and not one.misstated
            and now - one.last_asked >= self._means.settings.ask_again_seconds
        ]
        for start in range(0, min(len(due), _MOST_WAITED_FOR), MAX_INCLUSIONS):
            batch = due[start : start + MAX_INCLUSIONS]
            digests = [digest for digest, _ in batch]
            await self._means.writer.run(partial(self._request, digests))
            for _, one in batch:
                one.last_asked = now

    # --- answers ---

    async def _unknown(self, digests: list[bytes], at: datetime) -> None:
        now = self._means.clock_seconds()
        fresh = [(digest, one.position) for digest in digests if (one := self._awaited[digest]).unknown_at is None]
        if fresh:
            await self._means.writer.run(lambda transaction: Notebook.within(transaction).unknown(fresh, at))
        overdue = None
        for digest in digests:
            one = self._awaited[digest]
            one.unknown_at = one.unknown_at or at
            one.first_unknown = one.first_unknown or now
            if now - one.first_unknown >= self._means.settings.within_seconds:
                overdue = overdue or digest
        # The broker may have lost the auditor's copy. Only its sender can bring it again.
        entries = [self._means.record.entry_at(self._awaited[digest].position) for digest in digests]
        lost = [e.event for e in entries if isinstance(e, RecordEntry) and (held := held_event(e)) and held.own]
        if lost:
            await self._means.send_again(lost, AUDITOR)
        if overdue is not None:
            await self._missing(overdue, "its auditor says that it lacks it")

    async def _miss_unproven(self, good_at: float, size: int) -> None:
        """Events that are not proven though the log goes on: the auditor is silent, or names a place in no tree."""
        within = self._means.settings.within_seconds
        for digest, one in self._awaited.items():
            if one.first_good is None and good_at > one.first_asked:
                one.first_good = good_at
            # What can be checked and was not yet waits for tiles, which is another matter.
            checkable = one.stated is not None and one.stated.first_index < size
            if one.misstated or checkable or one.first_good is None:
                continue
            if good_at - one.first_good >= within:
                await self._missing(digest, "the log goes on, and its auditor does not show it")
                return

    def unproven_since(self) -> float | None:
        """Since when, by the running time, the event that has been asked for longest is waited for."""
        waiting = (one.first_asked for one in self._awaited.values() if not one.misstated and one.unknown_at is None)
        return min(waiting, default=None)

    async def _missing(self, digest: bytes, why: str) -> None:
        seen = self._means.notebook.seen()
        minutes = self._means.settings.within_seconds / 60
        explanation = f"an event is not in the log {minutes:.3g} minutes after it was looked for: {why}"
        notes = (seen.note,) if seen is not None else ()
        await self._alarms.raise_once(LogProblem.LEFT_OUT, explanation, notes, base64url.encode(digest))

    async def _check_answers(self, checkpoint: Checkpoint) -> None:
        wrong: dict[bytes, str] = {}
        ready: list[Stated] = []
        now, simulated = self._means.now(), self._means.context().directory.simulated
        for digest, one in self._awaited.items():
            if (stated := one.stated) is None or one.misstated:
                continue
            if (held := one.held or self._held_again(one)) is None:
                wrong[digest] = "the record does not hold it any more"
            elif stated.first_index + len(held.recipients) <= checkpoint.size:
                again = one.unknown_at or self._stream.begun_anew_after(held.stored_at)
                why = implausible(held, stated, now=now, simulated=simulated, sent_again_after=again)
                if why is not None:
                    wrong[digest] = why
                else:
                    ready.append(Stated(digest, held, stated))
        if ready:
            wrong |= dict.fromkeys(
                await not_in_tree(tiles_of(self._means), ready, checkpoint),
                "its entry in the log is not the one that follows from the event",
            )
        proven = [each.digest for each in ready if each.digest not in wrong]
        if proven:
            noted = [digest for digest in proven if self._awaited.pop(digest).is_noted]
            await self._means.writer.run(partial(self._note_proven, noted))
        for digest, why in wrong.items():
            await self._misstated(digest, why, checkpoint)

    def _note_proven(self, digests: Sequence[bytes], transaction: RecordTransaction) -> None:
        notebook = Notebook.within(transaction)
        notebook.proven(digests)
        self._note_progress(transaction)
        if notebook.open_alarms():
            _, unknown, _ = notebook.awaited_counts()
            if unknown == 0:
                end_own(transaction, self._means.now(), LogProblem.LEFT_OUT)

    async def _misstated(self, digest: bytes, why: str, checkpoint: Checkpoint) -> None:
        one = self._awaited[digest]
        one.misstated = True
        await self._means.writer.run(lambda transaction: Notebook.within(transaction).misstated(digest, one.position))
        seen = self._means.notebook.seen()
        notes = (seen.note,) if seen is not None else ()
        explanation = f"what the log of {checkpoint.size} entries says of an event is wrong: {why}"
        await self._alarms.raise_once(LogProblem.MISSTATED, explanation, notes, base64url.encode(digest))

    def _held_again(self, one: _Awaited) -> HeldEvent | None:
        entry: Entry = self._means.record.entry_at(one.position)
        one.held = held_event(entry)
        return one.held
