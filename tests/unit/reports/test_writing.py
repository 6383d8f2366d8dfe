"""Reports from draft to signed event and back, with real records, rules and signatures: Lào Cai's half-year."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from events.catalogue import read_content
from events.decision import NotLawful
from events.draft import Draft
from events.known_event import KnownEvent
from events.record_entry import EntryKind
from events.regulation.conditions.offices import each_report_once
from events.types.report import ReportConsolidated, ReportOccasion, ReportRequested, ReportSubmitted
from events.values.period import PeriodKind, ReportingPeriod, half_year, quarter, two_years
from projections.obligations import ObligationFilter, ObligationKind
from services.agency.known_entries import known_event
from services.reports.duties import calendar_duties
from services.reports.sums import CountedReport, summed
from services.reports.writing import (
    LOOKED_AHEAD,
    Desk,
    NoReportDue,
    NoReportRequest,
    PeriodNotBegun,
    Words,
    consolidated_report,
    own_report,
)
from tests.unit.agency.houses import House, Houses, carry, make_network, shared, suspicion

PERIOD = half_year(2026, 2)
AT = datetime(2026, 12, 18, 3, 0, tzinfo=UTC)
ASSESSED = Words(assessment="Tình hình ổn định.", difficulties="Thiếu thiết bị.", proposals="Trang bị thêm.")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_network(tmp_path_factory.mktemp("network"), "ppc", "viettel")


@pytest.fixture
def houses(network: Path, tmp_path: Path) -> Iterator[Houses]:
    opened = Houses(network, tmp_path, ("customs", "dic", "police", "ppc", "viettel", "vnpt"))
    yield opened
    opened.close()


def desk(house: House, at: datetime = AT) -> Desk:
    begun = replace(house.context.directory, issued_at=datetime(2026, 7, 1, tzinfo=UTC))
    duties = calendar_duties([begun], at + LOOKED_AHEAD)
    return Desk(house.me, house.context.directory, house.views, duties, at)


def at(houses: Houses, moment: datetime) -> None:
    for house in houses:
        house.now = moment


def report(houses: Houses, who: str, words: Words = ASSESSED) -> ReportSubmitted:
    """The agency drafts its report, its head signs it, and it is delivered."""
    (entry,) = houses[who].issue(own_report(desk(houses[who]), None, words))
    carry(houses, [entry])
    content = read_content(entry.event)
    assert isinstance(content, ReportSubmitted)
    return content


def read_at(house: House, event_id: str) -> ReportSubmitted:
    (found,) = (e for e in house.events(EntryKind.ADMITTED) if e.event.envelope.id == event_id)
    content = read_content(found.event)
    assert isinstance(content, ReportSubmitted)
    return content


def consolidated(houses: Houses, period: ReportingPeriod | None = None) -> Draft:
    dic = houses["dic"]
    return consolidated_report(desk(dic), period, ASSESSED, lambda event_id: read_at(dic, event_id))


@pytest.mark.clause("LC-13.2")
def test_a_report_is_filled_from_the_agencys_own_views_and_lawful_as_it_stands(houses: Houses) -> None:
    carry(houses, houses["vnpt"].issue(suspicion(), suspicion()))
    at(houses, AT)
    draft = own_report(desk(houses["vnpt"]), None, ASSESSED)
    assert (draft.recipients, draft.clause) == (("dic",), "LC-13.2")
    content = report(houses, "vnpt")
    assert (content.period, content.occasion) == (PERIOD, ReportOccasion.PERIODIC)
    (count,) = content.figures.suspicions
    assert (count.passed_on, count.received) == (2, 0)
    assert (content.assessment, content.difficulties, content.proposals) == (
        ASSESSED.assessment, ASSESSED.difficulties, ASSESSED.proposals,
    )  # fmt: skip
    assert [e.kind for e in houses["dic"].events(event_type="ReportSubmitted")] == [EntryKind.ADMITTED]
    # The one that is due next is asked for now, since this one is settled.
    with pytest.raises(PeriodNotBegun, match="2027-H1"):
        own_report(desk(houses["vnpt"], AT - timedelta(days=10)), None, ASSESSED)


def test_figures_are_counted_to_the_14th_and_before_it_to_now(houses: Houses) -> None:
    closes = datetime(2026, 12, 14, 17, 0, tzinfo=UTC)  # 15 December, 00:00 in Vietnam
    early = AT - timedelta(days=10)
    for moment, until in ((AT, closes), (early, early)):
        content = own_report(desk(houses["vnpt"], moment), PERIOD, ASSESSED).content
        assert isinstance(content, ReportSubmitted)
        assert content.figures.counted_until == until


def test_without_words_of_its_own_the_assessment_tells_the_figures(houses: Houses) -> None:
    carry(houses, houses["vnpt"].issue(suspicion()))
    content = own_report(desk(houses["dic"]), ad_hoc(), Words()).content
    assert isinstance(content, ReportSubmitted)
    assert "tiếp nhận 1 dấu hiệu nghi vấn" in content.assessment


def ad_hoc() -> ReportingPeriod:
    return ReportingPeriod(kind=PeriodKind.AD_HOC, first_day=date(2026, 11, 1), last_day=date(2026, 11, 30))


@pytest.mark.clause("LC-13.2")
def test_a_report_on_request_answers_the_request_and_settles_it(houses: Houses) -> None:
    asks = ReportRequested(
        subject="Yêu cầu báo cáo", occasion=ReportOccasion.ON_REQUEST, period=ad_hoc(), reason="Kiểm tra đột xuất."
    )
    due = houses["dic"].now + timedelta(days=2)
    (asked,) = houses["dic"].issue(Draft(asks, ("vnpt",), due=due))
    carry(houses, [asked])
    vnpt = houses["vnpt"]
    (request,) = (known_event(e) for e in vnpt.events(EntryKind.ADMITTED, event_type="ReportRequested"))
    draft = own_report(desk(vnpt, vnpt.now), None, ASSESSED, request=request)
    (entry,) = vnpt.issue(draft)
    content = read_content(entry.event)
    assert isinstance(content, ReportSubmitted)
    assert (content.occasion, content.period, content.request) == (
        ReportOccasion.ON_REQUEST, ad_hoc(), asked.event.envelope.id,
    )  # fmt: skip
    carry(houses, [entry])
    wanted = ObligationFilter(kind=ObligationKind.SUBMIT_REPORT, settled=True)
    for side in ("dic", "vnpt"):
        found = houses[side].views.obligations(now=due, wanted=wanted)
        assert [(o.debtor, o.settled_how) for o in found] == [("vnpt", "submitted")]


def test_what_asks_for_no_report_is_not_answered_by_one(houses: Houses) -> None:
    carry(houses, houses["police"].issue(shared()))
    (entry,) = houses["dic"].events(EntryKind.ADMITTED, event_type="InfoShared")
    known = known_event(entry)
    assert isinstance(known, KnownEvent)
    with pytest.raises(NoReportRequest, match="it is a InfoShared"):
        own_report(desk(houses["dic"]), None, ASSESSED, request=known)


@pytest.mark.clause("LC-13.1")
@pytest.mark.clause("LC-D2")
def test_the_consolidated_report_adds_up_what_came_and_names_what_did_not(houses: Houses) -> None:
    carry(houses, houses["vnpt"].issue(suspicion(), suspicion()))
    at(houses, AT)
    came = {who: report(houses, who) for who in ("vnpt", "police")}
    draft = consolidated(houses)
    assert (draft.recipients, draft.clause) == (("ppc",), "LC-13.1")
    (entry,) = houses["dic"].issue(draft)
    content = read_content(entry.event)
    assert isinstance(content, ReportConsolidated)
    assert content.period == PERIOD
    assert {one.agency for one in content.included} == set(came)
    assert {one.agency for one in content.missing} == {"customs", "viettel"}
    assert {one.due for one in content.missing} == {datetime(2026, 12, 20, 16, 59, 59, 999_000, tzinfo=UTC)}
    parts = [CountedReport(who, made.figures) for who, made in came.items()]
    assert content.figures == summed(parts, content.figures.counted_from, content.figures.counted_until)
    carry(houses, [entry])
    assert [e.kind for e in houses["ppc"].events(event_type="ReportConsolidated")] == [EntryKind.ADMITTED]


@pytest.mark.clause("LC-13.1")
def test_with_no_report_at_all_everybody_is_missing(houses: Houses) -> None:
    content = consolidated(houses).content
    assert isinstance(content, ReportConsolidated)
    assert content.included == ()
    assert [one.agency for one in content.missing] == ["customs", "police", "viettel", "vnpt"]


def test_only_who_owes_such_a_report_can_draft_one_without_a_period(houses: Houses) -> None:
    with pytest.raises(NoReportDue, match="asks no such report of dic"):
        own_report(desk(houses["dic"]), None, ASSESSED)
    with pytest.raises(NoReportDue):
        consolidated_report(desk(houses["police"]), PERIOD, ASSESSED, lambda _: pytest.fail("reads nothing"))
    with pytest.raises(NoReportDue):
        consolidated(houses, two_years(2025))  # Lào Cai knows no two-yearly review


def test_a_period_that_the_regulation_does_not_know_is_drafted_but_not_lawful(houses: Houses) -> None:
    draft = own_report(desk(houses["vnpt"]), quarter(2026, 4), ASSESSED)
    with pytest.raises(NotLawful):
        houses["vnpt"].issue(draft)


@pytest.mark.clause("DL-12.2")
def test_the_review_of_two_years_names_every_quarters_report_that_is_missing(houses: Houses) -> None:
    directory = replace(houses.directory, regulation="dak-lak-39-2010", issued_at=datetime(2026, 1, 5, tzinfo=UTC))
    duties = calendar_duties([directory], AT + LOOKED_AHEAD)
    reviewing = replace(desk(houses["dic"]), duties=duties, directory=directory)
    draft = consolidated_report(reviewing, two_years(2025), ASSESSED, lambda _: pytest.fail("reads nothing"))
    content = draft.content
    assert isinstance(content, ReportConsolidated)
    assert draft.clause == "DL-12.2"
    missing = [(one.due + timedelta(hours=7)).date().isoformat() for one in content.missing if one.agency == "vnpt"]
    assert missing == ["2026-03-20", "2026-06-20", "2026-09-20", "2026-12-20"]
    assert names_each_once(content)
    twice = content.model_copy(update={"missing": (*content.missing, content.missing[0])})
    assert not names_each_once(twice)
    assert not names_each_once(content.model_copy(update={"period": half_year(2026, 2)}))


def names_each_once(content: ReportConsolidated) -> bool:
    situation: Any = SimpleNamespace(content=content)
    return each_report_once(situation) is None


@pytest.mark.parametrize("event_type", ["ReportSubmitted", "ReportConsolidated"])
def test_the_published_schema_of_a_draft_holds_the_event_types_own(event_type: str) -> None:
    root = Path(__file__).resolve().parents[3]
    published = json.loads((root / "services/cli/schemas/report-draft.json").read_text("utf-8"))
    own = json.loads((root / f"events/schemas/{event_type}.1.json").read_text("utf-8"))
    assert own in published["properties"]["content"]["oneOf"]
