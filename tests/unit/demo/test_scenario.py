"""Scenario files: the shipped ones hold together, and a wrong one is refused with the step at fault."""

from __future__ import annotations

import csv
import textwrap
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

import pytest

from events.errors import Malformed
from events.signed_event import SignedEvent
from services.demo.scenario import Scenario, ScenarioInvalid, ScenarioUnknown, load_scenario, read_chapter, scenario_of
from services.demo.script import draft_of
from services.provinces import load_province, shipped_provinces
from tests.contract.golden_events import make
from tests.scenarios.samples import sample

NOW = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)


def scenario(*steps: str) -> str:
    return "\n".join(
        [
            'province = "lao-cai"', 'title_vi = "a"', 'title_en = "b"', "begins = 2026-10-05T08:00:00+07:00",
            *(textwrap.dedent(step) for step in steps),
        ]
    )  # fmt: skip


def read_scenario(text: str, file: str) -> Scenario:
    return scenario_of([read_chapter(text, file)], file)


def step(label: str, more: str = "", content: str = 'subject = "x"', to: str = '["dic"]') -> str:
    body = f"to = {to}\n{more}\n[step.content]\n{content}" if content else more
    return f'[[step]]\nlabel = "{label}"\nby = "vnpt"\ntype = "InfoShared"\nnote_vi = "a"\nnote_en = "b"\n{body}'


@pytest.mark.parametrize("province", shipped_provinces())
def test_every_province_has_a_case_told_of_its_own_agencies(province: str) -> None:
    told = load_scenario(province)
    assert told.province == province
    assert told.agencies <= set(load_province(province).by_id)
    signatories = {
        (agency.id, office.id) for agency in load_province(province).agencies for office in agency.signatories
    }
    assert {(each.by, each.as_) for each in told.steps} <= signatories
    assert any(each.raw for each in told.steps)
    assert any(each.expect == "refused" and not each.raw for each in told.steps)
    assert any(each.does == "sign" for each in told.steps)
    assert told.steps[-1].type == "ReportConsolidated"


@pytest.mark.parametrize("province", shipped_provinces())
def test_a_quarter_has_a_case_of_every_category(province: str) -> None:
    told = load_scenario(province)
    reported = {step.label: step.content["category"] for step in told.steps if "category" in step.content}
    openings = [step for step in told.steps if step.type == "CaseOpened" and step.is_event]
    opened = {reported[step.label if step.content else step.cause or ""] for step in openings}
    regulation = load_province(province).regulation
    listed = (resources.files("events.regulation") / "data" / "competence.csv").read_text("utf-8")
    assert opened == {row["category"] for row in csv.DictReader(listed.splitlines()) if row["regulation"] == regulation}
    assert len(openings) >= 12
    assert sum(step.type == "CaseClosed" and step.is_event for step in told.steps) >= 12


@pytest.mark.parametrize("province", shipped_provinces())
def test_a_quarter_fits_into_one(province: str) -> None:
    moments = list(load_scenario(province).moments.values())
    assert moments == sorted(moments)
    assert {(moment.year, (moment.month + 2) // 3) for moment in moments} == {(2026, 4)}


def chapter(begins: str, label: str, province: str = "lao-cai") -> str:
    text = scenario(step(label), step(f"{label}-later", 'after = "2d"'))
    return text.replace("2026-10-05", begins).replace('"lao-cai"', f'"{province}"')


def test_a_step_is_played_so_long_after_the_one_before() -> None:
    told = read_scenario(chapter("2026-10-05", "first"), "file")
    assert told.moments["first-later"] - told.moments["first"] == timedelta(days=2)
    assert told.begins == told.moments["first"]


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        (chapter("2026-10-06", "second"), "begins before the chapter before it has ended"),
        (chapter("2026-10-09", "first"), "stands twice"),
        (chapter("2026-10-09", "second", "dak-lak"), "of dak-lak, among chapters of lao-cai"),
    ],
)
def test_chapters_that_do_not_fit_together_are_refused(second: str, problem: str) -> None:
    chapters = [read_chapter(text, "file") for text in (chapter("2026-10-05", "first"), second)]
    with pytest.raises(ScenarioInvalid, match=problem):
        scenario_of(chapters, "lao-cai")


