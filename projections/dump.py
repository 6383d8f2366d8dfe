"""What "the same view" means: the canonical JSON (RFC 8785) of every row, by key.

    {"position":412,"schema":1,"tables":{"case_file":[{…},…],…}}

Two views are the same if these bytes are. The dump is written row by row, so a large view needs no memory for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from events import base64url
from events.canonical import canonical_json
from projections.store import SCHEMA_VERSION

if TYPE_CHECKING:
    import sqlite3

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "calendar_act": "position",
        "case_file": "case_id",
        "case_moment": "case_id, position",
        "case_part": "case_id, part, member",
        "disclosure": "position, recipient",
        "draft": "draft_id",
        "early_receipt": "event_id, recipient",
        "event": "position",
        "figure_fact": "position",
        "focal_point": "position",
        "held_message": "digest",
        "obligation": "event_id, kind, debtor, creditor",
        "settlement": "event_id, kind, debtor, creditor, settled_by",
        "successor": "agency",
    }
)
"""Table → its key, in the order of the dump. A test holds this against the schema."""


def dump_pieces(
    cursor: sqlite3.Cursor, position: int, keys: Mapping[str, str] = KEYS, schema: int = SCHEMA_VERSION
) -> Iterator[bytes]:
    """The dump in pieces; joined they are one canonical JSON object."""
    yield b'{"position":%d,"schema":%d,"tables":{' % (position, schema)
    for index, (table, key) in enumerate(keys.items()):
        yield b'%s"%s":[' % (b"," if index else b"", table.encode("ascii"))
        rows = cursor.execute(f"SELECT * FROM {table} ORDER BY {key}")  # noqa: S608 - both are constants of the program
        for number, row in enumerate(rows):
            yield (b"," if number else b"") + canonical_json(dict(row))
        yield b"]"
    yield b"}}"


def dump_digest(pieces: Iterator[bytes]) -> str:
    """SHA-256 of a dump, base64url."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return base64url.encode(digest.digest())
