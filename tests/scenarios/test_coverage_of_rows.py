"""No rule row without a scenario that allows and one that refuses by it, and no clause cited that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from events.regulation.regulations import load_rules
from events.regulation.vocabulary import REGULATIONS, clauses

HERE = Path(__file__).parent
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in sorted(HERE.glob("test_[ld][cl]_*.py")))


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
