"""docs/admission.md names every check and every reason that the checks give."""

from __future__ import annotations

import ast
import re

from events.arrival import Check
from events.key_standing import KeyStanding
from tests.contract.document_commands import ROOT

PAGE = (ROOT / "docs/admission.md").read_text("utf-8")
SOURCES = ("events/admission.py", "events/verification.py")
FORM = ("canonical", "envelope", "payload", "recipients", "signature", "verification")
GIVES_A_REASON = {"_refused", "Quarantined", "fails"}


def reasons() -> set[str]:
    """The second argument wherever a check fails, where it is a plain string."""
    found = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse((ROOT / source).read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in GIVES_A_REASON and len(node.args) > 1:
                second = node.args[1]
                if isinstance(second, ast.Constant) and isinstance(second.value, str):
                    found.add(second.value)
    return found


def parts() -> set[str]:
    """The first argument of `Malformed` in the modules of the wire format: what of a message is not of the form."""
    found = set()
    for source in FORM:
        for node in ast.walk(ast.parse((ROOT / f"events/{source}.py").read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Malformed":
                found.add(ast.literal_eval(node.args[0]))
    return found


def test_every_check_has_its_line() -> None:
    lines = re.findall(r"^\| (\d+) [^|]+ \|", PAGE, flags=re.MULTILINE)
    assert [int(number) for number in lines] == [check.value for check in Check]


def test_every_reason_stands_in_the_page_and_no_other() -> None:
    given = reasons() | {f"key-{one.value.replace('_', '-')}" for one in KeyStanding if not one.admits}
    assert {"cites-unreadable", "id-reused", "key-revoked"} <= given
    table = PAGE.partition("| check |")[2].partition("\n\n")[0]
    named = {word for line in table.splitlines() for word in re.findall(r"`([a-z-]+)`", line.split("|")[-2])}
    assert sorted((given | parts()) - named) == []
    assert sorted(named - given - parts()) == []
