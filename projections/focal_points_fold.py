"""Focal points noted as they are designated: a row for each document, none of which is ever changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.instants import format_instant
from events.types.focal_point import FocalPointDesignated
from projections.named_sql import named_sql

if TYPE_CHECKING:
    import sqlite3

    from events.content import Content
    from events.record_entry import RecordEntry

SQL = named_sql("focal_points.sql")

NEED_CONTENT = frozenset({"FocalPointDesignated"})
"""The type whose content is read for this view."""


def fold_focal_point(cursor: sqlite3.Cursor, entry: RecordEntry, content: Content | None) -> None:
    """Note a designation that was sent, admitted or inherited."""
    if not isinstance(content, FocalPointDesignated):
        return
    officer = content.officer
    cursor.execute(
        SQL["note"],
        {
            "position": entry.position,
            "agency": entry.event.envelope.sender,
            "unit": content.unit or (officer.unit if officer else None),
            "officer": officer.name if officer else None,
            "officer_position": officer.position if officer else None,
            "phone": content.phone or (officer.phone if officer else None),
            "email": content.email,
            "fields": " ".join(field.value for field in content.fields),
            "since": format_instant(content.since),
            "replaces": content.replaces,
            "note": content.note,
        },
    )
