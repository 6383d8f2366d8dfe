"""No question to the views walks a table that grows without end: each goes by an index, or says why it may."""

from __future__ import annotations

import re

import pytest

from projections.named_sql import named_sql
from tests.unit.projections.conftest import ViewsOf

_FILES = (
    "calendar", "cases", "drafts", "figures", "focal_points", "inbox", "ledger", "obligations", "succession",
)  # fmt: skip
_GROWING = "event|disclosure|obligation|settlement|figure_fact|case_moment|case_file|case_part|calendar_act|draft"
_SCAN = re.compile(r"SCAN (\w+)(?! USING (?:COVERING )?INDEX)\b(?!.* USING (?:COVERING )?INDEX)")
_WALKS_ALL = {
    "figures/cases_led": "a report looks at how every case stood; it is drafted a few times a year",
    "obligations/every_at": "one case's or one agency's whole past, asked by programs",
}
"""File and statement that read a whole table, and why they may."""


def _statements() -> list[tuple[str, str]]:
    return [(f"{file}/{name}", sql) for file in _FILES for name, sql in named_sql(f"{file}.sql").items()]


def _tables(sql: str) -> set[str]:
    """Every table of the statement that grows, by the names that its plan may have."""
    aliases = {alias for _, alias in re.findall(rf"\b({_GROWING}) AS (\w+)", sql)}
    return aliases | set(re.findall(rf"\b(?:{_GROWING})\b", sql))


@pytest.mark.parametrize(("name", "sql"), _statements(), ids=[name for name, _ in _statements()])
def test_a_question_enters_what_grows_by_an_index(views_of: ViewsOf, name: str, sql: str) -> None:
    wanted = set(re.findall(r":([a-z_]+)", sql))
    values = dict.fromkeys(wanted, "[]") if wanted else ["1"] * sql.count("?")
    with views_of("dic")._reading() as cursor:
        plan = [row["detail"] for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    tables = _tables(sql)
    walked = [step for step in plan if (found := _SCAN.match(step)) and found[1] in tables]
    assert bool(walked) == (name in _WALKS_ALL), plan
