"""Conditions on dossiers: every item told apart, the receiver addressed, confirmation item by item."""

from __future__ import annotations

from events.regulation.situation import Situation
from events.regulation.verdict import Problem


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
        return None
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
    expected = transit.outstanding if transit is not None else tuple(i.id for i in getattr(cause.content, "items", ()))
    receiver = getattr(cause.content, "to", None)
    if sorted(confirmed) == sorted(expected) and receiver == s.envelope.sender:
        return None
    return Problem(
        "dossier-confirmation",
        "Cơ quan nhận phải xác nhận từng mục của hồ sơ, mỗi mục một lần.",
        f"The receiver confirms each outstanding item once; outstanding: {', '.join(expected)}.",
    )
