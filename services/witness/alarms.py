"""Alarms over the log: raised here once a problem, and those of others judged by the notes that they carry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import combinations

import structlog

from events.audit.growth import LogForked, TilesWrong
from events.audit.log_keys import AUDITOR, log_keys, service_keys
from events.directory import Directory
from events.errors import Malformed, SignatureInvalid
from events.note import VerifierKey
from events.record_entry import RecordEntry
from events.transparency.checkpoint import Checkpoint, open_checkpoint
from events.types.transparency import LogAlarmRaised, LogProblem
from services.agency.issuing import issue_protocol
from services.agency.record_transaction import RecordTransaction
from services.witness.means import Means
from services.witness.notebook import ACCEPTED, PASSING, Alarm, Notebook, Proof, Seen, Standing
from services.witness.tile_fetch import TilesUnavailable
from services.witness.tree import judge

_log = structlog.get_logger(__name__)


def counting_keys(directory: Directory) -> tuple[VerifierKey, ...]:
    """The log's keys whose signature still proves something: what a revoked one signed, its thief may have."""
    revoked = {key.public_key for key in service_keys(directory, AUDITOR) if key.revoked_at is not None}
    return tuple(key for key in log_keys(directory) if key.public_key not in revoked)


def open_by_any(note: str, keys: Sequence[VerifierKey]) -> Checkpoint | None:
    """The checkpoint of a note that one of the log's keys signed; None if none did."""
    for key in keys:
        try:
            return open_checkpoint(note, key)
        except (Malformed, SignatureInvalid):
            continue
    return None


class Alarms:
    """The alarms of one agency's record."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._accepted = means.notebook.noted(ACCEPTED)

    async def raise_once(
        self, problem: LogProblem, explanation: str, notes: Sequence[str] = (), event: str | None = None
    ) -> None:
        """Tell every agency and the auditor, unless an own alarm over the same problem stands already."""

        def command(transaction: RecordTransaction) -> RecordEntry | None:
            notebook = Notebook.within(transaction)
            if notebook.noted(ACCEPTED) != self._accepted:
                return None  # a person has just decided what holds: everything is judged anew from there
            if self._means.key is None:
                return None  # nobody would believe it
            me = transaction.me
            if any(alarm.raised_by == me and alarm.problem is problem for alarm in notebook.open_alarms()):
                return None
            context = self._means.context()
            everybody = tuple(sorted(set(context.directory.agencies) - {me}))
            content = LogAlarmRaised(
                problem=problem, explanation=explanation, checkpoints=tuple(dict.fromkeys(notes)), event=event
            )
            entry = issue_protocol(transaction, content, everybody, self._means.service, context, self._means.now())
            # Whoever raises it has checked it: for others it may be a bare word.
            notebook.raise_alarm(entry.event.envelope.id, entry.position, me, problem, Proof.PROVEN)
            return entry

        entry = await self._means.writer.run(command)
        if entry is not None:
            _log.error(
                "alarm over the transparency log", agency=self._means.record.agency, problem=problem.value,
                explanation=explanation, event_id=entry.event.envelope.id,
            )  # fmt: skip

    async def heard(self, entry: RecordEntry) -> None:
        """Note another agency's alarm, and judge its notes as far as the log's tree is known."""
        content = alarm_content(entry)
        sender = entry.event.envelope.sender
        keys = counting_keys(self._means.context().directory)
        proof = _by_notes_alone(content, keys)

        def command(transaction: RecordTransaction) -> None:
            notebook = Notebook.within(transaction)
            if notebook.alarm(entry.event.envelope.id) is None:
                notebook.replace_alarms(sender, content.problem)
                notebook.raise_alarm(entry.event.envelope.id, entry.position, sender, content.problem, proof)

        await self._means.writer.run(command)
        _log.warning(
            "another agency raises an alarm over the transparency log", agency=self._means.record.agency,
            sender=sender, problem=content.problem.value, proof=proof.value,
        )  # fmt: skip
        self._means.pulse.set()

    async def judge_pending(self) -> None:
        """Judge alarms whose notes speak of trees that are known by now."""
        notebook = self._means.notebook
        seen = notebook.seen()
        for alarm in notebook.open_alarms() if seen is not None else ():
            if alarm.proof is Proof.PENDING and seen is not None:
                proof = await self._by_tree(alarm, seen)
                if proof is not Proof.PENDING:
                    await self._means.writer.run(partial(_judge, alarm, proof))

    async def _by_tree(self, alarm: Alarm, seen: Seen) -> Proof:
        entry = self._means.record.entry_at(alarm.position)
        if not isinstance(entry, RecordEntry):
            return Proof.WORD
        keys = counting_keys(self._means.context().directory)
        shown = [open_by_any(note, keys) for note in alarm_content(entry).checkpoints]
        fits = True
        for checkpoint in shown:
            if checkpoint is None or checkpoint.size > seen.checkpoint.size:
                fits = False
                continue
            try:
                await judge(self._means, checkpoint, seen.checkpoint)
            except LogForked:
                return Proof.PROVEN
            except (TilesUnavailable, TilesWrong):
                fits = False
        return Proof.REFUTED if fits else Proof.PENDING


def end_passing(transaction: RecordTransaction, now: datetime, stated_at: datetime) -> None:
    """A good checkpoint has come: own passing alarms are over, and those that others raised before it."""
    _end(
        transaction,
        now,
        lambda alarm, raised_at: (
            alarm.problem in PASSING and (alarm.raised_by == transaction.me or raised_at <= stated_at)
        ),
    )


def end_own(transaction: RecordTransaction, now: datetime, problem: LogProblem) -> None:
    """What an own alarm was about has come right."""
    _end(transaction, now, lambda alarm, _: alarm.problem is problem and alarm.raised_by == transaction.me)


def _end(transaction: RecordTransaction, now: datetime, which: Callable[[Alarm, datetime], bool]) -> None:
    notebook = Notebook.within(transaction)
    for alarm in notebook.open_alarms():
        if which(alarm, _raised_at(transaction, alarm)):
            notebook.end_alarm(alarm.event_id, Standing.OVER, now)
            about = {"problem": alarm.problem.value, "raised_by": alarm.raised_by}
            transaction.append_local("LogAlarmOver", alarm.event_id, about, now)


def _raised_at(transaction: RecordTransaction, alarm: Alarm) -> datetime:
    known = transaction.known(alarm.event_id)
    if known is None:
        raise LookupError(f"the record holds no alarm {alarm.event_id}")
    return known.envelope.time


def _judge(alarm: Alarm, proof: Proof, transaction: RecordTransaction) -> None:
    Notebook.within(transaction).judge_alarm(alarm.event_id, proof)


def alarm_content(entry: RecordEntry) -> LogAlarmRaised:
    """What an alarm's message says."""
    return LogAlarmRaised.from_bytes(entry.event.content_bytes)


def _by_notes_alone(content: LogAlarmRaised, keys: Sequence[VerifierKey]) -> Proof:
    shown = [open_by_any(note, keys) for note in content.checkpoints]
    signed = [checkpoint for checkpoint in shown if checkpoint is not None]
    if content.problem is not LogProblem.FORKED:
        # That a note is not the log's proves nothing: anybody can write such a one. Nor does what is absent.
        return Proof.WORD
    if any(one.size == other.size and one.root != other.root for one, other in combinations(signed, 2)):
        return Proof.PROVEN
    return Proof.PENDING if len(signed) == len(shown) > 1 else Proof.REFUTED
