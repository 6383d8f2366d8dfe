"""No rule row without a scenario that allows and one that refuses by it, and no clause cited that does not exist."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from events.regulation.conditions import CONDITIONS
from events.regulation.coverage import coverage, enforcements, rows_of
from events.regulation.regulations import load_rules
from events.regulation.vocabulary import REGULATIONS, clauses, condition_texts
from tests.scenarios.collect import LISTED, written

HERE = Path(__file__).parent
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in sorted(HERE.glob("test_[ld][cl]_art_*.py")))


@pytest.mark.parametrize("regulation", REGULATIONS)
@pytest.mark.parametrize("way", ["allowed", "refused"])
def test_each_row_has_a_scenario(regulation: str, way: str) -> None:
    shown = set(re.findall(rf"\.{way}\(\s*\"([^\"]+)\"", TEXT))
    if way == "refused":  # a row name may be bound once and refused in several ways
        shown |= {row for row in re.findall(r"row = \"([^\"]+)\"", TEXT) if "refused(row" in TEXT}
    wanted = {row.id for row in load_rules(regulation).rows if not row.is_protocol}
    assert wanted - shown == set()


def test_scenarios_cite_clauses_that_exist() -> None:
    known = {clause for regulation in REGULATIONS for clause in clauses(regulation)}
    cited = set(re.findall(r"mark\.clause\(\"([^\"]+)\"\)", TEXT))
    assert cited
    assert cited <= known


def test_no_clause_is_without_scenario_and_enforcement() -> None:
    covered = coverage()
    assert len(covered) == 112
    assert [entry.clause for entry in covered if not entry.scenarios and not entry.enforced_by] == []


def test_a_clause_that_names_events_has_a_row_for_each() -> None:
    lacking = [
        (clause.id, event)
        for regulation in REGULATIONS
        for clause in clauses(regulation).values()
        for event in clause.events - {row.event_type for row in rows_of(regulation, clause.id)}
    ]
    assert lacking == []


def test_only_clauses_without_events_lack_rows_and_they_say_what_enforces_them() -> None:
    for entry in coverage():
        assert entry.rules or entry.enforced_by, entry
        if not entry.events:
            assert entry.enforced_by, entry


def test_the_packaged_list_of_scenarios_is_current() -> None:
    assert LISTED.read_text(encoding="utf-8") == written(), "run `python -m tests.scenarios.collect`"


def test_what_enforces_a_clause_exists_and_is_in_use() -> None:
    for clause, entries in enforcements().items():
        regulation = REGULATIONS[0] if clause.startswith("LC") else REGULATIONS[1]
        assert clause in clauses(regulation)
        used = {check.name for row in load_rules(regulation).rows for check in row.checks if check.clause == clause}
        for entry in entries:
            assert entry.vi
            assert entry.en
            if entry.kind == "condition":
                assert entry.name in used, f"{clause}: no row checks {entry.name} for it"
            elif entry.kind == "check":
                module, _, path = entry.name.partition(":")
                found: object = importlib.import_module(module)
                for step in path.split("."):
                    known = getattr(found, "__dataclass_fields__", {})
                    found = known[step] if step in known else getattr(found, step)
            else:
                assert (entry.kind, entry.name, clauses(regulation)[clause].events) == (
                    "not-a-message",
                    "",
                    frozenset(),
                )


def test_every_condition_in_use_is_explained() -> None:
    used = {check.name for regulation in REGULATIONS for row in load_rules(regulation).rows for check in row.checks}
    assert used <= set(condition_texts())
    assert set(condition_texts()) <= set(CONDITIONS)
