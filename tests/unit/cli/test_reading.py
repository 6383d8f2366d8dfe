from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from events.instants import VIETNAM
from services.agency.record import Record
from tests.unit.cli.office import SUSPICION, Office

READING = [
    ("cases",), ("ledger",), ("obligations", "--at", "+3d"), ("inbox",), ("status",), ("inbox", "--drafts"),
]  # fmt: skip


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_tables_fit_100_columns(office: Office, arguments: tuple[str, ...], lang: str) -> None:
    office.send("vnpt", SUSPICION)
    office.run("draft", "--as", "vnpt", "-", stdin=json.dumps(SUSPICION))
    result = office.run(*arguments, "--as", "vnpt", "--lang", lang)
    assert result.exit_code == 0, result.output
    assert max(map(len, result.output.splitlines())) <= 100
    assert len(result.output.splitlines()) > 2


def test_a_bare_day_as_the_ledgers_beginning_takes_that_day_in(office: Office) -> None:
    today = datetime.now(VIETNAM).date().isoformat()
    office.send("vnpt", SUSPICION)
    assert office.json("ledger", "--as", "vnpt", "--since", today)["deliveries"]
    assert office.json("ledger", "--as", "vnpt", "--since", today, "--until", today)["deliveries"]
    assert office.json("ledger", "--as", "vnpt", "--since", "+1d")["deliveries"] == []


def test_the_status_names_what_policies_could_not_do_yet(office: Office) -> None:
    assert office.json("status", "--as", "vnpt")["reactions_waiting"] == []
    event = office.send("vnpt", SUSPICION)["event"]
    record = Record(office.folder / "agencies/vnpt/record.sqlite", "vnpt", "lao-cai")
    with record.writing() as transaction:
        transaction.note_waiting("suspension-execution", event, datetime(2026, 11, 20, tzinfo=UTC), "it is down")
    record.close()
    (waiting,) = office.json("status", "--as", "vnpt")["reactions_waiting"]
    assert waiting == {
        "policy": "suspension-execution",
        "event_id": event,
        "since": "2026-11-20T00:00:00.000Z",
        "reason": "it is down",
    }
    shown = office.run("status", "--as", "vnpt").output
    assert "thực hiện tạm ngừng dịch vụ" in shown
    assert "it is down" in shown


def test_one_case_for_people(office: Office) -> None:
    case = office.send("vnpt", SUSPICION)["case"]
    result = office.run("case", "show", "--as", "vnpt", case)
    assert "trộm cắp cước viễn thông" in result.output
    assert "Báo cáo dấu" in result.output  # a narrow column: it goes on in the next line
    assert "LC-10.1" in result.output
    assert max(map(len, result.output.splitlines())) <= 100


def test_the_directory_for_people(office: Office) -> None:
    result = office.run("directory", "show")
    assert "Công an tỉnh Lào Cai" in result.output
    assert "phoihop.lao-cai.root+" in result.output
    assert office.run("directory", "show", "--version", "7").exit_code == 2


def test_overdue_stands_first(office: Office) -> None:
    office.send("vnpt", SUSPICION)
    owed = office.json("obligations", "--as", "vnpt", "--at", "+3d")["obligations"]
    assert [one["overdue"] for one in owed] == [True, True, False]
    assert not any(one["overdue"] for one in office.json("obligations", "--as", "vnpt")["obligations"])


def test_views_that_lag_are_brought_up_before_they_are_shown(office: Office) -> None:
    office.json("cases", "--as", "vnpt")
    office.send("vnpt", SUSPICION)
    status = office.json("status", "--as", "vnpt")
    assert (status["views_lag"], status["position"]) == (1, 1)
    assert len(office.json("cases", "--as", "vnpt")["cases"]) == 1
    assert office.json("status", "--as", "vnpt")["views_lag"] == 0


def test_status_without_a_service(office: Office) -> None:
    office.send("vnpt", SUSPICION)
    status = office.json("status", "--as", "vnpt")
    assert status["service_running"] is False
    assert status["broker"] is None
    assert status["unreceipted"] == {"dic": 1, "police": 1}
    assert [head["sent_count"] for head in status["heads"]] == [1, 1]
    assert status["heads"][0]["sent_digest"] == status["heads"][1]["sent_digest"]


def test_rebuild_gives_the_same_views(office: Office) -> None:
    office.send("vnpt", SUSPICION)
    office.json("cases", "--as", "vnpt")
    before = office.json("ledger", "--as", "vnpt")
    first = office.json("rebuild", "--as", "vnpt")
    views = office.folder / "agencies/vnpt/views.sqlite"
    with sqlite3.connect(views) as store:
        store.execute("DELETE FROM disclosure")
    store.close()
    assert office.json("ledger", "--as", "vnpt") != before
    again = office.json("rebuild", "--as", "vnpt")
    assert again["digest"] == first["digest"]
    assert office.json("ledger", "--as", "vnpt") == before


def test_a_backup_is_a_whole_record_and_never_overwrites(office: Office, tmp_path: Path) -> None:
    office.send("vnpt", SUSPICION)
    copy = tmp_path / "copy.sqlite"
    made = office.json("backup", "--as", "vnpt", str(copy))
    assert (made["position"], made["bytes"]) == (1, copy.stat().st_size)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert office.run("backup", "--as", "vnpt", str(copy)).exit_code == 3


def test_a_record_put_back_from_a_backup_signs_nothing(office: Office, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    office.json("backup", "--as", "vnpt", str(copy))
    office.send("vnpt", SUSPICION)
    assert office.json("ledger", "--as", "vnpt")["deliveries"]
    record = office.folder / "agencies/vnpt/record.sqlite"
    for file in record.parent.glob("record.sqlite*"):
        file.unlink()
    copy.rename(record)
    assert office.json("ledger", "--as", "vnpt")["deliveries"] == []  # the views had seen more than this record
    assert office.json("status", "--as", "vnpt")["signing_held"] is True
    result = office.run("send", "--as", "vnpt", "-", stdin=json.dumps(SUSPICION))
    assert result.exit_code == 1
    assert "agency recover" in result.stderr


def test_the_only_agency_of_a_folder_need_not_be_named(office: Office) -> None:
    result = office.run("cases")
    assert result.exit_code == 2
    assert "--as" in result.stderr
    office.environment["PHOIHOP_AS"] = "vnpt"
    assert office.json("cases")["agency"] == "vnpt"
    assert office.json("cases", "--as", "dic")["agency"] == "dic"


def test_what_others_wrote_is_shown_as_it_stands(office: Office) -> None:
    """Markup in a name must neither vanish nor act; an unknown tag must not break the table."""
    draft = SUSPICION | {"clause": "LC-10.1"}
    made = office.run(
        "draft", "--as", "vnpt", "--author", "[red]Bình[/red] :warning: [/]", "-", stdin=json.dumps(draft)
    )
    assert made.exit_code == 0
    shown = office.run("inbox", "--as", "vnpt", "--drafts")
    assert shown.exit_code == 0
    assert "[red]Bình[/red]" in shown.output
    assert ":warning:" in shown.output
