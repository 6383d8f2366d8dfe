"""The state of cases between the database and `events.case`: read when an event needs it, written where it changed.

A state's collections lie in rows of their own, so what an event costs depends on what it changes and not on how many
requests are open, how long the case is, or how many cases there are.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from immutables import Map

from events.canonical import JSON, canonical_json
from events.case import CaseState, CaseStatus
from events.case_snapshot import state_from_json, state_to_json
from events.instants import format_instant, parse_instant
from projections.named_sql import named_sql

if TYPE_CHECKING:
    import sqlite3

SQL = named_sql("cases.sql")

_NAMED = frozenset({"suspicions", "requests", "suspensions"})
"""Collections that grow with what is open, and of which an event moves only what it names."""
_REWRITTEN = frozenset({"openings", "parties"})
"""Collections that are few, and that one event may rewrite."""

PARTS = (*sorted(_NAMED | _REWRITTEN), "dossiers", "given_up", "disagreements", "supports", "notices")
"""The members of `CaseState` that are collections and may hold much."""

KEPT_STATES = 2_000
"""Parsed states kept in memory between events; any other is read again from its rows."""


class CaseStore:
    """The states in use by one writer. `forget` after a transaction that was not committed, or not by this writer."""

    def __init__(self) -> None:
        self._states: OrderedDict[str, CaseState] = OrderedDict()

    def forget(self) -> None:
        """Drop what is kept in memory; the rows stand."""
        self._states.clear()

    def load(self, cursor: sqlite3.Cursor, case_id: str) -> CaseState | None:
        """The state of a case; None if it is not held."""
        if state := self._states.get(case_id):
            self._states.move_to_end(case_id)
            return state
        return read_state(cursor, case_id)

    def save(self, cursor: sqlite3.Cursor, old: CaseState | None, new: CaseState, touched: Iterable[str]) -> None:
        """Write what differs between the state that was loaded and the one it became.

        `touched` are the ids that the event names, its own among them: of what it can open or answer it moves only
        these. A property test holds the rows against the pure fold.
        """
        self._states[new.case] = new
        if len(self._states) > KEPT_STATES:
            self._states.popitem(last=False)
        for part in PARTS:
            _save_part(cursor, new.case, part, getattr(old, part) if old else _NOTHING, getattr(new, part), touched)
        head = state_to_json(_without_parts(new))
        opened_at = min((opening.opened_at for opening in new.openings.values()), default=None)
        cursor.execute(
            SQL["save_head"],
            {
                "case_id": new.case,
                "status": new.status.value,
                "status_since": format_instant(new.status_since),
                "category": new.category,
                "lead": new.lead,
                "opened_at": format_instant(opened_at) if opened_at else None,
                "head": canonical_json(head).decode("utf-8"),
            },
        )


def read_state(cursor: sqlite3.Cursor, case_id: str) -> CaseState | None:
    """The state as its rows have it; None for a case that is not held."""
    row = cursor.execute(SQL["head"], (case_id,)).fetchone()
    if row is None:
        return None
    if row["head"] is None:
        return CaseState(case=case_id, status=CaseStatus.KNOWN_IN_PART, status_since=parse_instant(row["first_at"]))
    value: dict[str, JSON] = json.loads(row["head"])
    for part in cursor.execute(SQL["parts"], (case_id,)).fetchall():
        value.setdefault(part["part"], {})[part["member"]] = json.loads(part["value"])
    return state_from_json(value)


def read_part(part: str, member: str, value: JSON) -> Any:
    """One member of a case's collection, as its row has it: a suspension, a request."""
    alone = state_to_json(_EMPTY) | {part: {member: value}}
    return getattr(state_from_json(alone), part)[member]


def _without_parts(state: CaseState) -> CaseState:
    return replace(state, **_WITHOUT_PARTS)


def _save_part(
    cursor: sqlite3.Cursor, case_id: str, part: str, old: Map[str, Any], new: Map[str, Any], touched: Iterable[str]
) -> None:
    if new is old:
        return
    # A recall's confirmation ends a dossier, a direction a disagreement, and neither names it: all are looked through.
    # What adds to these collections does no more, so that it costs the same however much is open.
    named = part in _NAMED or (part not in _REWRITTEN and len(new) > len(old))
    for member in touched if named else {*old, *new}:
        before, after = old.get(member), new.get(member)
        if before is after:
            continue
        if after is None:
            cursor.execute(SQL["drop_part"], (case_id, part, member))
        else:
            cursor.execute(SQL["put_part"], (case_id, part, member, _written(part, after)))


def _written(part: str, value: Any) -> str:
    members: dict[str, Any] = {part: Map({"-": value})}
    alone = replace(_EMPTY, **members)
    return canonical_json(state_to_json(alone)[part]["-"]).decode("utf-8")


_NOTHING: Map[str, Any] = Map()
_WITHOUT_PARTS: dict[str, Any] = dict.fromkeys(PARTS, _NOTHING)
_EMPTY = CaseState(case="-", status=CaseStatus.KNOWN_IN_PART, status_since=datetime.fromtimestamp(0, UTC))
