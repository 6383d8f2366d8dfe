"""What carries each clause: its rule rows, their events, the scenarios that cite it, and what enforces it otherwise.

`data/scenarios.json` lists the scenario tests by clause (made by `python -m tests.scenarios.collect`, held current by a
test); `data/enforced_by.csv` says of clauses that are no message which condition or check enforces them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from events.regulation.regulations import load_rules
from events.regulation.row import RuleRow
from events.regulation.vocabulary import REGULATIONS, clauses

_DATA = resources.files("events.regulation") / "data"


@dataclass(frozen=True, slots=True)
class Enforcement:
    """What enforces a clause that no message carries.

    `kind` is `condition` (a name in `CONDITIONS`), `check` (a `module:object`), or `not-a-message` (nothing in an
    exchange could break it, and `vi` and `en` say why).
    """

    clause: str
    kind: str
    name: str
    vi: str
    en: str

    @property
    def label(self) -> str:
        """As coverage names it: `condition:fields_in_scope`."""
        return f"{self.kind}:{self.name}" if self.name else self.kind


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """One clause and what carries it; `rules` are row ids, those of its own first."""

    clause: str
    rules: tuple[str, ...]
    events: tuple[str, ...]
    scenarios: tuple[str, ...]
    enforced_by: tuple[str, ...]


@cache
def enforcements() -> Mapping[str, tuple[Enforcement, ...]]:
    """By clause, what enforces it beside rows of its own."""
    found: dict[str, tuple[Enforcement, ...]] = {}
    for row in csv.DictReader((_DATA / "enforced_by.csv").read_text(encoding="utf-8").splitlines()):
        entry = Enforcement(row["clause"], row["kind"], row["name"], row["vi"], row["en"])
        found[entry.clause] = (*found.get(entry.clause, ()), entry)
    return found


@cache
def scenarios() -> Mapping[str, tuple[str, ...]]:
    """By clause, the scenario tests that cite it: `test_lc_art_10.py::test_…`."""
    listed = json.loads((_DATA / "scenarios.json").read_text(encoding="utf-8"))
    return {clause: tuple(names) for clause, names in listed.items()}


def rows_of(regulation: str, clause: str) -> tuple[RuleRow, ...]:
    """The rows of a clause, and after them those that a condition of this clause binds for a reason of their own.

    A condition that stands on every document (`[[always]]`) makes a clause's row only where the clause has none.
    """
    rows = load_rules(regulation).rows
    own = tuple(row for row in rows if row.clause == clause)
    return own or tuple(row for row in rows if any(check.clause == clause for check in row.checks))


def coverage() -> tuple[ClauseCoverage, ...]:
    """Every clause of both regulations, in the order of clauses.csv."""
    return tuple(_of(regulation, clause) for regulation in REGULATIONS for clause in clauses(regulation))


def _of(regulation: str, clause: str) -> ClauseCoverage:
    rows = rows_of(regulation, clause)
    return ClauseCoverage(
        clause,
        tuple(row.id for row in rows),
        tuple(sorted({row.event_type for row in rows} | clauses(regulation)[clause].events)),
        scenarios().get(clause, ()),
        tuple(entry.label for entry in enforcements().get(clause, ())),
    )
