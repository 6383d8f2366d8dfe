"""Whether a rule row can mean what it says: contradictions within a row, and of rows with one another.

Each function gives the problem as a sentence, or None. Words that do not exist are the loader's business
(`events.regulation.regulations`); here every word exists, and together they say something that cannot be.
"""

from __future__ import annotations

from collections.abc import Iterable

from events.catalogue import CATALOGUE
from events.regulation.row import Forbidden, RuleRow
from events.regulation.rule_file import RowEntry


def row_problem(entry: RowEntry) -> str | None:
    """What one row says against itself."""
    model = CATALOGUE[entry.type, 1]
    if entry.kind == "protocol":
        return _protocol_problem(entry)
    for what, words in (
        ("status", entry.status),
        ("category", entry.categories or []),
        ("clause", [*entry.yields_to, *entry.yields_in_category_to]),
    ):
        if twice := _twice(words):
            return f"{what} {twice!r} stands twice"
    if entry.categories is not None and "category" not in model.model_fields:
        return f"is for some categories, but {entry.type} states no category"
    if entry.case == "new" and entry.status:
        return "opens a case, and asks for the status of one that is open already"
    if entry.addressed and entry.case == "optional":
        return "addresses all parties of a case, but needs no case"
    if entry.clause in (*entry.yields_to, *entry.yields_in_category_to):
        return "yields to its own clause"
    return _conditions_problem(entry)


def _conditions_problem(entry: RowEntry) -> str | None:
    model = CATALOGUE[entry.type, 1]
    for check in entry.conditions:
        member = check.params.get("member")
        if isinstance(member, str) and member not in model.model_fields:
            return f"condition {check.check} speaks of the member {member!r}, which {entry.type} does not have"
    if twice := _twice(f"{check.check} {sorted(check.params.items())}" for check in entry.conditions):
        return f"condition {twice.partition(' ')[0]} stands twice with the same parameters"
    return None


def _protocol_problem(entry: RowEntry) -> str | None:
    plain = RowEntry.model_fields
    judged = ("case", "status", "addressed", "categories", "include", "outside", "yields_to", "yields_in_category_to")
    said = [name for name in judged if getattr(entry, name) != plain[name].default]
    return f"is a protocol message's, of which no {', '.join(said)} is judged" if said else None


def include_problem(row: RuleRow) -> str | None:
    """Somebody must be among the recipients whom the row lets nobody address."""
    if row.recipient_roles is None or row.to_lead or row.to_participants:
        return None
    for group in row.include:
        if not group.roles & row.recipient_roles:
            return f"includes {', '.join(sorted(group.roles))}, whom it does not let anybody address"
    return None


def shadowed(row: RuleRow, before: Iterable[RuleRow]) -> str | None:
    """Of two rows of one clause and type the first decides: no role may come under both."""
    for other in before:
        if (other.clause, other.event_type) != (row.clause, row.event_type):
            continue
        if row.sender_roles is None or other.sender_roles is None:
            return f"never applies: {other.id} or this row lets anybody send it already"
        if both := sorted(row.sender_roles & other.sender_roles):
            return f"never applies to {', '.join(both)}: {other.id} decides for them already"
    return None


def yields_in_a_circle(row: RuleRow, rows: Iterable[RuleRow]) -> str | None:
    """Two clauses that give way to each other for the same role leave it none."""
    for clause, roles in row.yields_to:
        for other in rows:
            if (other.clause, other.event_type) == (clause, row.event_type):
                back = dict(other.yields_to).get(row.clause or "", frozenset())
                if both := sorted(roles & back):
                    return f"yields to {clause}, which yields back: neither is left to {', '.join(both)}"
    return None


def forbidden_problem(entry: Forbidden, rows: Iterable[RuleRow], before: Iterable[Forbidden]) -> str | None:
    """What is forbidden is let by no row, and the first entry that is about a role decides for it."""
    for row in rows:
        if row.event_type != entry.event_type:
            continue
        if row.sender_roles is None or (entry.roles or row.sender_roles) & row.sender_roles:
            return f"contradicts row {row.id}, which lets the same role send it"
        if row.from_lead or row.from_participants:
            return f"contradicts row {row.id}, which lets whoever has the place in the case send it, under any role"
    for other in before:
        covered = other.roles is None or (entry.roles is not None and entry.roles & other.roles)
        if other.event_type == entry.event_type and covered:
            return f"never applies: {other.clause} forbids it to the same role already"
    return None


def _twice(words: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for word in words:
        if word in seen:
            return word
        seen.add(word)
    return None
