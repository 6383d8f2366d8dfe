"""Drafts as the record keeps them: what was written, who edited it or sent it back, and how it ended.

A draft's history is its own stream of local entries, appended and never rewritten; the draft as it stands is the last
that was written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.draft import Draft, draft_from_json
from events.record_entry import LocalEntry
from services.agency.entry_codec import decode_entry
from services.agency.record import Record
from services.agency.record_reading import RecordReading
from services.agency.record_transaction import RecordTransaction
from services.errors import UsageFault

_STATES = {
    "DraftSaved": "open", "DraftEdited": "open", "DraftReturned": "returned",
    "DraftSigned": "signed", "DraftDiscarded": "discarded",
}  # fmt: skip
_STEPS = {"DraftSaved": "saved", "DraftEdited": "edited", "DraftReturned": "returned"}
_ABOUT = frozenset({"author", "by"})


class DraftUnknown(UsageFault):
    """No draft has this id, or more than one begins with it."""


@dataclass(frozen=True)
class DraftStep:
    """What was done to a draft before its end: `saved`, `edited`, or `returned` with a remark; `draft` as it was."""

    name: str
    by: str
    at: datetime
    draft: Draft
    remark: str = ""


@dataclass(frozen=True)
class SavedDraft:
    """A draft as it stands: its id, what was done to it, and the event that it became once signed."""

    id: str
    state: str
    steps: tuple[DraftStep, ...]
    signed_event: str | None = None

    @property
    def draft(self) -> Draft:
        """As it was written last."""
        return self.steps[-1].draft

    @property
    def author(self) -> str:
        """Who wrote it first."""
        return self.steps[0].by

    @property
    def revision(self) -> int:
        """How often it was written, edited or sent back: whoever edits names the one that was read."""
        return len(self.steps)

    @property
    def remark(self) -> str | None:
        """Why it was sent back; None while it is not."""
        return self.steps[-1].remark if self.state == "returned" else None


def load_draft(record: RecordReading, draft_id: str) -> SavedDraft:
    """The draft of an id or of the beginning of one; raises `DraftUnknown`."""
    cursor = record.cursor
    cursor.execute(_BEGINNINGS, (f"local:{draft_id}", f"local:{draft_id}~"))
    # Commands that wait together share a commit: what one of them has done to a draft, the next one sees.
    pending = [one for one in _appended(record) if one.subject.startswith(draft_id)]
    first = [*(entry for row in cursor.fetchall() if (entry := _local(row)) is not None), *pending]
    found = [entry.subject for entry in first if entry.name == "DraftSaved"]
    if len(found) != 1:
        raise DraftUnknown(
            what=f"no single draft has the id {draft_id}",
            why=f"{len(found)} drafts begin with it",
            next_step="list them with `phoihop inbox --drafts`",
        )
    cursor.execute(_HISTORY, (json.dumps(found),))
    entries = [entry for row in cursor.fetchall() if (entry := _local(row)) is not None]
    return _saved(found[0], [*entries, *(one for one in pending if one.subject == found[0])])


def kept_digest(record: RecordReading, draft_id: str) -> str | None:
    """SHA-256 of a draft as it stands in the record, in hexadecimal; None if there is none. A whole id."""
    record.cursor.execute(_HISTORY, (json.dumps([draft_id]),))
    return _digests(record.cursor.fetchall()).get(draft_id)


def kept_digests(record: Record, draft_ids: Collection[str]) -> dict[str, str]:
    """As `kept_digest`, of many drafts by their ids. Blocks."""
    return _digests(record.rows(_HISTORY, (json.dumps(list(draft_ids)),)))


_BEGINNINGS = """
SELECT rowid, topic, state, originator_version FROM entries
WHERE originator_id >= ? AND originator_id < ? AND originator_version = 1
  AND instr(state, CAST('"name":"DraftSaved"' AS BLOB)) > 0
ORDER BY rowid LIMIT 50
"""
_HISTORY = """
SELECT rowid, topic, state, originator_version FROM entries
WHERE originator_id IN (SELECT 'local:' || value FROM json_each(?)) ORDER BY rowid
"""


def _appended(record: RecordReading) -> list[LocalEntry]:
    """What the transaction, if it is one, has not written yet."""
    if not isinstance(record, RecordTransaction):
        return []
    return [entry for entry in record.appended if isinstance(entry, LocalEntry)]


def _local(row: Any) -> LocalEntry | None:
    entry = decode_entry(*tuple(row)[:3])
    return entry if isinstance(entry, LocalEntry) else None


def _saved(draft_id: str, entries: list[LocalEntry]) -> SavedDraft:
    steps: list[DraftStep] = []
    state, signed = "open", None
    for entry in entries:
        if entry.name not in _STATES:
            continue
        state = _STATES[entry.name]
        if entry.name in {"DraftSaved", "DraftEdited"}:
            members = {name: value for name, value in entry.data.items() if name not in _ABOUT}
            by = entry.data.get("author" if entry.name == "DraftSaved" else "by", "")
            steps.append(DraftStep(_STEPS[entry.name], by, entry.recorded_at, draft_from_json(members)))
        elif entry.name == "DraftReturned":
            by, remark = entry.data["by"], entry.data["remark"]
            steps.append(DraftStep("returned", by, entry.recorded_at, steps[-1].draft, remark))
        elif entry.name == "DraftSigned":
            signed = entry.data.get("event")
    return SavedDraft(draft_id, state, tuple(steps), signed)


def _digests(rows: Iterable[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        entry = _local(row)
        if entry is not None and entry.name in _STEPS:
            # The version tells apart two that read the same and were kept in the same millisecond.
            found[entry.subject] = hashlib.sha256(b"%d\n%s" % (row[3], row[2])).hexdigest()
    return found