def test_an_unknown_province_names_those_that_are_told() -> None:
    with pytest.raises(ScenarioUnknown, match="dak-lak, lao-cai"):
        load_scenario("ha-noi")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[step", "is not TOML"),
        (scenario(step("first", 'cause = "later"'), step("later")), "first: no earlier step has an event later"),
        (scenario(step("first", content='subject = "{other}"')), "no earlier step has an event other"),
        (scenario(step("first", 'waits = [{ agency = "dic", holds = "first" }]')), "no earlier step"),
        (scenario(step("first"), step("first")), "stands twice"),
        (scenario(step("first", content="")), "has `to` and `content`"),
        (scenario(step("first", 'does = "sign"')), "has neither"),
        (scenario(step("first", 'expect = "refused"')), "refused_clause"),
        (scenario(step("first", 'raw = true\nexpect = "refused"\nrefused_clause = "LC-1.1"')), "names clause and role"),
        (scenario(step("first", 'due = "soon"')), "due"),
        (scenario(step("first", 'after = "1 day"')), "after"),
        (scenario(step("first", 'does = "succeed"')), "a role passes as"),
        (scenario(step("first", 'does = "report"')), "has neither"),
        (scenario(step("first", "colour = 1")), "colour"),
        (scenario(step("first").replace("InfoShared", "EventReceived")), "no document type EventReceived"),
        (
            scenario(step("first", 'expect = "refused"\nrefused_clause = "LC-1.1"'), step("second", 'cause = "first"')),
            "no earlier step has an event first",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(text: str, problem: str) -> None:
    with pytest.raises(ScenarioInvalid) as caught:
        read_scenario(text, "wrong.toml")
    assert problem in str(caught.value)
    assert "wrong.toml" in str(caught.value)


def earlier() -> SignedEvent:
    return make(sample("SuspicionReported"))[0]


def test_references_become_ids_and_spans_become_moments() -> None:
    content = """
        subject = "Kết thúc"
        outcome = "no_violation"
        summary = "{now} trong câu giữ nguyên"
        suspensions_made_final = ["{first}"]
        decisions = [{ number = "1", symbol = "QĐ", date = "{today-1d}", issuer = "CAT", title = "QĐ" }]
    """
    text = scenario(
        step("first"), step("second", 'case = "first"\ncause = "first"\ndue = "90m"', textwrap.dedent(content))
    ).replace(
        'label = "second"\nby = "vnpt"\ntype = "InfoShared"', 'label = "second"\nby = "police"\ntype = "CaseClosed"'
    )
    second = read_scenario(text, "file").steps[1]
    first = earlier()
    draft = draft_of(second, {"first": first}, NOW)
    members = draft.to_json()
    assert (draft.cause, draft.case) == (first.envelope.id, first.envelope.case)
    assert draft.due == NOW + timedelta(minutes=90)
    assert members["content"]["suspensions_made_final"] == [first.envelope.id]
    # 01:30 on the 22nd in Vietnam.
    assert members["content"]["decisions"][0]["date"] == "2026-11-21"
    assert members["content"]["summary"] == "{now} trong câu giữ nguyên"


def test_a_content_that_its_type_does_not_have_is_refused() -> None:
    (only,) = read_scenario(scenario(step("first", content='subject = "x"\ncolour = "red"')), "file").steps
    with pytest.raises(Malformed, match="colour"):
        draft_of(only, {}, NOW)


def test_a_case_may_be_named_by_who_does_not_hold_its_event() -> None:
    named = read_scenario(scenario(step("first"), step("second", 'case = "first"')), "file").steps[1]
    assert named.references == {"first"}
    assert named.must_hold == frozenset()
    assert replace(draft_of_any(), case="x").case == "x"


def draft_of_any() -> Any:
    content = 'subject = "x"\nkind = "other"\ntitle = "t"\ntext = "t"'
    (only,) = read_scenario(scenario(step("first", content=content)), "file").steps
    return draft_of(only, {}, NOW)
