"""What an edition of a draft changed, member by member: for machines, by JSON Pointer (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterator

from events.canonical import JSON
from events.draft import Draft


def draft_changes(before: Draft, after: Draft) -> list[JSON]:
    """The places that differ, each with its value before and after; what was not there, or is gone, is null."""
    return [
        {"path": path, "before": was, "after": now}
        for path, was, now in _differences("", before.to_json(), after.to_json())
    ]


def _differences(path: str, before: JSON, after: JSON) -> Iterator[tuple[str, JSON, JSON]]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            step = name.replace("~", "~0").replace("/", "~1")
            yield from _differences(f"{path}/{step}", before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            was = before[index] if index < len(before) else None
            now = after[index] if index < len(after) else None
            yield from _differences(f"{path}/{index}", was, now)
    else:
        yield path, before, after
