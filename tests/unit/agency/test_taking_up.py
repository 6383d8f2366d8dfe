"""What a document takes from the suspicion, notice or seizure that it takes up."""

from __future__ import annotations

import json

import pytest

from events.types.case import CaseOpened
from events.types.suspicion import SuspicionReferred, SuspicionReported
from events.values.document import Urgency
from events.values.matter import Category
from services.agency.taking_up import taken_up
from tests.scenarios.story import Story

SUBJECT = "Nghi vấn kinh doanh trái phép"


@pytest.mark.clause("LC-7.1")
def test_a_case_on_a_notice_carries_what_was_reported() -> None:
    story = Story("lao-cai-29-2008")
    what = {"category": Category.ILLEGAL_TELECOM_EQUIPMENT, "subject": SUBJECT, "urgency": Urgency.KHAN}
    report = story.given("vnpt", "SuspicionReported", "dic police trade", "LC-10.1", **what)
    notice = SuspicionReferred.model_validate_json(json.dumps(taken_up("SuspicionReferred", report, "dic")))
    members = {name: getattr(notice, name) for name in notice.model_fields_set}
    told = story.given("dic", "SuspicionReferred", "police", "LC-7.1", cause=report, **members)
    opening = CaseOpened.model_validate_json(json.dumps(taken_up("CaseOpened", told, "police")))
    assert isinstance(report.content, SuspicionReported)
    assert (opening.category, opening.fields, opening.summary) == (
        Category.ILLEGAL_TELECOM_EQUIPMENT, report.content.fields, report.content.summary,
    )  # fmt: skip
    assert (opening.title, opening.subject) == (SUBJECT, f"Mở vụ việc: {SUBJECT}")
    assert (opening.urgency, opening.discovered_at) == (Urgency.KHAN, report.content.discovered_at)
    assert (opening.suspicions, opening.participants) == ((report.id,), ("dic",))
    assert not opening.discovered_by_sender


@pytest.mark.clause("DL-6.3")
def test_a_case_on_ones_own_seizure_is_ones_own_discovery_with_those_told() -> None:
    story = Story("dak-lak-39-2010")
    seizure = story.given("customs", "SeizureReported", "dic police", "DL-6.3")
    taken = taken_up("CaseOpened", seizure, "customs")
    assert (taken["participants"], taken["discovered_by_sender"]) == (["dic", "police"], True)
    assert "suspicions" not in taken
    assert taken["exhibits"] == json.loads(seizure.content.to_bytes())["exhibits"]
    assert CaseOpened.model_validate_json(json.dumps(taken)).category == taken["category"]
    assert taken_up("CaseOpened", seizure, "dic")["discovered_by_sender"] is False


def test_what_takes_up_no_matter_takes_nothing() -> None:
    story = Story("lao-cai-29-2008")
    report = story.given("sa-pa", "SuspicionReported", "dic", "LC-6.1")
    assert taken_up("SuspicionDismissed", report, "dic") == {}
    request = story.given("dic", "InfoRequested", "vnpt", "LC-4.1a", due=story.later())
    assert taken_up("CaseOpened", request, "vnpt") == {}
