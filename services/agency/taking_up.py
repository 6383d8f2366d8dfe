"""What a document takes from the suspicion, notice or seizure that it takes up, so that nobody types it again."""

from __future__ import annotations

import json
from typing import Any

from events.known_event import KnownEvent
from events.types.case import CaseOpened
from events.types.document import Matter
from events.types.seizure import SeizureReported
from events.types.suspicion import SuspicionReferred, SuspicionReported

_SENDERS_OWN = frozenset({"secrecy", "channel", "paper"})
"""Members of a matter that are about the sender's own document."""

_MAX_TITLE = 500
_PREFIXES = {
    SuspicionReferred.__name__: "Chuyển thông tin nghi vấn: ",
    CaseOpened.__name__: "Mở vụ việc: ",
}
"""What the subject begins with, by the type that is written: documents are in Vietnamese."""


def taken_up(event_type: str, cause: KnownEvent, me: str) -> dict[str, Any]:
    """The members, as JSON, that `me` may take over into a document of the type; none of what takes no matter up.

    A notice is made of a suspicion; a case is opened on a suspicion, a notice of one, or a seizure. Whoever told of it,
    or was told by `me`, takes part in the case; who else does is for people to add.
    """
    told = cause.content
    match event_type, told:
        case "SuspicionReferred", SuspicionReported():
            return _matter(event_type, told) | _discovery(told) | {"suspicion": cause.id}
        case "CaseOpened", SuspicionReported() | SuspicionReferred() | SeizureReported():
            others = cause.envelope.agencies if cause.envelope.sender == me else (cause.envelope.sender,)
            named = {
                "title": _bare(told.subject),
                "participants": sorted(set(others) - {me}),
                "discovered_by_sender": isinstance(told, SeizureReported) and cause.envelope.sender == me,
            }
            return _matter(event_type, told) | _discovery(told) | _suspicion(told, cause.id) | named
    return {}


def _matter(event_type: str, told: Matter) -> dict[str, Any]:
    members = json.loads(told.to_bytes())
    taken = {name: members[name] for name in Matter.model_fields if name in members and name not in _SENDERS_OWN}
    return taken | {"subject": (_PREFIXES[event_type] + _bare(told.subject))[:_MAX_TITLE]}


def _bare(subject: str) -> str:
    """A subject without what an earlier document of the same matter put before it."""
    return next((subject.removeprefix(prefix) for prefix in _PREFIXES.values() if subject.startswith(prefix)), subject)


def _discovery(told: Matter) -> dict[str, Any]:
    members = json.loads(told.to_bytes())
    return {"discovered_at": members["discovered_at"]} if "discovered_at" in members else {}


def _suspicion(told: Matter, held: str) -> dict[str, Any]:
    match told:
        case SuspicionReported():
            return {"suspicions": [held]}
        case SuspicionReferred():
            return {"suspicions": [told.suspicion]}
    return {}
