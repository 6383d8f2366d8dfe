"""What the commands of `phoihop log` share: an agency's view of the transparency log, as documents."""

from __future__ import annotations

from events.instants import format_instant
from events.record_entry import RecordEntry
from services.cli.desk import Desk
from services.cli.session import Document
from services.errors import UsageFault
from services.witness.alarms import alarm_content
from services.witness.notebook import ADDRESS, OWN_CURSOR, Alarm, Notebook, Proof, Standing


class AlarmUnknown(UsageFault):
    """No alarm of the record has an id that begins so, or several have."""

    def __init__(self, prefix: str, found: int) -> None:
        self.prefix = prefix
        super().__init__(
            what=f"it is not clear which alarm {prefix!r} is" if found else f"there is no alarm {prefix!r}",
            why=f"{found} alarms of this agency's record have an id that begins so",
            next_step="look it up with `phoihop log alarms`",
        )


def log_standing(desk: Desk) -> Document:
    """How far the log was verified here, and what is looked for in it."""
    notebook = Notebook.of(desk.record)
    seen = notebook.seen()
    waiting, missing, misstated = notebook.awaited_counts()
    alarms = notebook.open_alarms()
    address = notebook.noted(ADDRESS)
    cosigned_at = seen.cosigned_at if seen is not None else None
    return {
        "agency": desk.me,
        "clock": desk.directory.clock,
        "address": address or None,
        "witnessing": bool(address),
        "service_running": desk.wake_service(),
        "verified": None
        if seen is None
        else {"size": seen.checkpoint.size, "root": seen.checkpoint.root.hex(), "at": format_instant(seen.stated_at)},
        "cosigned": None
        if seen is None or cosigned_at is None
        else {"size": seen.cosigned_size, "at": format_instant(cosigned_at)},
        "refusing": notebook.blocked(desk.me),
        "asked_upto": desk.record.cursor_position(OWN_CURSOR),
        "position": desk.record.last_position,
        "waiting": waiting,
        "missing": missing,
        "misstated": misstated,
        "heard": [{"agency": peer, "size": size} for peer, size, _ in notebook.heard()],
        "open_alarms": sum(alarm.proof is not Proof.REFUTED for alarm in alarms),
    }


def alarm_document(desk: Desk, alarm: Alarm) -> Document:
    """An alarm with what its message says, and what was found of it here."""
    entry = desk.record.entry_at(alarm.position)
    if not isinstance(entry, RecordEntry):
        raise TypeError(f"entry {alarm.position} of the record is no alarm")
    content = alarm_content(entry)
    return {
        "id": alarm.event_id,
        "raised_by": alarm.raised_by,
        "raised_at": format_instant(entry.event.envelope.time),
        "problem": alarm.problem.value,
        "meaning_vi": alarm.problem.vi,
        "meaning_en": alarm.problem.en,
        "explanation": content.explanation,
        "event": content.event,
        "checkpoints": list(content.checkpoints),
        "proof": alarm.proof.value,
        "standing": alarm.standing.value,
        "blocks": alarm.blocks(desk.me),
        "ended_at": format_instant(alarm.ended_at) if alarm.ended_at else None,
        "reason": alarm.reason,
    }


def find_alarm(desk: Desk, prefix: str, limit: int) -> Alarm:
    """The alarm whose id begins so, an open one if there is one only; raises `AlarmUnknown`."""
    begins = [alarm for alarm in Notebook.of(desk.record).alarms(limit) if alarm.event_id.startswith(prefix)]
    found = [alarm for alarm in begins if alarm.standing is Standing.OPEN] if len(begins) > 1 else begins
    if len(found) != 1:
        raise AlarmUnknown(prefix, len(begins))
    return found[0]
