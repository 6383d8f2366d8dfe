"""Conditions on dossiers: every item told apart, the receiver addressed, confirmation item by item."""

from __future__ import annotations

from events.attachments import attachments_of
from events.regulation.passing_lead import lead_under_way
from events.regulation.situation import Situation
from events.regulation.verdict import Problem
from events.types.dossier import ItemStatus


def dossier_items_identified(s: Situation) -> Problem | None:
    """Each item stands once, with a digest or an identifier (LC-6.3)."""
    items = s.content.items
    if len({item.id for item in items}) == len(items) and all(item.sha256 or item.identifier for item in items):
        return None
    return Problem(
        "dossier-item-unidentified",
        "Mỗi tài liệu, tang vật phải được liệt kê một lần, kèm mã băm hoặc số hiệu.",
        "Each document and exhibit is listed once, with its digest or an identifier.",
    )


def dossier_goes_to_receiver(s: Situation, *, roles: tuple[str, ...]) -> Problem | None:
    """The agency named as receiver is addressed and holds one of the roles (the investigating agency)."""
    if s.content.to in s.envelope.agencies and s.roles_of(s.content.to) & set(roles):
        return lead_under_way(s) if s.content.passes_lead else None
    return Problem(
        "dossier-receiver",
        f"Hồ sơ phải gửi đến cơ quan nhận có vai trò {', '.join(roles)}.",
        f"The dossier must go to the receiver it names, who holds the role {', '.join(roles)}.",
    )


def confirms_item_by_item(s: Situation) -> Problem | None:
    """Every item that is still outstanding is confirmed once, and nothing else (LC-6.3)."""
    confirmed = [item.id for item in s.content.items]
    cause, state = s.facts.cause, s.state
    if cause is None:
        return None
    transit = state.dossiers.get(cause.id) if state is not None else None
    expected: tuple[str, ...]
    if transit is not None:
        # To the receiver nothing of what was taken back is outstanding: it confirms the recall.
        expected = () if transit.recall is not None and s.at_sender else transit.outstanding
    elif s.at_sender and state is not None:
        expected = ()  # it was confirmed in full, taken back or refused: nothing of it is outstanding here
    else:
        expected = tuple(item.id for item in getattr(cause.content, "items", ()))
    receiver = getattr(cause.content, "to", None)
    if sorted(confirmed) == sorted(expected) and receiver == s.envelope.sender:
        return None
    return Problem(
        "dossier-confirmation",
        "Cơ quan nhận phải xác nhận từng mục của hồ sơ, mỗi mục một lần.",
        f"The receiver confirms each outstanding item once; outstanding: {', '.join(expected) or 'none'}.",
    )


def dossier_files_arrived(s: Situation) -> Problem | None:
    """An item whose file travels as an attachment is confirmed only when the file is whole and is what was signed.

    Only the receiver of the dossier, who sends the confirmation, can tell. An item with a digest whose file did not
    travel along (a disk handed over by hand) is for people to compare.
    """
    cause, here = s.facts.cause, s.facts.files
    if cause is None or here is None:
        return None
    travelling = {one.sha256 for one in attachments_of(cause.content)} - here
    digests = {item.id: item.sha256 for item in getattr(cause.content, "items", ())}
    early = [
        one.id for one in s.content.items if one.status is ItemStatus.RECEIVED and digests.get(one.id) in travelling
    ]
    if not early:
        return None
    return Problem(
        "dossier-file-missing",
        f"Tệp của mục {', '.join(early)} chưa nhận đủ hoặc chưa đối chiếu xong với mã băm đã ký.",
        f"The files of {', '.join(early)} have not arrived whole and been held against the signed digest yet.",
    )
