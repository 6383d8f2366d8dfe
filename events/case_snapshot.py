"""A case's state as canonical JSON and back: what a snapshot keeps, and what two replays are compared by.

    {"case":"…","status":"open","status_since":"2026-11-21T03:04:05.678Z","parties":{"police":"<event id>"}, …}

Members that are None or empty are left out. `state_from_json(state_to_json(s)) == s`, exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any

from immutables import Map

from events.canonical import JSON
from events.case_parts import (
    Anomaly,
    CaseStatus,
    Disagreement,
    DossierInTransit,
    Opening,
    OpenRequest,
    OpenSuspicion,
    SupportCase,
    Suspension,
    TakenOver,
)
from events.case_state import CaseState
from events.errors import Malformed
from events.instants import format_instant, parse_instant

_MAPS: dict[str, Any] = {
    "openings": Opening,
    "suspicions": OpenSuspicion,
    "requests": OpenRequest,
    "suspensions": Suspension,
    "given_up": Suspension,
    "dossiers": DossierInTransit,
    "succeeded": TakenOver,
    "disagreements": Disagreement,
    "supports": SupportCase,
}
_INSTANTS = frozenset({"status_since", "lead_since", "opened_at", "due", "ends_at"})


def state_to_json(state: CaseState) -> JSON:
    """The state as a JSON value of the canonical subset; keys sort when it is written."""
    members: dict[str, JSON] = {}
    for member in fields(state):
        value = getattr(state, member.name)
        if isinstance(value, Map):
            written: JSON = {key: part if isinstance(part, str) else _part(part) for key, part in value.items()}
        elif isinstance(value, tuple):
            written = [part if isinstance(part, str) else _part(part) for part in value]
        else:
            written = _plain(value)
        if written is not None and written not in ({}, []):
            members[member.name] = written
    return members


def state_from_json(value: JSON) -> CaseState:
    """The state that was written; raises `Malformed` for anything that `state_to_json` does not write."""
    try:
        members = {name: _READERS.get(name, _scalar)(name, part) for name, part in value.items()}
        state = CaseState(**members)
        written = state_to_json(state)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise Malformed("case-state", f"this is no case state: {error}; rebuild it from the record") from error
    if written != value:
        raise Malformed("case-state", "this is not what a case state is written as; rebuild it from the record")
    return state


def _plain(value: Any) -> JSON:
    if isinstance(value, datetime):
        return format_instant(value)
    return str(value) if isinstance(value, Enum) else list(value) if isinstance(value, tuple) else value


def _part(part: Any) -> JSON:
    return {member.name: _plain(getattr(part, member.name)) for member in fields(part)}


def _scalar(name: str, value: JSON) -> Any:
    if name in _INSTANTS and value is not None:
        return parse_instant(value)
    return tuple(value) if isinstance(value, list) else value


def _read_part(model: Any, members: JSON) -> Any:
    return model(**{name: _scalar(name, part) for name, part in members.items()})


def _status(_: str, value: JSON) -> CaseStatus:
    return CaseStatus(value)


def _parties(_: str, value: JSON) -> Map[str, str]:
    return Map(value)


def _map(name: str, value: JSON) -> Map[str, Any]:
    return Map({key: _read_part(_MAPS[name], part) for key, part in value.items()})


def _anomalies(_: str, value: JSON) -> tuple[Anomaly, ...]:
    return tuple(_read_part(Anomaly, part) for part in value)


_READERS: dict[str, Callable[[str, JSON], Any]] = {
    "status": _status,
    "previous_status": _status,
    "parties": _parties,
    "notices": _parties,
    "anomalies": _anomalies,
    **dict.fromkeys(_MAPS, _map),
}
