"""Checkpoints of the log as they are shown to this agency: verified, cosigned, compared with what others were shown.

A checkpoint that the auditor publishes:

1. is signed by the log, with a key that the directory lists for that time; otherwise `unsigned`
2. is not smaller than one that the auditor published before; otherwise `shrunk`
3. holds the tree of the last verified one, by the log's own tiles; otherwise `forked`
4. and its tiles can be had; otherwise it is tried again, ever more rarely, and `unavailable` after a while (`trouble`)

What passes is noted and cosigned in one commit, which fails if another checkpoint was noted meanwhile. While an alarm
stands that blocks, it is noted only: the tree must go on growing from what was seen, but nothing is vouched for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import structlog

from events.audit.growth import LogForked, TilesWrong
from events.audit.log_keys import AUDITOR, log_name, service_keys, usable_at, witness_name
from events.errors import Malformed, SignatureInvalid
from events.note import Note, VerifierKey, format_note, parse_note
from events.record_entry import RecordEntry
from events.transparency.checkpoint import Checkpoint, open_checkpoint
from events.transparency.cosignature import CosignerKey, cosign
from events.transparency.merkle import EMPTY_ROOT
from events.types.protocol import HeadsAnnounced
from events.types.transparency import CheckpointCosigned, CheckpointPublished, LogProblem
from services.agency.issuing import issue_protocol
from services.agency.record_transaction import RecordTransaction
from services.witness.alarms import Alarms, counting_keys, end_passing, open_by_any
from services.witness.means import Means
from services.witness.notebook import Notebook, Seen
from services.witness.tile_fetch import TilesUnavailable
from services.witness.tree import judge

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A checkpoint that the auditor published: its note with the log's signature alone, when, and where that stands."""

    checkpoint: Checkpoint
    note: str
    stated_at: datetime
    position: int


