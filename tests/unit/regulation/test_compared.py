"""The page that shows the two regulations side by side says what the rows say."""

from __future__ import annotations

from events.regulation.regulations import load_rules
from tests.scenarios.compare import PAGE, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.scenarios.compare`"


def test_the_page_tells_signatures_and_calendars_apart() -> None:
    rows = {line.split(" | ")[0].strip("| *"): line.split(" | ")[1:] for line in page().splitlines() if " | " in line}
    lc, dl = rows["the head's and no other"]
    assert "`SuspicionReported`" in dl
    assert "`SuspicionReported`" not in lc
    lc, dl = rows["Submit report"]
    assert ("every 6 months" in lc, "every quarter, on the 20th" in dl) == (True, True)
    assert rows["Hold review"][0] == "–"


def test_the_regulations_differ_where_their_texts_do() -> None:
    lc, dl = load_rules("lao-cai-29-2008"), load_rules("dak-lak-39-2010")
    orders = lc.row("LC-10.3/SuspensionOrdered")
    assert orders.sender_roles == frozenset({"dic", "police", "branch"})
    assert "SuspensionOrdered" not in dl.by_type
    assert {row.clause for row in lc.by_type["InfoWithheld"]} == {"LC-7.2b"}
    assert lc.row("LC-7.2b/InfoWithheld").sender_roles == frozenset({"police"})
    assert "InfoWithheld" not in dl.by_type
    assert dl.row("DL-11.1/InfoProvided").capacities == {"head"}
    assert {row.clause for row in dl.by_type["AssessmentCouncilEstablished"]} == {"DL-4.6"}
    assert "AssessmentCouncilEstablished" not in lc.by_type
    assert "EmergencyNoticeGiven" not in dl.by_type
    both = [sorted(group.roles) for group in dl.row("DL-10.3/SuspicionReported").include]
    assert both == [["dic"], ["police"]]
    assert [check.name for check in lc.row("LC-10.1/SuspicionReported").checks].count("competent_authorities_included")
