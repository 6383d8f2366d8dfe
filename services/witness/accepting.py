"""A person accepts an alarm over the log: the witness goes on, and the record keeps who said so and why."""

from __future__ import annotations

from datetime import datetime

from events.directory import Directory
from events.note import parse_note
from events.record_entry import RecordEntry
from events.transparency.checkpoint import parse_checkpoint
from events.types.transparency import LogProblem
from services.agency.record import Record
from services.agency.record_transaction import RecordTransaction
from services.errors import UsageFault
from services.witness.alarms import alarm_content, counting_keys, open_by_any
from services.witness.notebook import ACCEPTED, MESSAGES_CURSOR, OWN_CURSOR, Alarm, Notebook, Standing

_FOLLOWED = frozenset({LogProblem.FORKED, LogProblem.SHRUNK})


class AlarmNotOpen(UsageFault):
    """The alarm that is to be accepted is over, or was accepted."""

    def __init__(self, alarm: Alarm) -> None:
        self.standing = alarm.standing.value
        super().__init__(
            what="there is nothing to accept",
            why=f"this alarm is {self.standing} already",
            next_step="see `phoihop log alarms`",
        )


class NothingToFollow(UsageFault):
    """The alarm shows no other tree of the log that could be followed."""

    def __init__(self) -> None:
        super().__init__(
            what="the log cannot be followed from this alarm",
            why="only a fork or a smaller tree shows another checkpoint that the log signed",
            next_step="accept it without --follow",
        )


def accept(
    transaction: RecordTransaction,
    record: Record,
    alarm: Alarm,
    directory: Directory,
    *,
    officer: str,
    reason: str,
    follow: bool,
    now: datetime,
) -> list[str]:
    """Accept all alarms that stand over the same problem; their ids.

    What was left out or misstated is looked for no more. With `follow` the refused tree takes the place of the last
    good one: everything is looked for again in it. Raises `AlarmNotOpen`, `NothingToFollow`.
    """
    if alarm.standing is not Standing.OPEN:
        raise AlarmNotOpen(alarm)
    notebook = Notebook.within(transaction)
    if follow:
        _follow(notebook, record, alarm, directory)
        transaction.move_cursor(OWN_CURSOR, 0)
    accepted = [one.event_id for one in notebook.open_alarms() if one.problem is alarm.problem]
    about = {"problem": alarm.problem.value, "by": officer, "reason": reason, "follow": follow}
    for event_id in accepted:
        notebook.end_alarm(event_id, Standing.ACCEPTED, now, reason)
        transaction.append_local("LogAlarmAccepted", event_id, about, now)
    notebook.drop_awaited(alarm.problem)
    # What the accepted alarms were about has been acted on: it must not raise them again.
    transaction.move_cursor(MESSAGES_CURSOR, record.last_position)
    notebook.note(ACCEPTED, alarm.event_id)
    return accepted


def _follow(notebook: Notebook, record: Record, alarm: Alarm, directory: Directory) -> None:
    entry = record.entry_at(alarm.position)
    if alarm.problem not in _FOLLOWED or not isinstance(entry, RecordEntry):
        raise NothingToFollow
    seen = notebook.seen()
    keys = counting_keys(directory)
    for note in reversed(alarm_content(entry).checkpoints):
        checkpoint = parse_checkpoint(parse_note(note).text) if open_by_any(note, keys) else None
        if checkpoint is not None and (seen is None or checkpoint != seen.checkpoint):
            notebook.begin_anew()
            notebook.see(checkpoint, note, entry.event.envelope.time, alarm.position)
            return
    raise NothingToFollow
