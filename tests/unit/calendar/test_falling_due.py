"""What the calendar makes whom owe until when, in both provinces; and the file of duties against the clause list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from events.calendar.counting import counted_from_until
from events.calendar.duties import duties_of, parse_duties
from events.calendar.falling_due import FallingDue, end_of_day, falling_due
from events.errors import RulesInvalid
from events.facts import RoleDirectory
from events.instants import VIETNAM
from events.regulation import vocabulary
from events.values.period import PeriodKind, ReportingPeriod, half_year, quarter, two_years

LAO_CAI, DAK_LAK = "lao-cai-29-2008", "dak-lak-39-2010"
BEGUN = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass
class Roles:
    """Agencies by role, and the moment at which a role passes to somebody else."""

    holders: dict[str, tuple[str, ...]]
    passes: Mapping[str, tuple[datetime, tuple[str, ...]]] = field(default_factory=dict)
    province: str = "lao-cai"
    version: int = 1
    agencies: dict[str, object] = field(default_factory=dict)

    def agencies_with_role(self, role: str, at: datetime) -> tuple[str, ...]:
        moment, later = self.passes.get(role, (None, ()))
        return later if moment is not None and at >= moment else self.holders.get(role, ())

    def roles_of(self, agency: str, at: datetime) -> frozenset[str]:
        return frozenset(role for role in self.holders if agency in self.agencies_with_role(role, at))

    def heirs_at(self, _at: datetime) -> Mapping[str, str]:
        return {}


PROVINCE = Roles(
    {
        "dic": ("dic",), "ppc": ("ppc",), "police": ("police",), "customs": ("customs",), "trade": ("trade",),
        "enterprise": ("viettel", "vnpt"), "commune": ("coc-leu",), "investigator": ("police",),
    }
)  # fmt: skip


def due(
    regulation: str, kind: str, since: datetime, until: datetime, directory: RoleDirectory = PROVINCE
) -> list[FallingDue]:
    return [o for o in falling_due(regulation, directory, since=since, until=until) if o.duty.kind == kind]


def vietnamese(moment: datetime | None) -> str:
    assert moment is not None
    return moment.astimezone(VIETNAM).isoformat(" ", "minutes")[:16]


@pytest.mark.clause("DL-12.1a")
def test_enterprises_report_on_the_20th_of_each_quarters_last_month() -> None:
    owed = due(DAK_LAK, "submit_report", BEGUN, BEGUN + timedelta(days=354))
    assert {o.debtor for o in owed} == {"viettel", "vnpt"}
    of_vnpt = [o for o in owed if o.debtor == "vnpt"]
    assert [str(o.due_day) for o in of_vnpt] == ["2026-03-20", "2026-06-20", "2026-09-20", "2026-12-20"]
    assert vietnamese(of_vnpt[0].due) == "2026-03-20 23:59"
    assert [o.period for o in of_vnpt] == [quarter(2026, number) for number in range(1, 5)]
    assert {o.duty.due_origin for o in of_vnpt} == {"text"}
    assert {(o.creditor, o.duty.clause) for o in of_vnpt} == {("dic", "DL-12.1a")}


@pytest.mark.clause("LC-13.2")
def test_in_lao_cai_the_agencies_named_report_every_half_year_and_the_day_is_ours() -> None:
    owed = due(LAO_CAI, "submit_report", BEGUN, datetime(2026, 12, 31, tzinfo=UTC))
    assert {o.debtor for o in owed} == {"police", "customs", "trade", "viettel", "vnpt"}
    assert sorted({str(o.due_day) for o in owed}) == ["2026-06-20", "2026-12-20"]
    assert {o.duty.due_origin for o in owed} == {"ours"}
    assert {o.period for o in owed} == {half_year(2026, 1), half_year(2026, 2)}


@pytest.mark.clause("LC-13.1")
def test_the_focal_point_holds_a_briefing_and_consolidates_by_the_half_years_end() -> None:
    until = datetime(2026, 7, 1, tzinfo=UTC)
    (briefing,) = due(LAO_CAI, "hold_briefing", BEGUN, until)
    (report,) = due(LAO_CAI, "consolidate_report", BEGUN, until)
    assert (briefing.debtor, report.debtor, report.creditor) == ("dic", "dic", "ppc")
    assert (briefing.due_day, report.due_day) == (date(2026, 6, 30), date(2026, 6, 30))


@pytest.mark.clause("DL-12.2")
def test_the_review_comes_every_two_years_counted_from_when_the_regulation_came_into_force() -> None:
    reviews = due(DAK_LAK, "hold_review", datetime(2011, 1, 1, tzinfo=UTC), datetime(2016, 12, 31, tzinfo=UTC))
    assert [o.period for o in reviews] == [two_years(2011), two_years(2013), two_years(2015)]
    assert [str(o.due_day) for o in reviews] == ["2012-12-31", "2014-12-31", "2016-12-31"]
    assert due(LAO_CAI, "hold_review", BEGUN, BEGUN + timedelta(days=2000)) == []


def test_what_was_due_before_the_network_began_is_not_asked_for() -> None:
    begun = datetime(2026, 3, 21, 0, 0, tzinfo=VIETNAM)
    until = datetime(2026, 6, 20, tzinfo=UTC)
    assert {o.due_day for o in due(DAK_LAK, "submit_report", begun, until)} == {date(2026, 6, 20)}
    last_second = begun - timedelta(seconds=1)
    assert date(2026, 3, 20) in {o.due_day for o in due(DAK_LAK, "submit_report", last_second, until)}


def test_a_report_shows_some_days_before_it_is_due_and_not_earlier() -> None:
    shown = datetime(2026, 2, 28, tzinfo=VIETNAM)
    assert due(DAK_LAK, "submit_report", BEGUN, shown - timedelta(milliseconds=1)) == []
    assert {o.owed_since for o in due(DAK_LAK, "submit_report", BEGUN, shown)} == {shown}


def test_who_holds_the_role_on_the_due_day_owes_it() -> None:
    passes = {
        "dic": (datetime(2026, 5, 1, tzinfo=UTC), ("dost",)),
        "enterprise": (datetime(2026, 5, 1, tzinfo=UTC), ("vnpt",)),
    }
    directory = Roles(PROVINCE.holders, passes)
    owed = due(DAK_LAK, "submit_report", BEGUN, datetime(2026, 6, 20, tzinfo=UTC), directory)
    assert [(str(o.due_day), o.debtor, o.creditor) for o in owed] == [
        ("2026-03-20", "viettel", "dic"),
        ("2026-03-20", "vnpt", "dic"),
        ("2026-06-20", "vnpt", "dost"),
    ]


@pytest.mark.clause("LC-5.3")
@pytest.mark.clause("DL-11.2")
def test_focal_points_are_owed_without_a_day_and_the_hub_owes_its_own_to_the_ppc() -> None:
    of_lao_cai = due(LAO_CAI, "designate_focal_point", BEGUN, BEGUN)
    assert [(o.debtor, o.creditor) for o in of_lao_cai] == [
        ("customs", "dic"), ("dic", "ppc"), ("police", "dic"), ("trade", "dic"),
    ]  # fmt: skip
    assert {(o.due, o.period) for o in of_lao_cai} == {(None, None)}
    assert {"vnpt", "viettel"} <= {o.debtor for o in due(DAK_LAK, "designate_focal_point", BEGUN, BEGUN)}


def test_nothing_is_owed_to_an_agency_that_the_directory_does_not_list() -> None:
    assert due(DAK_LAK, "submit_report", BEGUN, BEGUN + timedelta(days=90), Roles({"enterprise": ("vnpt",)})) == []


def test_keys_tell_every_duty_from_every_other() -> None:
    for regulation in (LAO_CAI, DAK_LAK):
        owed = falling_due(regulation, PROVINCE, since=BEGUN, until=BEGUN + timedelta(days=1500))
        keys = [(o.key, o.duty.kind, o.debtor, o.creditor) for o in owed]
        assert len(set(keys)) == len(keys) > 20


@pytest.mark.parametrize(
    "periods",
    [
        [quarter(2025, 3), quarter(2025, 4), quarter(2026, 1), quarter(2026, 2)],
        [half_year(2025, 1), half_year(2025, 2), half_year(2026, 1)],
        [two_years(2023), two_years(2025)],
    ],
)
def test_successive_periods_are_counted_without_gap_or_overlap(periods: list[ReportingPeriod]) -> None:
    counted = [counted_from_until(period) for period in periods]
    assert [until for _, until in counted[:-1]] == [since for since, _ in counted[1:]]


def test_the_counting_ends_before_the_report_is_due() -> None:
    since, until = counted_from_until(quarter(2026, 1))
    assert (vietnamese(since), vietnamese(until)) == ("2025-12-15 00:00", "2026-03-15 00:00")
    for o in due(DAK_LAK, "submit_report", BEGUN, BEGUN + timedelta(days=400)):
        assert o.period is not None
        assert o.due is not None
        assert counted_from_until(o.period)[1] < o.due


def test_an_ad_hoc_period_is_counted_over_its_own_days() -> None:
    period = ReportingPeriod(kind=PeriodKind.AD_HOC, first_day=date(2026, 2, 1), last_day=date(2026, 2, 3))
    since, until = counted_from_until(period)
    assert (vietnamese(since), vietnamese(until)) == ("2026-02-01 00:00", "2026-02-04 00:00")
    assert until - timedelta(milliseconds=1) == end_of_day(date(2026, 2, 3))


# --- the file of duties ---

GOOD = """
[[duty]]
regulation = "dak-lak-39-2010"
clause = "DL-12.1a"
kind = "submit_report"
event = "ReportSubmitted"
debtors = ["enterprise"]
creditors = ["dic"]
period = "quarter"
due = { month = 3, day = 20 }
text_vi = "Báo cáo"
text_en = "Reports"
"""


def test_every_clause_with_a_calendar_has_its_duty() -> None:
    clauses = {duty.clause for regulation in (LAO_CAI, DAK_LAK) for duty in duties_of(regulation)}
    assert clauses == {"LC-13.1", "LC-13.2", "LC-5.3", "DL-12.1a", "DL-12.1b", "DL-12.2", "DL-11.2"}


def test_reporters_are_those_that_the_clause_names() -> None:
    (duty,) = (d for d in duties_of(LAO_CAI) if d.kind == "submit_report")
    assert "ReportSubmitted" in vocabulary.clauses(LAO_CAI)["LC-13.2"].events
    assert set(duty.debtors) >= {"trade", "police", "customs", "district", "enterprise"}
    assert (duty.text("en"), duty.text()) == (duty.text_en, duty.text_vi)


@pytest.mark.parametrize(
    ("change", "to", "problem"),
    [
        ('"dak-lak-39-2010"', '"ha-noi"', "no regulation 'ha-noi'"),
        ("DL-12.1a", "DL-99", "has no clause 'DL-99'"),
        ("DL-12.1a", "DL-10.1", "names no event 'ReportSubmitted'"),
        ('["enterprise"]', '["bank"]', "knows no role bank"),
        ('["dic"]', '["branch"]', "knows no role branch"),
        ("month = 3", "month = 4", "the period has 3 months, not 4"),
        ("day = 20", "day = 31", "due"),
        ('period = "quarter"', 'period = "ad_hoc"', "fall due when asked for"),
        ('period = "quarter"', 'period = "two_years"', "name the year"),
        ('period = "quarter"\n', "", "go together"),
        ('kind = "submit_report"', 'kind = "dance"', "kind"),
        ("text_en", "tekst", "text_en"),
    ],
)  # fmt: skip
def test_a_row_that_does_not_hold_is_refused_with_file_and_row(change: str, to: str, problem: str) -> None:
    assert change in GOOD
    with pytest.raises(RulesInvalid) as refused:
        parse_duties(GOOD + GOOD.replace(change, to, 1))
    assert str(refused.value).startswith("duties.toml: row 2 (")
    assert problem in str(refused.value)


def test_a_row_that_stands_twice_and_a_file_that_is_none_are_refused() -> None:
    assert len(parse_duties(GOOD)) == 1
    with pytest.raises(RulesInvalid, match=r"row 2 .*stands twice"):
        parse_duties(GOOD + GOOD)
    with pytest.raises(RulesInvalid, match="is no file of duties"):
        parse_duties("duty = [")
