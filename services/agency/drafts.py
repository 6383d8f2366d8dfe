"""Drafts in the record: saved by a clerk or a policy, signed by whoever may, or discarded. Local, never numbered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from events.draft import Draft, draft_from_json
from events.record_entry import LocalEntry, RecordEntry
from events.signature import Signer
from services.agency.context import Context, new_id
from services.agency.entry_codec import decode_entry
from services.agency.issuing import issue
from services.agency.record import Record
from services.agency.record_reading import RecordReading
from services.agency.record_transaction import RecordTransaction
from services.errors import UsageFault


class DraftUnknown(UsageFault):
    """No draft has this id, or more than one begins with it."""


class DraftSettled(UsageFault):
    """The draft was signed or discarded already."""


@dataclass(frozen=True)
class SavedDraft:
    """A draft as it stands: its id, who wrote it, and the events it became once signed."""

    id: str
    draft: Draft
    author: str
    state: str
    signed_event: str | None = None


def save_draft(transaction: RecordTransaction, draft: Draft, author: str, now: datetime) -> str:
    """Keep a draft; its id."""
    draft_id = new_id()
    transaction.append_local("DraftSaved", draft_id, draft.to_json() | {"author": author}, now)
    return draft_id


def load_draft(record: RecordReading, draft_id: str) -> SavedDraft:
    """The draft of an id or of the beginning of one; raises `DraftUnknown`."""
    cursor = record.cursor
    cursor.execute(
        "SELECT rowid, topic, state, originator_id FROM entries "
        "WHERE originator_id >= ? AND originator_id < ? ORDER BY rowid LIMIT 50",
        (f"local:{draft_id}", f"local:{draft_id}~"),
    )
    rows = cursor.fetchall()
    history = [entry for row in rows if isinstance(entry := decode_entry(*tuple(row)[:3]), LocalEntry)]
    history = [entry for entry in history if entry.name.startswith("Draft")]
    ids = {entry.subject for entry in history}
    if len(ids) != 1:
        raise DraftUnknown(
            what=f"no single draft has the id {draft_id}",
            why=f"{len(ids)} drafts begin with it",
            next_step="list them with `phoihop inbox --drafts`",
        )
    saved, last = history[0], history[-1]
    members = {name: value for name, value in saved.data.items() if name != "author"}
    state = {"DraftSaved": "open", "DraftSigned": "signed", "DraftDiscarded": "discarded"}[last.name]
    signed = last.data.get("event") if last.name == "DraftSigned" else None
    return SavedDraft(saved.subject, draft_from_json(members), saved.data.get("author", ""), state, signed)


_AS_KEPT = """
SELECT originator_id, state FROM entries
WHERE originator_version = 1 AND originator_id IN (SELECT 'local:' || value FROM json_each(?))
"""


def kept_digest(record: RecordReading, draft_id: str) -> str | None:
    """SHA-256 of a draft's entry in the record, in hexadecimal; None if there is none. A whole id."""
    record.cursor.execute(_AS_KEPT, (json.dumps([draft_id]),))
    return next((hashlib.sha256(state).hexdigest() for _, state in record.cursor.fetchall()), None)


def kept_digests(record: Record, draft_ids: Collection[str]) -> dict[str, str]:
    """As `kept_digest`, of many drafts by their ids. Blocks."""
    rows = record.rows(_AS_KEPT, (json.dumps(list(draft_ids)),))
    return {origin.removeprefix("local:"): hashlib.sha256(state).hexdigest() for origin, state in rows}


def sign_draft(
    transaction: RecordTransaction,
    draft_id: str,
    signer: Signer,
    context: Context,
    now: datetime,
    *,
    shown: Draft | None = None,
) -> RecordEntry:
    """Sign a saved draft: the event and the draft's end are one commit. Raises as `issue` does, or `DraftSettled`.

    `shown` is the draft as its reader saw it, with the clause and standing that were found for it.
    """
    saved = _open_draft(transaction, draft_id)
    entry = issue(transaction, saved.draft if shown is None else shown, signer, context, now)
    transaction.append_local("DraftSigned", saved.id, {"event": entry.event.envelope.id}, now)
    return entry


def discard_draft(transaction: RecordTransaction, draft_id: str, now: datetime) -> str:
    """Put a draft away unsigned; its id."""
    saved = _open_draft(transaction, draft_id)
    transaction.append_local("DraftDiscarded", saved.id, {}, now)
    return saved.id


def _open_draft(transaction: RecordTransaction, draft_id: str) -> SavedDraft:
    saved = load_draft(transaction, draft_id)
    if saved.state != "open":
        raise DraftSettled(
            what=f"draft {saved.id} is not open", why=f"it is {saved.state} already", next_step="write a new draft"
        )
    return saved
