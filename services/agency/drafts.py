"""What is done with drafts: saved by a clerk or a policy, edited, sent back, signed by whoever may, or discarded.

Local, never numbered. Nothing is rewritten: an edited draft is a new entry of the same draft (`kept_drafts`).
"""

from __future__ import annotations

from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from events.draft import Draft
from events.record_entry import RecordEntry
from events.signature import Signer
from events.values.text import Text
from services.agency.context import Context, new_id
from services.agency.issuing import issue
from services.agency.kept_drafts import SavedDraft, load_draft
from services.agency.record_transaction import RecordTransaction
from services.errors import UsageFault

LONGEST_REMARK = 2_000
"""Characters of the remark with which a draft is sent back."""
_REMARK: TypeAdapter[str] = TypeAdapter(Text)


class DraftSettled(UsageFault):
    """The draft was signed or discarded already."""


class DraftReturned(UsageFault):
    """The draft was sent back: it is not signed before somebody has edited it."""


class DraftChanged(UsageFault):
    """Since it was read, somebody edited the draft or sent it back."""


class DraftOfOtherType(UsageFault):
    """A draft stays of its event type."""


class RemarkUnfit(UsageFault):
    """A draft is sent back with a remark: some text, not too long, without control characters."""


def save_draft(transaction: RecordTransaction, draft: Draft, author: str, now: datetime) -> str:
    """Keep a draft; its id."""
    draft_id = new_id()
    transaction.append_local("DraftSaved", draft_id, draft.to_json() | {"author": author}, now)
    return draft_id


def edit_draft(
    transaction: RecordTransaction, draft_id: str, draft: Draft, by: str, now: datetime, *, revision: int | None
) -> int:
    """Write a draft anew, `revision` being the one that was read (None: whatever stands there); its new revision.

    What was sent back waits for a signature again. Raises `DraftUnknown`, `DraftSettled`, `DraftChanged`,
    `DraftOfOtherType`.
    """
    saved = _unsettled(transaction, draft_id)
    check_revision(saved, revision)
    if draft.event_type != saved.draft.event_type:
        raise DraftOfOtherType(
            what=f"draft {saved.id} is not edited", next_step="write a new draft",
            why=f"it is a draft of {saved.draft.event_type}, not of {draft.event_type}",
        )  # fmt: skip
    transaction.append_local("DraftEdited", saved.id, draft.to_json() | {"by": by}, now)
    return saved.revision + 1


def return_draft(
    transaction: RecordTransaction, draft_id: str, remark: str, by: str, now: datetime, *, revision: int | None
) -> int:
    """Send an open draft back to be edited; its new revision.

    Raises `DraftUnknown`, `DraftSettled`, `DraftReturned`, `DraftChanged`, `RemarkUnfit`.
    """
    saved = _open_draft(transaction, draft_id)
    check_revision(saved, revision)
    data = {"by": by, "remark": _fit(remark)}
    transaction.append_local("DraftReturned", saved.id, data, now)
    return saved.revision + 1


def check_revision(saved: SavedDraft, revision: int | None) -> None:
    """Raises `DraftChanged` if a draft is of another revision than the one that was read."""
    if revision is not None and revision != saved.revision:
        last = saved.steps[-1]
        raise DraftChanged(
            what=f"draft {saved.id} is not what was read",
            why=f"it is revision {saved.revision} now, {last.name} by {last.by}, and not {revision}",
            next_step="read it again, then repeat",
        )


def sign_draft(
    transaction: RecordTransaction,
    draft_id: str,
    signer: Signer,
    context: Context,
    now: datetime,
    *,
    shown: Draft | None = None,
) -> RecordEntry:
    """Sign a saved draft: the event and the draft's end are one commit.

    Raises as `issue` does, `DraftSettled` or `DraftReturned`. `shown` is the draft as its reader saw it, with the
    clause and standing that were found for it.
    """
    saved = _open_draft(transaction, draft_id)
    entry = issue(transaction, saved.draft if shown is None else shown, signer, context, now)
    transaction.append_local("DraftSigned", saved.id, {"event": entry.event.envelope.id}, now)
    return entry


def discard_draft(transaction: RecordTransaction, draft_id: str, now: datetime) -> str:
    """Put a draft away unsigned; its id."""
    saved = _unsettled(transaction, draft_id)
    transaction.append_local("DraftDiscarded", saved.id, {}, now)
    return saved.id


def _unsettled(transaction: RecordTransaction, draft_id: str) -> SavedDraft:
    saved = load_draft(transaction, draft_id)
    if saved.state in {"signed", "discarded"}:
        raise DraftSettled(
            what=f"draft {saved.id} is not open", why=f"it is {saved.state} already", next_step="write a new draft"
        )
    return saved


def _open_draft(transaction: RecordTransaction, draft_id: str) -> SavedDraft:
    saved = _unsettled(transaction, draft_id)
    if saved.state == "returned":
        raise DraftReturned(
            what=f"draft {saved.id} was sent back", why=f"{saved.steps[-1].by} did, and nobody has edited it since",
            next_step="edit it first",
        )  # fmt: skip
    return saved


def _fit(remark: str) -> str:
    try:
        text = _REMARK.validate_python(remark.replace("\r\n", "\n").strip())
    except ValidationError:
        text = ""
    if not 0 < len(text) <= LONGEST_REMARK:
        raise RemarkUnfit(
            what="the draft is not sent back", next_step="say what is to be changed",
            why=f"the remark is no text of 1 to {LONGEST_REMARK} characters",
        )  # fmt: skip
    return text
