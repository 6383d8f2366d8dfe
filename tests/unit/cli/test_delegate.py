"""`phoihop delegate`: the head lets a deputy sign and takes it back; the list says where each delegation stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.office import SHARED, Office, make_office

GRANT = ("delegate", "grant", "deputy", "--as", "police", "--to", "dic,vnpt", "--until", "+30d")
BY_DEPUTY = ("send", "--as", "police", "--signatory", "deputy", "-")
TO_DIC = json.dumps(SHARED | {"recipients": ["dic"]})


def listed(office: Office, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.json("delegate", "list", "--as", "police", *options)["delegations"]
    return found


@pytest.mark.clause("LC-2.4a")
def test_within_what_is_granted_the_deputy_signs_and_not_after_its_end(office: Office) -> None:
    granted = office.json(*GRANT, "--type", "InfoShared")["signed"][0]
    assert (granted["type"], granted["clause"]) == ("DelegationGranted", "LC-2.4a")
    assert office.run(*BY_DEPUTY, stdin=TO_DIC).exit_code == 0
    ended = office.json("delegate", "end", granted["event"][:13], "--as", "police")["signed"][0]
    assert ended["type"] == "DelegationEnded"
    assert [one["agency"] for one in ended["recipients"]] == ["dic", "vnpt"]
    refused = json.loads(office.run(*BY_DEPUTY, "--json", stdin=TO_DIC).stderr)["error"]
    assert (refused["error"], refused["clause"]) == ("NotLawful", "LC-2.4a")
    assert "ngoài phạm vi" in refused["why"]


def test_what_lies_outside_the_scope_is_refused(office: Office) -> None:
    office.json(*GRANT, "--type", "InfoProvided")
    assert office.run(*BY_DEPUTY, stdin=TO_DIC).exit_code == 1


def test_a_delegation_may_be_for_some_cases_categories_and_fields(office: Office) -> None:
    case = "018f3a00-0000-7000-8000-0000000000ff"
    office.json(*GRANT, "--case", case, "--category", "charge_theft", "--field", "telecom", "--field", "post")
    assert listed(office)[0]["scope"] == {
        "event_types": [], "categories": ["charge_theft"], "fields": ["telecom", "post"], "cases": [case],
    }  # fmt: skip


def test_the_list_shows_where_each_delegation_stands(office: Office) -> None:
    first = office.json(*GRANT)["signed"][0]["event"]
    later = office.json(*GRANT, "--since", "+3d")["signed"][0]["event"]
    office.json("delegate", "end", first, "--as", "police", "--reason", "deputy_replaced")
    assert [(one["event_id"], one["standing"]) for one in listed(office)] == [(later, "to_come")]
    everything = {one["event_id"]: one for one in listed(office, "--all")}
    assert (everything[first]["standing"], everything[first]["end_reason"]) == ("ended", "deputy_replaced")
    assert everything[first]["ends_at"] < everything[first]["until"]
    assert [one["standing"] for one in listed(office, "--at", "+4d")] == ["in_force"]
    assert {one["standing"] for one in listed(office, "--at", "+31d", "--all")} == {"ended", "expired"}
    assert listed(office, "--of", "dic") == []


def test_a_bare_day_is_its_beginning_or_its_end(office: Office) -> None:
    office.json(*GRANT[:-1], "2030-12-31", "--since", "2030-12-01")
    (held,) = listed(office)
    assert (held["since"], held["until"]) == ("2030-11-30T17:00:00.000Z", "2030-12-31T17:00:00.000Z")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("delegate", "grant", "head", *GRANT[3:]), 2, "deputies in the directory are: deputy"),
        (("delegate", "grant", "service", *GRANT[3:]), 2, "no deputy 'service'"),
        ((*GRANT, "--type", "infoshred"), 2, "InfoShared"),
        ((*GRANT, "--category", "theft"), 2, "charge_theft"),
        ((*GRANT, "--type", "DelegationGranted"), 1, "LC-2.4a"),
        ((*GRANT, "--since", "+40d"), 1, "LC-2.4a"),
        (("delegate", "end", "ffff", "--as", "police"), 2, "no event 'ffff'"),
    ],
)
def test_what_cannot_be_granted_or_ended(office: Office, arguments: tuple[str, ...], code: int, says: str) -> None:
    result = office.run(*arguments, "--lang", "en")
    assert (result.exit_code, listed(office)) == (code, [])
    assert says in result.stderr


def test_what_is_no_delegation_or_is_over_is_not_ended(office: Office) -> None:
    other = office.send("police", json.loads(TO_DIC))["event"]
    assert "is no delegation" in office.run("delegate", "end", other, "--as", "police", "--lang", "en").stderr
    granted = office.json(*GRANT)["signed"][0]["event"]
    office.json("delegate", "end", granted, "--as", "police")
    for lang, says in (("en", "ends at"), ("vi", "kết thúc lúc")):
        again = office.run("delegate", "end", granted, "--as", "police", "--lang", lang)
        assert (again.exit_code, says in again.stderr) == (1, True)


@pytest.mark.clause("DL-11.1")
def test_dak_lak_lets_no_deputy_sign_and_names_the_clause(tmp_path: Path) -> None:
    office = make_office(tmp_path, province="dak-lak")
    refused = json.loads(office.run(*GRANT, "--json").stderr)["error"]
    assert (refused["error"], refused["clause"], refused["exit_code"]) == ("NotLawful", "DL-11.1", 1)
    assert listed(office) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_table_fits_100_columns(office: Office, lang: str) -> None:
    office.json(*GRANT, "--officer", "Trần Văn C", "Phó Giám đốc", "--category", "charge_theft", "--type", "InfoShared")
    shown = office.run("delegate", "list", "--as", "police", "--lang", lang)
    assert shown.exit_code == 0, shown.output
    assert max(map(len, shown.output.splitlines())) <= 100
    assert "Trần" in shown.output
