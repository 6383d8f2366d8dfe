"""The transparency log as an agency knows it: `log-status.json`, `log-alarms.json`, and a part of the status."""

from __future__ import annotations

from datetime import datetime

from events.audit.log_keys import usable_keys
from events.directory import Directory
from events.instants import format_instant
from events.record_entry import RecordEntry
from services.agency.record import Record
from services.documents import Document
from services.witness.alarms import alarm_content
from services.witness.notebook import ADDRESS, OWN_CURSOR, Alarm, Notebook, Proof


def log_document(record: Record, directory: Directory, now: datetime, *, service_running: bool) -> Document:
    """How far the log was verified here, and what is looked for in it."""
    notebook = Notebook.of(record)
    seen = notebook.seen()
    waiting, missing, misstated = notebook.awaited_counts()
    address = notebook.noted(ADDRESS)
    verified = cosigned = None
    if seen is not None:
        root = seen.checkpoint.root.hex()
        verified = {"size": seen.checkpoint.size, "root": root, "at": format_instant(seen.stated_at)}
        if seen.cosigned_at is not None:
            cosigned = {"size": seen.cosigned_size, "at": format_instant(seen.cosigned_at)}
    return {
        "agency": record.agency,
        "clock": directory.clock,
        "address": address or None,
        "witnessing": bool(address) and _key_counts(record, directory, now),
        "key_counts": _key_counts(record, directory, now),
        "service_running": service_running,
        "verified": verified,
        "cosigned": cosigned,
        "refusing": notebook.blocked(record.agency),
        "asked_upto": record.cursor_position(OWN_CURSOR),
        "position": record.last_position,
        "waiting": waiting,
        "missing": missing,
        "misstated": misstated,
        "heard": [{"agency": peer, "size": size} for peer, size, _ in notebook.heard()],
        "open_alarms": _open_alarms(notebook),
    }


def log_summary(record: Record, directory: Directory, now: datetime) -> Document:
    """What the status says of the log."""
    notebook = Notebook.of(record)
    seen = notebook.seen()
    return {
        "witnessing": bool(notebook.noted(ADDRESS)) and _key_counts(record, directory, now),
        "key_counts": _key_counts(record, directory, now),
        "cosigned_size": seen.cosigned_size if seen is not None else None,
        "refusing": notebook.blocked(record.agency),
        "open_alarms": _open_alarms(notebook),
    }


def _key_counts(record: Record, directory: Directory, now: datetime) -> bool:
    """Whether what the agency's service signs now counts: a dissolved agency's keys are revoked."""
    return bool(usable_keys(directory, record.agency, now))


def _open_alarms(notebook: Notebook) -> int:
    return sum(alarm.proof is not Proof.REFUTED for alarm in notebook.open_alarms())


def alarms_document(record: Record, limit: int, *, only_open: bool) -> Document:
    """The newest alarms, or the newest open ones, with what their messages say and what was found of them here."""
    notebook = Notebook.of(record)
    shown = notebook.open_alarms()[::-1][:limit] if only_open else notebook.alarms(limit)
    return {"agency": record.agency, "alarms": [_alarm(record, alarm) for alarm in shown]}


def _alarm(record: Record, alarm: Alarm) -> Document:
    entry = record.entry_at(alarm.position)
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
        "blocks": alarm.blocks(record.agency),
        "ended_at": format_instant(alarm.ended_at) if alarm.ended_at else None,
        "reason": alarm.reason,
    }
