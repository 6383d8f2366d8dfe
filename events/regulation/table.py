"""A regulation's rule table: its rows, indexed, and what it forbids."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from events.regulation.row import Forbidden, RuleRow


@dataclass(frozen=True)
class RuleTable:
    """The rows of one regulation with the protocol's. `party_clause` says who can be a party (LC-1.2, DL-2)."""

    regulation: str
    party_clause: str
    named_roles: frozenset[str]
    known_roles: frozenset[str]
    rows: tuple[RuleRow, ...]
    forbidden: tuple[Forbidden, ...]
    by_type_and_clause: Mapping[tuple[str, str | None], tuple[RuleRow, ...]] = field(init=False, repr=False)
    by_type: Mapping[str, tuple[RuleRow, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_both: dict[tuple[str, str | None], tuple[RuleRow, ...]] = {}
        by_type: dict[str, tuple[RuleRow, ...]] = {}
        for row in self.rows:
            by_both[row.event_type, row.clause] = (*by_both.get((row.event_type, row.clause), ()), row)
            by_type[row.event_type] = (*by_type.get(row.event_type, ()), row)
        object.__setattr__(self, "by_type_and_clause", by_both)
        object.__setattr__(self, "by_type", by_type)

    def __hash__(self) -> int:
        return hash(self.regulation)

    def row(self, row_id: str) -> RuleRow:
        """The row of that id, such as `LC-10.1/SuspicionReported`; raises `KeyError`."""
        for row in self.rows:
            if row.id == row_id:
                return row
        raise KeyError(row_id)

    def forbidden_to(self, event_type: str, role: str) -> Forbidden | None:
        """The entry that says why no row lets this role send this type, if the table has one."""
        for entry in self.forbidden:
            if entry.event_type == event_type and (entry.roles is None or role in entry.roles):
                return entry
        return None


def find_rows(rules: RuleTable, event_type: str, sender_roles: Collection[str]) -> tuple[RuleRow, ...]:
    """The rows by which a holder of these roles may send the type, the most special first.

    Rows that name the role come before those open by a place in the case, and these before rows for anybody; rows
    that give way to a special clause naming one of the roles are left out.
    """
    roles = frozenset(sender_roles)

    def rank(row: RuleRow) -> int | None:
        if any(roles & named for _, named in row.yields_to):
            return None
        if row.sender_roles is not None and roles & row.sender_roles:
            return 0
        if row.from_lead or row.from_participants:
            return 1
        return 2 if row.sender_roles is None else None

    ranked = [(rank(row), position, row) for position, row in enumerate(rules.by_type.get(event_type, ()))]
    return tuple(row for _, _, row in sorted((r, p, row) for r, p, row in ranked if r is not None))
