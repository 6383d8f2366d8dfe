"""What a person read before signing it, held against what is signed.

A form carries a mark: SHA-256 over the draft as it is kept, and, on the page that shows it whole, over the clause and
the standing under which it was shown. Nothing leaves under another mark than the one that was sent back.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from events.draft import Draft
from events.signature import Signer
from services.accounts.account import Account
from services.agency.drafts import sign_draft
from services.agency.kept_drafts import SavedDraft, kept_digest, load_draft
from services.agency.lawfulness import Lawfulness, by_any_clause, with_standing
from services.agency.record_reading import RecordReading
from services.agency.record_transaction import RecordTransaction
from services.errors import ExplainedError
from services.web.house import House


class DraftNotAsRead(ExplainedError):
    """The draft, or the clause or standing by which it may go, is not what was read."""


@dataclass(frozen=True)
class Review:
    """A draft as it is shown to whoever may sign it: as it would leave, and the mark of that."""

    saved: SavedDraft
    draft: Draft
    judged: Lawfulness
    mark: str


def review(record: RecordReading, draft_id: str, house: House, person: Account, now: datetime) -> Review:
    """The draft of a whole id as it would leave if the person signed it now. Raises `DraftUnknown`."""
    saved, context = load_draft(record, draft_id), house.context
    office = house.directory.agencies[house.agency].signatory(person.signatory or "")
    capacity = "head" if office is None else office.capacity
    standing = with_standing(saved.draft, record, context, now)
    draft, judged = by_any_clause(standing, record, context, capacity, now, signatory=person.signatory)
    mark = mark_of(kept_digest(record, draft_id), judged.clause, draft.basis)
    return Review(saved, draft, judged, mark)


def mark_of(digest: str | None, clause: str | None = None, basis: str | None = None) -> str:
    """The mark of a draft's kept entry, as it was shown."""
    return hashlib.sha256(json.dumps([digest, clause, basis]).encode()).hexdigest()


def sign_as_read(
    transaction: RecordTransaction, draft_id: str, mark: str, signer: Signer, house: House, person: Account
) -> str:
    """Sign a draft if it is what `mark` says, and keep who signed it, in one commit; the event's id.

    Raises `DraftNotAsRead`, and as `sign_draft` does. The caller rolls back.
    """
    now = house.now()
    shown = review(transaction, draft_id, house, person, now).draft
    envelope = sign_draft(transaction, draft_id, signer, house.context, now, shown=shown).event.envelope
    digest = kept_digest(transaction, draft_id)
    if mark not in {mark_of(digest), mark_of(digest, envelope.clause, envelope.basis)}:
        raise DraftNotAsRead(
            what=f"draft {draft_id} is not what was read", why="it, its clause or its standing is another now",
            next_step="read it again",
        )  # fmt: skip
    transaction.append_local("SignedByPerson", envelope.id, {"by": person.author, "draft": draft_id}, now)
    return envelope.id