class Checkpoints:
    """What becomes of the checkpoints that are shown to one agency."""

    def __init__(self, means: Means, alarms: Alarms) -> None:
        self._means = means
        self._alarms = alarms
        self._fresh: deque[int] = deque()
        self._waiting: deque[int] = deque()
        self._waiting_size: dict[int, int] = {}
        self._heard_at: dict[str, float] = {}
        self.good_at: float | None = None
        """When, by the running time, the last good checkpoint came since the start."""

    def published(self, entry: RecordEntry) -> None:
        """The auditor published a checkpoint: it is taken by `work`."""
        self._fresh.append(entry.position)
        self._means.pulse.set()

    @property
    def waiting_position(self) -> int | None:
        """Where in the record the first checkpoint stands that was not taken yet."""
        return min((*list(self._fresh)[:1], *self._waiting), default=None)

    async def heard(self, entry: RecordEntry) -> None:
        """Keep the checkpoint that another agency's heads show: it is compared by `work`."""
        text = HeadsAnnounced.from_bytes(entry.event.content_bytes).checkpoint
        if text is None:
            return
        peer = entry.event.envelope.sender
        try:
            shown = _open(text, counting_keys(self._means.context().directory), entry)
        except (Malformed, SignatureInvalid) as error:
            # The log did not sign it: this says something of the peer, and nothing of the log.
            _log.warning("an agency shows a checkpoint that is not the log's", peer=peer, reason=str(error))
            return
        await self._means.writer.run(partial(_hear, peer, shown))
        self._means.pulse.set()

    async def work(self) -> None:
        """Take the checkpoints that wait, compare those heard; raises `TilesUnavailable` or `TilesWrong`.

        The newest first: the older ones are then compared within its tree, by tiles that are here already.
        """
        while self._fresh:
            await self._look_at(self._fresh[0])
            self._fresh.popleft()
        while self._waiting:
            position = self._waiting[-1]
            if (shown := await self._shown(position)) is not None:
                await self._take(shown)
                self._waiting_size.pop(shown.checkpoint.size, None)
            self._waiting.remove(position)
        await self.compare_heard()
        await self._alarms.judge_pending()

    async def _look_at(self, position: int) -> None:
        """What shows without any tile: whoever forks the log could keep tiles back."""
        if (shown := await self._shown(position)) is None:
            return
        size = shown.checkpoint.size
        before = self._waiting_size.get(size)
        other = await self._shown(before) if before is not None else self._means.notebook.seen()
        if other is not None and other.checkpoint.size == size and other.checkpoint.root != shown.checkpoint.root:
            explanation = f"the log signed two different trees of {size} entries"
            await self._alarms.raise_once(LogProblem.FORKED, explanation, (other.note, shown.note))
            return
        self._waiting.append(position)
        self._waiting_size[size] = position

    async def _shown(self, position: int) -> Shown | None:
        entry = self._means.record.entry_at(position)
        if not isinstance(entry, RecordEntry):
            raise TypeError(f"entry {position} of the record is no message")
        text = CheckpointPublished.from_bytes(entry.event.content_bytes).checkpoint
        directory = self._means.context().directory
        keys = [
            VerifierKey(log_name(directory.province), key.public_key)
            for key in service_keys(directory, AUDITOR)
            if usable_at(key, entry.event.envelope.time)
        ]
        try:
            return _open(text, keys, entry)
        except (Malformed, SignatureInvalid) as error:
            await self._alarms.raise_once(LogProblem.UNSIGNED, f"a checkpoint was published that is none: {error}")
            return None

    async def compare_heard(self) -> None:
        """Compare what others were shown with what is verified here, as far as that reaches."""
        notebook = self._means.notebook
        seen = notebook.seen()
        keys = counting_keys(self._means.context().directory)
        if seen is None:
            return
        known = [heard for heard in notebook.heard() if heard[1] <= seen.checkpoint.size]
        # The largest first: those of the same size need no tiles, so tiles that are kept back hide nothing.
        for peer, _, note in sorted(known, key=lambda heard: -heard[1]):
            # The keys may have changed since it was heard.
            checkpoint = open_by_any(note, keys)
            try:
                if checkpoint is not None:
                    await judge(self._means, checkpoint, seen.checkpoint)
            except LogForked as error:
                explanation = f"to {peer} the log has shown another history than here: {error}"
                await self._alarms.raise_once(LogProblem.FORKED, explanation, (seen.note, note))
            await self._means.writer.run(partial(_compared, peer, note))
            self._heard_at.pop(peer, None)

    def withheld_since(self) -> float | None:
        """Since when, by the running time, others are known to have been shown larger trees than this agency."""
        seen = self._means.notebook.seen()
        size = seen.checkpoint.size if seen is not None else 0
        now = self._means.clock_seconds()
        ahead = [peer for peer, heard, _ in self._means.notebook.heard() if heard > size]
        return min((self._heard_at.setdefault(peer, now) for peer in ahead), default=None)

    # --- one checkpoint ---

    async def _take(self, shown: Shown) -> None:
        while True:
            seen = self._means.notebook.seen()
            try:
                if seen is not None and shown.checkpoint.size < seen.checkpoint.size:
                    await self._smaller(shown, seen)
                    return
                old = seen.checkpoint if seen is not None else Checkpoint(shown.checkpoint.origin, 0, EMPTY_ROOT)
                await judge(self._means, old, shown.checkpoint)
            except LogForked as error:
                notes = (seen.note, shown.note) if seen is not None else (shown.note,)
                await self._alarms.raise_once(LogProblem.FORKED, str(error), notes)
                return
            if await self._means.writer.run(partial(self._note, seen, shown)):
                break
        self.good_at = self._means.clock_seconds()
        self._means.pulse.set()
        earlier = seen is not None and shown.position < seen.position and shown.stated_at < seen.stated_at
        if seen is not None and earlier and shown.checkpoint.size > seen.checkpoint.size:
            await self._shrunk(seen.checkpoint.size, shown.checkpoint.size, (shown.note, seen.note))

    async def _smaller(self, shown: Shown, seen: Seen) -> None:
        """Raises `LogForked`, and what `judge` raises for want of tiles: that it is smaller shows without any."""
        try:
            await judge(self._means, shown.checkpoint, seen.checkpoint)
        except LogForked:
            raise
        except (TilesUnavailable, TilesWrong):
            await self._shrunk_if_later(shown, seen)
            raise
        await self._shrunk_if_later(shown, seen)

    async def _shrunk_if_later(self, shown: Shown, seen: Seen) -> None:
        # One that was published earlier and comes late is an old acquaintance.
        if shown.stated_at > seen.stated_at and shown.position > seen.position:
            await self._shrunk(shown.checkpoint.size, seen.checkpoint.size, (seen.note, shown.note))

    async def _shrunk(self, size: int, before: int, notes: tuple[str, ...]) -> None:
        explanation = f"the log shows a tree of {size} entries after one of {before}: entries were taken away"
        await self._alarms.raise_once(LogProblem.SHRUNK, explanation, notes)

    def _note(self, expected: Seen | None, shown: Shown, transaction: RecordTransaction) -> bool:
        """Check against what is noted now, note and cosign, all in one transaction; False if something came between."""
        notebook = Notebook.within(transaction)
        seen = notebook.seen()
        if (seen and (seen.checkpoint, seen.stated_at)) != (expected and (expected.checkpoint, expected.stated_at)):
            return False
        # An auditor whose clock was corrected may date a larger tree before a smaller one.
        stated_at = max(shown.stated_at, seen.stated_at) if seen is not None else shown.stated_at
        position = max(shown.position, seen.position) if seen is not None else shown.position
        notebook.see(shown.checkpoint, shown.note, stated_at, position)
        now = self._means.now()
        end_passing(transaction, now, shown.stated_at)
        # A record put back from a backup may have cosigned another branch: first it learns what it has said.
        if not notebook.blocked(transaction.me) and not transaction.signing_held:
            self._cosign(transaction, notebook, shown, now)
        return True

    async def cosign_if_free(self) -> None:
        """Cosign what was verified while an alarm stood, once none blocks any more."""
        notebook = self._means.notebook
        seen = notebook.seen()
        if seen is not None and seen.cosigned_size != seen.checkpoint.size and not notebook.blocked(self._means.me):
            await self._means.writer.run(self._cosign_seen)

    def _cosign_seen(self, transaction: RecordTransaction) -> None:
        notebook = Notebook.within(transaction)
        seen = notebook.seen()
        if seen is None or notebook.blocked(transaction.me) or transaction.signing_held:
            return
        shown = Shown(seen.checkpoint, seen.note, seen.stated_at, seen.position)
        self._cosign(transaction, notebook, shown, self._means.now())

    def _cosign(self, transaction: RecordTransaction, notebook: Notebook, shown: Shown, now: datetime) -> None:
        context, service, listed = self._means.context(), self._means.service, self._means.key
        if listed is None:
            return  # it was revoked, or expired, since the witness began this turn
        key = CosignerKey(witness_name(context.directory.province, context.me), listed.public_key)
        note = parse_note(shown.note)
        line = cosign(note.text, key, int(now.timestamp()), service.sign)
        notebook.note_cosigned(
            shown.checkpoint.size, format_note(replace(note, signatures=(*note.signatures, line))), now
        )
        content = CheckpointCosigned(checkpoint=format_note(Note(note.text, (line,))))
        issue_protocol(transaction, content, (AUDITOR,), service, context, now)


def _hear(peer: str, shown: Shown, transaction: RecordTransaction) -> None:
    Notebook.within(transaction).hear(peer, shown.checkpoint.size, shown.note)


def _compared(peer: str, note: str, transaction: RecordTransaction) -> None:
    Notebook.within(transaction).compared(peer, note)


def _open(text: str, keys: Sequence[VerifierKey], entry: RecordEntry) -> Shown:
    """The checkpoint of a note that one of the keys signed; raises `Malformed` or `SignatureInvalid`."""
    note = parse_note(text)
    lines = {(line.name, line.key_id): line for line in note.signatures}
    signed_by = [key for key in keys if (key.name, key.key_id) in lines]
    if not signed_by:
        raise SignatureInvalid("the log's key has not signed it")
    key = signed_by[-1]
    checkpoint = open_checkpoint(note, key)
    # Others' cosignatures are left out: what is kept and handed on is what was verified here.
    own = lines[key.name, key.key_id]
    return Shown(checkpoint, format_note(Note(note.text, (own,))), entry.event.envelope.time, entry.position)
