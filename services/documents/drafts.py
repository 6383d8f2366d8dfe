"""Documents about drafts: `draft.json`."""

from __future__ import annotations

from events.draft import Draft
from events.instants import format_instant
from services.agency.kept_drafts import SavedDraft
from services.agency.lawfulness import Lawfulness
from services.documents import Document
from services.documents.draft_changes import draft_changes


def draft_document(
    agency: str, draft: Draft, saved: str | None, judged: Lawfulness, revision: int | None = None
) -> Document:
    """A draft as it was kept, or only checked (`saved` is None then), and whether it may be sent now."""
    return {
        "agency": agency,
        "draft": saved,
        "revision": revision,
        "state": None if saved is None else "open",
        "type": draft.event_type,
        "recipients": list(draft.recipients),
        "case": draft.case,
        "basis": draft.basis,
        "lawfulness": judged.to_json(),
    }


def kept_document(agency: str, saved: SavedDraft, judged: Lawfulness) -> Document:
    """A draft with its whole content and what was done to it, step by step."""
    steps: list[Document] = []
    before = saved.steps[0].draft
    for step in saved.steps:
        steps.append(
            {
                "step": step.name,
                "by": step.by,
                "at": format_instant(step.at),
                "remark": step.remark or None,
                "changes": draft_changes(before, step.draft),
            }
        )
        before = step.draft
    return {
        "agency": agency,
        "draft": saved.id,
        "revision": saved.revision,
        "state": saved.state,
        "author": saved.author,
        "remark": saved.remark,
        "signed_event": saved.signed_event,
        "members": saved.draft.to_json(),
        "lawfulness": judged.to_json(),
        "steps": steps,
    }


def discarded_document(agency: str, draft_id: str) -> Document:
    """A draft that was put away unsigned."""
    return {"agency": agency, "draft": draft_id, "state": "discarded"}


def returned_document(agency: str, draft_id: str, revision: int) -> Document:
    """A draft that was sent back to be edited."""
    return {"agency": agency, "draft": draft_id, "revision": revision, "state": "returned"}
