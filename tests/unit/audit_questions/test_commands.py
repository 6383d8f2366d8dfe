"""The auditor's questions on the command line: documents as published, tables, files, errors."""

from __future__ import annotations

import copy
import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema import Draft202012Validator

from services.audit.questions import book as book_module
from services.audit.questions.book import views_file
from services.auditor.places import ledger_file
from services.identity.directory_folder import DirectoryFolder
from tests.contract.test_cli_json import check, objects, schema
from tests.unit.cli.office import Office


@pytest.fixture(scope="module")
def office(made: Path) -> Office:
    return Office(made, {"PHOIHOP_LANG": "en"})


@pytest.fixture(scope="module")
def case(office: Office) -> str:
    """A case whose second question got no answer, from the middle of the history."""
    found = office.json("audit", "silences")["requests"]["unanswered"]
    return str(found[len(found) // 2]["delivery"]["case_id"])


@pytest.fixture(scope="module")
def documents(office: Office, case: str) -> dict[str, Any]:
    event = office.json("audit", "timeline", case)["deliveries"][0]["event_id"]
    return {
        "audit-who-told": office.json("audit", "who-told", "--recipient", "customs", "--limit", "60"),
        "audit-who-knew": office.json("audit", "who-knew", "--agency", "police", "--case", case),
        "audit-who-knew event": office.json("audit", "who-knew", "--event", event),
        "audit-silences": office.json("audit", "silences", "--at", "2027-03-01"),
        "audit-timeline": office.json("audit", "timeline", case[:-3]),
        "audit-compare": office.json(
            "audit", "compare", "--agency", "dic", "--case", case, "--at", "2026-11-01", "--at", "2026-11-25"
        ),
    }


KINDS = [
    "audit-who-told",
    "audit-who-knew",
    "audit-who-knew event",
    "audit-silences",
    "audit-timeline",
    "audit-compare",
]


@pytest.mark.parametrize("kind", KINDS)
def test_documents_are_as_published_and_no_member_may_go(documents: dict[str, Any], kind: str) -> None:
    name = kind.partition(" ")[0]
    check(name, documents[kind])
    validator = Draft202012Validator(schema(name))
    for path, members in objects(documents[kind]):
        for member in members:
            broken = copy.deepcopy(documents[kind])
            place = broken
            for step in path:
                place = place[step]
            place[f"{member}_"] = place.pop(member)
            assert not validator.is_valid(broken), f"{path} {member}"


def test_every_answer_says_up_to_where_it_reaches(documents: dict[str, Any]) -> None:
    (standing,) = {json.dumps(document["standing"]) for document in documents.values()}
    assert json.loads(standing)["log_size"] > 1000
    assert json.loads(standing)["times_proven"] is True


def test_the_total_is_that_of_all_pages(office: Office) -> None:
    pages, after = [], None
    while True:
        more = () if after is None else ("--after", str(after))
        page = office.json("audit", "who-told", "--sender", "viettel", "--limit", "50", *more)
        pages += page["deliveries"]
        after = page["next_after"]
        if after is None:
            break
    assert len(pages) == page["total"] > 100
    assert len({one["log_index"] for one in pages}) == len(pages)


def test_silences_and_the_timeline_agree(documents: dict[str, Any], case: str) -> None:
    open_ones = [one for one in documents["audit-timeline"]["deliveries"] if one["asks"] and not one["answered_by"]]
    silent = [
        one["delivery"]["log_index"]
        for one in documents["audit-silences"]["requests"]["unanswered"]
        if one["delivery"]["case_id"] == case
    ]
    assert [one["log_index"] for one in open_ones] == silent
    assert len(silent) == 1


def test_the_counts_are_the_same_whether_all_are_shown_or_not(office: Office) -> None:
    """A page that holds everything is counted itself; else the views count."""
    whole = office.json("audit", "silences", "--at", "2026-11-20", "--limit", "100000")
    page = office.json("audit", "silences", "--at", "2026-11-20", "--limit", "3")
    assert len(page["requests"]["unanswered"]) == 3
    assert page["requests"]["unanswered"] == whole["requests"]["unanswered"][:3]
    for part, counts in (("requests", ("total", "overdue")), ("receipts", ("total",))):
        assert [page[part][count] for count in counts] == [whole[part][count] for count in counts]
    assert whole["requests"]["total"] == len(whole["requests"]["unanswered"]) > 3


def test_by_march_the_reports_of_december_are_missing(documents: dict[str, Any]) -> None:
    reports = documents["audit-silences"]["reports"]
    assert reports["total"] == len(reports["not_sent"]) > 0
    assert {one["period"] for one in reports["not_sent"]} == {"2026-H2"}
    assert {one["debtor"] for one in reports["not_sent"] if one["kind"] == "submit_report"} >= {"police", "vnpt"}


def test_a_comparison_shows_what_came_in_between(office: Office, documents: dict[str, Any], case: str) -> None:
    compared = documents["audit-compare"]
    assert compared["first"]["known"] == 0
    assert compared["total"] == len(compared["added"]) == compared["second"]["known"]
    whole = office.json("audit", "who-knew", "--agency", "dic", "--case", case)
    assert compared["added"] == [one for one in whole["documents"] if one["how"] in {"sent", "admitted"}]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    "question",
    [
        ("who-told", "--limit", "3"), ("who-knew", "--agency", "police", "--case", "CASE"),
        ("silences", "--limit", "3"), ("timeline", "CASE"),
        ("compare", "--agency", "dic", "--case", "CASE", "--at", "2026-11-01", "--at", "+1d"),
    ],
)  # fmt: skip
def test_tables_fit_and_tell_their_reach(office: Office, case: str, question: tuple[str, ...], lang: str) -> None:
    arguments = [case if part == "CASE" else part for part in question]
    result = office.run("audit", *arguments, "--lang", lang)
    assert result.exit_code == 0, result.stderr
    assert max(map(len, result.stdout.splitlines())) <= 130
    assert {"vi": "Tính đến mục", "en": "Up to entry"}[lang] in result.stdout
    assert re.search(r"[0-9]{2}/11/2026 [0-9]{2}:[0-9]{2}", result.stdout), "times in Vietnam's zone"
    assert "mô phỏng" not in result.stdout


def test_a_simulated_clock_is_said_with_every_answer(state: Path, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Simulated(DirectoryFolder):
        def load(self) -> Any:
            return replace(super().load(), clock="simulated")

    monkeypatch.setattr(book_module, "DirectoryFolder", Simulated)
    office = Office(state)
    for question in (["who-told"], ["silences"], ["timeline", case]):
        assert "Đồng hồ mô phỏng" in office.run("audit", *question).stdout.replace("đồng hồ", "Đồng hồ")
    assert office.json("audit", "who-told")["standing"]["times_proven"] is False


# --- files ---


def test_files_hold_every_row(office: Office, tmp_path: Path) -> None:
    table, book = tmp_path / "told.csv", tmp_path / "told.xlsx"
    result = office.run("audit", "who-told", "--recipient", "customs", "--csv", str(table), "--xlsx", str(book))
    assert result.exit_code == 0, result.stderr
    total = office.json("audit", "who-told", "--recipient", "customs")["total"]
    assert f"{total} rows written to {table}" in result.stderr
    with table.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    sheet = openpyxl.load_workbook(book).worksheets[0]
    assert len(rows) == total == sheet.max_row - 1
    assert [cell.value for cell in sheet[1]] == head[:-1]
    assert [str(cell.value or "") for cell in sheet[2]] == rows[0][:-1]
    assert rows[0][head.index("Recipient")] == "customs"
    assert rows[0][-1].startswith("Up to entry")
    assert any(row[head.index("Refusal explanation")].startswith("Ngoài thẩm quyền") for row in rows)


@pytest.mark.parametrize("question", ["who-knew", "silences", "timeline", "compare"])
def test_every_question_writes_files(office: Office, case: str, tmp_path: Path, question: str) -> None:
    agency = ("--agency", "police", "--case", case)
    arguments = {
        "who-knew": agency, "silences": (), "timeline": (case,),
        "compare": (*agency, "--at", "2026-11-01", "--at", "2026-11-25"),
    }[question]  # fmt: skip
    table, book = tmp_path / "a.csv", tmp_path / "a.xlsx"
    document = office.json("audit", question, *arguments, "--csv", str(table), "--xlsx", str(book))
    with table.open(encoding="utf-8-sig", newline="") as file:
        _, *rows = csv.reader(file)
    wanted = {
        "who-knew": document.get("total"), "timeline": document.get("total"), "compare": document.get("total"),
        "silences": sum(document[part]["total"] for part in ("requests", "receipts", "reports"))
        if question == "silences" else None,
    }[question]  # fmt: skip
    assert len(rows) == wanted == openpyxl.load_workbook(book).worksheets[0].max_row - 1 > 0


# --- errors ---


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("who-told", "--sender", "polise"), "police"),
        (("who-told", "--type", "InfoAsked"), "'InfoAsked' is known"),
        (("who-told", "--clause", "LC-99"), "LC-9"),
        (("who-told", "--from", "yesterday"), "is no moment"),
        (("who-knew", "--agency", "police"), "name --agency and --case, or --event"),
        (("who-knew", "--agency", "police", "--case", "0", "--event", "0"), "name --agency and --case, or --event"),
        (("timeline", "ffff"), "'ffff' is known"),
        (("timeline", "01"), "give more of its characters"),
        (("compare", "--agency", "police", "--case", "01", "--at", "2026-11-01"), "name --at twice"),
    ],
)
def test_what_cannot_be_meant_ends_with_2_and_says_what_could_be(
    office: Office, arguments: tuple[str, ...], says: str
) -> None:
    result = office.run("audit", *arguments)
    assert result.exit_code == 2, result.output
    assert says.lower() in result.stderr.lower()
    assert "Next: " in result.stderr


def test_a_folder_without_a_ledger_and_a_file_in_no_folder(state: Path, tmp_path: Path) -> None:
    office = Office(state)
    written = office.run("audit", "who-told", "--csv", str(tmp_path / "nowhere" / "a.csv"))
    assert (written.exit_code, "Không ghi được" in written.stderr) == (3, True)
    views_file(state).write_bytes(b"damaged" * 1000)
    damaged = office.run("audit", "who-told")
    assert (damaged.exit_code, "câu hỏi sau sẽ dựng lại" in damaged.stderr) == (3, True)
    for file in ledger_file(state).parent.glob("ledger.sqlite*"):
        file.unlink()
    none = office.run("audit", "who-told")
    assert (none.exit_code, "phoihop auditor run" in none.stderr) == (3, True)
