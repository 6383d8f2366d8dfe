"""Documents about drafts: `draft.json`."""

from __future__ import annotations

from events.draft import Draft
from services.agency.lawfulness import Lawfulness
from services.documents import Document


def draft_document(agency: str, draft: Draft, saved: str | None, judged: Lawfulness) -> Document:
    """A draft as it was kept, or only checked (`saved` is None then), and whether it may be sent now."""
    return {
        "agency": agency,
        "draft": saved,
        "state": None if saved is None else "open",
        "type": draft.event_type,
        "recipients": list(draft.recipients),
        "case": draft.case,
        "basis": draft.basis,
        "lawfulness": judged.to_json(),
    }


def discarded_document(agency: str, draft_id: str) -> Document:
    """A draft that was put away unsigned."""
    return {"agency": agency, "draft": draft_id, "state": "discarded"}
