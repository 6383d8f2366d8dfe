"""Whom documents of an agency go to: its focal unit (LC-5.3) or person (DL-11.2), and who it was before.

A designation ends only by another of the same agency that names it in `replaces`; without that both stand, since an
agency may have one for each field. What replaced what is found at query time, so it does not matter which of the two
the record holds first, and a replacement that is recalled leaves the earlier one in force.

When another agency stands in an agency's place, its designations are the successor's, until that one has its own for
the same fields.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from events.instants import format_instant
from projections.focal_points_fold import SQL
from projections.rows import Row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence


class FocalStanding(StrEnum):
    """How a designation stands at a moment."""

    IN_FORCE = "in_force"
    TO_COME = "to_come"
    REPLACED = "replaced"
    RECALLED = "recalled"
    SUCCEEDED = "succeeded"
    """Its agency's successor has a focal point of its own."""


@dataclass(frozen=True)
class FocalPoint(Row):
    """One designation, as it stands at the moment asked about.

    `officer` is the person's name; `phone` and `email` are the focal point's. `fields` are those it is for, none for
    all. `replaced_by` is the designation that takes its place from `replaced_at` on, which may be still to come.
    `inherited_from` is the agency that designated it, where `agency` stands in that one's place.
    """

    agency: str
    unit: str | None
    officer: str | None
    officer_position: str | None
    phone: str | None
    email: str | None
    fields: tuple[str, ...]
    since: datetime
    replaced_at: datetime | None
    replaced_by: str | None
    recalled_at: datetime | None
    standing: FocalStanding
    event_id: str
    clause: str | None
    signed_at: datetime
    replaces: str | None
    note: str | None
    inherited_from: str | None

    @property
    def past(self) -> bool:
        """Whether it is history: replaced, recalled, or its agency's successor has its own."""
        return self.standing not in {FocalStanding.IN_FORCE, FocalStanding.TO_COME}

    def covers(self, fields: tuple[str, ...]) -> bool:
        """Whether it is for all of some fields; none given are all."""
        return not self.fields or (bool(fields) and set(fields) <= set(self.fields))


def focal_points(
    cursor: sqlite3.Cursor, *, now: datetime, agency: str | None, history: bool, heirs: Mapping[str, str]
) -> tuple[FocalPoint, ...]:
    """What is in force or to come at `now`, by agency and beginning; with `history` what was before, too.

    `agency` narrows to what is that one's now, or was.
    """
    moment = format_instant(now)
    rows = cursor.execute(SQL["told_by"], {"now": moment}).fetchall()
    replacing: dict[tuple[str, str], sqlite3.Row] = {}
    for row in rows:
        # Nobody replaces another agency's. The rows are in order: of several the one that begins first replaces.
        if row["replaces"] is not None and row["recalled_at"] is None:
            replacing.setdefault((heirs.get(row["agency"], row["agency"]), row["replaces"]), row)
    told = [
        _at_moment(row, replacing.get((heirs.get(row["agency"], row["agency"]), row["event_id"])), moment)
        for row in rows
    ]
    found = sorted(_passed_over(told, heirs), key=lambda point: point.agency)
    wanted = (point for point in found if agency in {None, point.agency, point.inherited_from})
    return tuple(point for point in wanted if history or not point.past)


def _passed_over(told: Sequence[FocalPoint], heirs: Mapping[str, str]) -> Iterator[FocalPoint]:
    in_force = [point for point in told if point.standing is FocalStanding.IN_FORCE]
    for point in told:
        heir = heirs.get(point.agency)
        if heir is None or point.past:
            yield point
        elif any(own.agency == heir and own.covers(point.fields) for own in in_force):
            yield replace(point, standing=FocalStanding.SUCCEEDED)
        else:
            yield replace(point, agency=heir, inherited_from=point.agency)


def _at_moment(row: sqlite3.Row, later: sqlite3.Row | None, moment: str) -> FocalPoint:
    # Instants are compared as the wire's text, whose order is the order of time.
    if row["recalled_at"] is not None:
        standing = FocalStanding.RECALLED
    elif later is not None and later["since"] <= moment:
        standing = FocalStanding.REPLACED
    else:
        standing = FocalStanding.TO_COME if row["since"] > moment else FocalStanding.IN_FORCE
    columns = dict(row) | {
        "fields": tuple(row["fields"].split()),
        "replaced_at": later["since"] if later is not None else None,
        "replaced_by": later["event_id"] if later is not None else None,
        "inherited_from": None,
    }
    return FocalPoint.from_columns(columns, standing=standing)
