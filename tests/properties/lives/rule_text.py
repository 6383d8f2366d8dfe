"""What the rule files themselves let through, read as plain TOML: no code of the rules stands between.

A row lets an event through by its clause, its type, the roles of sender and recipients, and the key. Who leads or takes
part is for those who can know it, so a row open to a place in the case counts here for anybody in that case.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from events.directory import Directory
from events.envelope import Envelope

_KEYS = {
    "head": {"head"},
    "head_or_deputy": {"head", "deputy"},
    "any": {"head", "deputy", "service"},
    "service": {"service"},
}
_PLACES = {"lead", "participants"}


@cache
def _tables(regulation: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    forbidden: list[dict[str, Any]] = []
    folder = resources.files("events.regulation") / "rules"
    for file in folder.iterdir():
        if not file.name.endswith(".toml"):
            continue
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        if data["regulation"] == regulation:
            groups.setdefault(regulation, {}).update({k: set(v) for k, v in data.get("groups", {}).items()})
            rows += data.get("row", [])
            forbidden += data.get("forbidden", [])
    return rows, forbidden


groups: dict[str, dict[str, set[str]]] = {}
"""Regulation → the groups of roles that its files name."""


def _words(regulation: str, words: list[str]) -> set[str]:
    found: set[str] = set()
    for word in words:
        found |= groups[regulation][word[1:]] if word.startswith("@") else {word}
    return found


def lets(envelope: Envelope, content: Any, capacity: str, directory: Directory) -> bool:
    """Whether a row of the files lets this event go to all of its recipients."""
    rows, forbidden = _tables(directory.regulation)
    return any(
        row["type"] == envelope.event_type
        and row.get("clause") == envelope.clause
        and _sender(row, envelope, directory)
        and _recipients(row, envelope, content, directory)
        and _included(row, envelope, directory)
        and capacity in _KEYS[row.get("signatory", "head_or_deputy")]
        and (row.get("case", "optional") == "optional" or envelope.case is not None)
        and (row.get("case", "optional") != "required" or envelope.basis is not None)
        and ("categories" not in row or str(content.category) in row["categories"])
        for row in rows
    ) and not any(
        entry["type"] == envelope.event_type
        and not _by_place(rows, envelope, directory.regulation)
        and envelope.role in _words(directory.regulation, entry.get("roles", []))
        for entry in forbidden
    )


def _by_place(rows: list[dict[str, Any]], envelope: Envelope, regulation: str) -> bool:
    senders = (_words(regulation, r["senders"]) for r in rows if r["type"] == envelope.event_type)
    return any(words & _PLACES for words in senders)


def _sender(row: dict[str, Any], envelope: Envelope, directory: Directory) -> bool:
    words = _words(directory.regulation, row["senders"])
    held = directory.roles_of(envelope.sender, envelope.time)
    by_place = bool(words & _PLACES) and envelope.case is not None
    return envelope.role in held and ("any" in words or envelope.role in words or by_place)


def _recipients(row: dict[str, Any], envelope: Envelope, content: Any, directory: Directory) -> bool:
    words = _words(directory.regulation, row["recipients"])
    by_place = bool(words & _PLACES) and envelope.case is not None
    return all(
        "any" in words or by_place or directory.roles_of(agency, envelope.time) & words for agency in envelope.agencies
    )


def _included(row: dict[str, Any], envelope: Envelope, directory: Directory) -> bool:
    def holders(role: str) -> set[str]:
        return set(directory.agencies_with_role(role, envelope.time))

    present = {envelope.sender, *envelope.agencies}
    for group in row.get("include", []):
        wanted = set().union(*(holders(role) for role in _words(directory.regulation, group["roles"])))
        if not (wanted <= present if group.get("all") else wanted & present):
            return False
    return True
