"""The scenario tests by the clause that they cite, read from their sources: `python -m tests.scenarios.collect`.

A story that is told again over a broker is listed a second time, as of the module that tells it.

Writes the list that `phoihop regulations coverage` shows; `test_coverage.py` fails while it is not current.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path

HERE = Path(__file__).parent
THROUGH_BROKER = HERE / "test_through_broker.py"
LISTED = HERE.parents[1] / "events/regulation/data/scenarios.json"


def collect() -> dict[str, list[str]]:
    """By clause, sorted, the tests marked with it."""
    found: dict[str, list[str]] = {}
    told_again = _told_again()
    for path in sorted(HERE.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                places = [path.name, *([THROUGH_BROKER.name] if (path.stem, node.name) in told_again else [])]
                for clause in _clauses(node):
                    found.setdefault(clause, []).extend(f"{place}::{node.name}" for place in places)
    return {clause: sorted(names) for clause, names in sorted(found.items())}


def _clauses(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    marks = (mark for mark in node.decorator_list if isinstance(mark, ast.Call))
    return [
        str(argument.value)
        for mark in marks
        if ast.unparse(mark.func) == "pytest.mark.clause"
        for argument in mark.args
        if isinstance(argument, ast.Constant)
    ]


def _told_again() -> set[tuple[str, str]]:
    """Module and name of the stories that `test_through_broker` names."""
    return {
        (node.value.id, node.attr)
        for node in ast.walk(ast.parse(THROUGH_BROKER.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr.startswith("test_")
    }


def written() -> str:
    """The list as it stands in the file."""
    return json.dumps(collect(), indent=1) + "\n"


if __name__ == "__main__":
    LISTED.write_text(written(), encoding="utf-8")
