"""The symbol in a document's number says what kind of document it is, as its sender may issue it (Decree 30/2020)."""

from __future__ import annotations

import pytest

from events.decision import symbol_for
from events.regulation.vocabulary import REGULATIONS
from tests.scenarios.story import Story


@pytest.mark.parametrize(
    ("event_type", "role", "symbol"),
    [
        ("SuspensionOrdered", "police", "QĐ-XX"),
        ("SuspensionLifted", "police", "QĐ-XX"),
        ("SuspensionLifted", "dic", "QĐ-XX"),
        ("SuspensionLifted", "enterprise", "TB-XX"),
        ("SuspensionExecuted", "enterprise", "BC-XX"),
        ("CaseOpened", "police", "TB-XX"),
        ("DossierReceived", "investigator", "BB-XX"),
        ("InfoRequested", "customs", "CV-XX"),
    ],
)
def test_the_kind_is_that_of_the_document_and_of_who_sends_it(event_type: str, role: str, symbol: str) -> None:
    assert symbol_for(event_type, role, Story("lao-cai-29-2008").directory, "vnpt") == symbol


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_no_rule_lets_an_enterprise_issue_a_decision(regulation: str) -> None:
    story = Story(regulation)
    types = {row.event_type for row in story.rules.rows if row.admits_role("enterprise") and not row.is_protocol}
    assert types
    decisions = {name for name in types if symbol_for(name, "enterprise", story.directory, "vnpt").startswith("QĐ")}
    assert decisions == set()
