"""Statements by name, and the parts that they share."""

from __future__ import annotations

import pytest

from projections.named_sql import named_statements

FILE = """-- What is asked.

-- part: wanted
-- Off when null.
(:sender IS NULL OR sender = :sender)

-- name: counted
-- All are looked at.
SELECT COUNT(*) FROM told WHERE {wanted} AND log_index > 0

-- name: one
SELECT 1
"""


def test_a_part_stands_in_each_statement_that_names_it_without_its_comment() -> None:
    assert dict(named_statements(FILE, "told.sql")) == {
        "counted": "-- All are looked at.\n"
        "SELECT COUNT(*) FROM told WHERE (:sender IS NULL OR sender = :sender) AND log_index > 0",
        "one": "SELECT 1",
    }


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("{wanted}", "{wantd}", "wantd, wanted"),
        ("{wanted}", "TRUE", "wanted"),
        ("name: one", "name: counted", "stands twice"),
        ("-- What is asked.", "SELECT 2", "before the first"),
    ],
)
def test_a_fault_of_the_file_is_told(old: str, new: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        named_statements(FILE.replace(old, new), "told.sql")
