"""Documents about delegations of signing: `delegate-list.json`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from events.instants import format_instant
from events.regulation.delegation import Delegation, DelegationStanding
from events.types.delegation import DelegationEnded
from services.documents import Document

_OVER = {DelegationStanding.ENDED, DelegationStanding.EXPIRED}


def delegations_document(agency: str, held: Iterable[Delegation], at: datetime, *, history: bool) -> Document:
    """Those in force or to come at a moment; with `history` those that are over, too."""
    shown = [delegation_document(one, at) for one in held if history or one.standing(at) not in _OVER]
    return {"agency": agency, "at": format_instant(at), "delegations": shown}


def delegation_document(held: Delegation, at: datetime) -> Document:
    """A delegation as it stands at a moment."""
    envelope, content = held.grant.envelope, held.content
    early = held.ended if held.standing(held.ends_at) is DelegationStanding.ENDED else None
    officer = content.officer
    return {
        "event_id": envelope.id,
        "agency": envelope.sender,
        "delegate": content.delegate,
        "officer": None if officer is None else officer.name,
        "officer_position": None if officer is None else officer.position,
        "scope": {
            "event_types": list(content.scope.event_types),
            "categories": [category.value for category in content.scope.categories],
            "fields": [field.value for field in content.scope.fields],
            "cases": list(content.scope.cases),
        },
        "since": format_instant(content.since),
        "until": format_instant(content.until),
        "ends_at": format_instant(held.ends_at),
        "ended_by": None if early is None else early.id,
        "end_reason": early.content.reason.value if early and isinstance(early.content, DelegationEnded) else None,
        "standing": held.standing(at).value,
        "told": list(envelope.agencies),
        "clause": envelope.clause,
        "signed_at": format_instant(envelope.time),
    }
