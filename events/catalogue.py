"""The catalogue of event types, built from the classes in `events.types`.

A new type is a new class in one of the modules below; nothing else is to be edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from events.content import Content
from events.errors import UnknownEventType
from events.names import check_event_type
from events.signed_event import SignedEvent
from events.types import (
    assessment,
    attachment,
    case,
    conflict,
    coordination,
    correction,
    delegation,
    direction,
    disagreement,
    dossier,
    emergency,
    focal_point,
    information,
    inspection,
    lookup,
    meeting,
    overdue,
    proposal,
    protocol,
    provision,
    publicity,
    report,
    seizure,
    support,
    suspension,
    suspicion,
    technical,
    transparency,
    violation,
)

# New modules go to the end: a golden event's number is its type's place in this order.
_MODULES: tuple[ModuleType, ...] = (
    suspicion, case, coordination, information, suspension, dossier, protocol,
    emergency, seizure, direction, disagreement, support, inspection, violation, proposal, meeting, lookup, focal_point,
    delegation, publicity, assessment, technical, provision, report, correction, overdue, conflict, attachment,
    transparency,
)  # fmt: skip


def _collect(modules: tuple[ModuleType, ...]) -> dict[tuple[str, int], type[Content]]:
    found: dict[tuple[str, int], type[Content]] = {}
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Content) and value.__module__ == module.__name__:
                key = (check_event_type(value.__name__), value.VERSION)
                if key in found or not value.MEANING_VI or not value.MEANING_EN:
                    raise AssertionError(f"{module.__name__}.{value.__name__}: defined twice, or without a meaning")
                found[key] = value
    return found


CATALOGUE: Mapping[tuple[str, int], type[Content]] = MappingProxyType(_collect(_MODULES))
"""(event type, version) → content class."""

EVENT_TYPES: tuple[str, ...] = tuple(dict.fromkeys(event_type for event_type, _ in CATALOGUE))
"""Every event type's name, in the order of the modules."""

PROTOCOL_TYPES: frozenset[str] = frozenset(name for (name, _), model in CATALOGUE.items() if model.PROTOCOL)
"""The names of the protocol's own messages."""

_NEWEST = {name: max(version for known, version in CATALOGUE if known == name) for name in EVENT_TYPES}


def content_model(event_type: str, version: int) -> type[Content]:
    """The content class of an event type's version; raises `UnknownEventType`."""
    try:
        return CATALOGUE[event_type, version]
    except KeyError:
        raise UnknownEventType(event_type, version) from None


def newest_version(event_type: str) -> int:
    """The version in which new events of a type are written; raises `UnknownEventType`."""
    try:
        return _NEWEST[event_type]
    except KeyError:
        raise UnknownEventType(event_type, 1) from None


def read_content(event: SignedEvent) -> Content:
    """The content of an event, strictly read; raises `UnknownEventType` or `Malformed`."""
    return content_model(event.envelope.event_type, event.envelope.version).from_bytes(event.content_bytes)


def meaning(event_type: str, lang: str = "vi") -> str:
    """What an event type states, in a line of Vietnamese (`vi`) or English (`en`); raises `UnknownEventType`."""
    model = content_model(event_type, newest_version(event_type))
    return model.MEANING_EN if lang == "en" else model.MEANING_VI
