"""A draft: what somebody wants to say, before it has a number, a count, a time and a signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.canonical import JSON, canonical_json, parse_canonical
from events.catalogue import content_model, newest_version
from events.content import Content
from events.errors import InvalidValue, Malformed
from events.instants import format_instant, parse_instant
from events.names import check_slug


@dataclass(frozen=True)
class Draft:
    """An event to be: content and addressing. A draft is local, unnumbered and unchained.

    `clause` and `role` may be None: deciding chooses the first by which the event is lawful. `case` None is right for
    what belongs to no case.
    """

    content: Content
    recipients: tuple[str, ...]
    case: str | None = None
    clause: str | None = None
    role: str | None = None
    cause: str | None = None
    basis: str | None = None
    due: datetime | None = None

    @property
    def event_type(self) -> str:
        """The event type's name."""
        return type(self.content).__name__

    def to_json(self) -> JSON:
        """The draft as a JSON object; the inverse of `draft_from_json`."""
        members: dict[str, Any] = {
            "type": self.event_type,
            "version": self.content.VERSION,
            "recipients": list(self.recipients),
            "case": self.case,
            "clause": self.clause,
            "role": self.role,
            "cause": self.cause,
            "basis": self.basis,
            "due": format_instant(self.due) if self.due else None,
            "content": parse_canonical(self.content.to_bytes()),
        }
        return {name: value for name, value in members.items() if value is not None}


_MEMBERS = frozenset({"type", "version", "recipients", "case", "clause", "role", "cause", "basis", "due", "content"})


def draft_from_json(members: JSON) -> Draft:
    """Read a draft from a JSON object with the members of `Draft.to_json`; `version` may be left out.

    Raises `InvalidValue`, `Malformed` or `UnknownEventType`, each saying which member is at fault.
    """
    if not isinstance(members, dict):
        raise Malformed("draft", "a draft is a JSON object with type, recipients and content")
    if unknown := set(members) - _MEMBERS:
        raise Malformed("draft", f"a draft has no member {min(unknown)!r}; it has {', '.join(sorted(_MEMBERS))}")
    for name in ("type", "recipients", "content"):
        if name not in members:
            raise Malformed("draft", f"the draft lacks {name!r}")
    recipients = members["recipients"]
    if not isinstance(recipients, list) or not recipients or not all(isinstance(r, str) for r in recipients):
        raise Malformed("draft", "'recipients' must be a list of agency ids with at least one")
    for name in ("type", "case", "clause", "role", "cause", "basis", "due"):
        if not isinstance(members.get(name, ""), str):
            raise Malformed("draft", f"{name!r} must be a string")
    if not isinstance(members["content"], dict) or not isinstance(members.get("version", 1), int):
        raise Malformed("draft", "'content' must be an object and 'version' an integer")
    model = content_model(members["type"], members.get("version", newest_version(members["type"])))
    due = members.get("due")
    try:
        due_at = parse_instant(due) if due else None
    except InvalidValue as error:
        raise Malformed("draft", f"'due': {error}") from error
    return Draft(
        content=model.from_json(canonical_json(members["content"])),
        recipients=tuple(sorted({check_slug(r, "recipient") for r in recipients})),
        case=members.get("case"),
        clause=members.get("clause"),
        role=members.get("role"),
        cause=members.get("cause"),
        basis=members.get("basis"),
        due=due_at,
    )
