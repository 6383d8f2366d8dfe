"""`phoihop audit replay` and `phoihop audit verify` over the auditor's ledger."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.auditor.places import ledger_file, log_folder
from services.bench.history import make_history
from services.identity.directory_folder import DirectoryFolder
from tests.contract.test_cli_json import check
from tests.unit.cli.office import Office

END = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger")
    make_history(folder, 400, end=END, state_every=1)
    return folder


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Office:
    shutil.copytree(made, tmp_path / "state")
    return Office(tmp_path / "state")


A_DOCUMENT = """first_index = (
    SELECT first_index FROM logged WHERE first_index > 100 AND instr(envelope, CAST('"docnumber"' AS BLOB)) LIMIT 1
)"""


A_CASE = """SELECT json_extract(CAST(envelope AS TEXT), '$.case') AS found FROM logged
    WHERE found IS NOT NULL LIMIT 1"""


def tamper(office: Office, statement: str) -> None:
    with closing(sqlite3.connect(ledger_file(office.folder))) as connection, connection:
        connection.execute(statement)


def document(office: Office, *words: str) -> tuple[int, Any]:
    result = office.run(*words, "--json")
    return result.exit_code, json.loads(result.stdout)


def test_the_verdict_alone_is_an_exit_code(office: Office) -> None:
    root = str(DirectoryFolder.of(office.folder).root)
    code, verdict = document(office, "audit", "verify", "--root", root)
    check("audit-verify", verdict)
    assert code == 0
    assert (verdict["verified"], verdict["subject"], verdict["root_key"]) == (True, "ledger", "given")
    tamper(office, f"UPDATE logged SET stored_at = '2026-11-20T00:00:00.000Z' WHERE {A_DOCUMENT}")  # noqa: S608
    code, verdict = document(office, "audit", "verify")
    check("audit-verify", verdict)
    assert code == 1
    assert verdict["by_check"]["entry-mismatch"] > 0
    assert verdict["root_key"] == "folder"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_people_are_told_what_was_found_and_where(office: Office, lang: str) -> None:
    assert office.run("audit", "verify", "--lang", lang).exit_code == 0
    tamper(office, f"DELETE FROM logged WHERE {A_DOCUMENT}")  # noqa: S608
    told = office.run("audit", "verify", "--lang", lang)
    assert told.exit_code == 1
    assert "[gap]" in told.stdout
    assert {"vi": "bên gửi không khai báo là đã mất", "en": "has not declared it lost"}[lang] in told.stdout


def test_views_as_of_a_moment(office: Office) -> None:
    code, now = document(office, "audit", "replay")
    check("audit-replay", now)
    assert code == 0
    assert now["statements"] > 0
    _, then = document(office, "audit", "replay", "--as-of", "2026-11-21T06:30", "--agency", "dic")
    check("audit-replay", then)
    assert then["as_of"] == "2026-11-20T23:30:00.000Z"
    (view,) = then["views"]
    whole = next(each for each in now["views"] if each["agency"] == "dic")
    assert 0 < view["incoming_number"] < whole["incoming_number"]
    assert "dic" in office.run("audit", "replay", "--as-of", "2026-11-21T06:30", "--lang", "en").stdout


def test_a_checkpoint_that_somebody_kept(office: Office, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    shutil.copy(log_folder(office.folder) / "checkpoint", kept)
    assert office.run("audit", "verify", "--checkpoint", str(kept)).exit_code == 0
    size = int(kept.read_text("utf-8").splitlines()[1])
    tamper(office, f"DELETE FROM logged WHERE first_index > {size // 2}")  # noqa: S608
    tamper(office, "DELETE FROM checkpoints")
    code, verdict = document(office, "audit", "verify", "--checkpoint", str(kept))
    assert code == 1
    assert "log-rolled-back" in verdict["by_check"]
    kept.write_text("no checkpoint", "utf-8")
    assert office.run("audit", "verify", "--checkpoint", str(kept)).exit_code == 2


def test_no_ledger_is_said(tmp_path: Path) -> None:
    office = Office(tmp_path / "empty")
    assert office.run("audit", "verify", "--lang", "en").exit_code == 3


def test_a_package_of_everything_is_replayed_as_the_ledger_is(office: Office, tmp_path: Path) -> None:
    root = str(DirectoryFolder.of(office.folder).root)
    whole, case = tmp_path / "all.zip", tmp_path / "case.zip"
    with closing(sqlite3.connect(ledger_file(office.folder))) as connection:
        (some_case,) = connection.execute(A_CASE).fetchone()
    assert office.run("audit", "export", "--all", "-o", str(whole), "--without-content").exit_code == 0
    assert office.run("audit", "export", "--case", some_case, "-o", str(case)).exit_code == 0
    _, own = document(office, "audit", "replay")
    shutil.rmtree(office.folder)  # nothing but the package and the key is needed
    code, replayed = document(office, "audit", "replay", "--package", str(whole), "--root", root)
    check("audit-replay", replayed)
    assert (code, replayed["source"], replayed["package"], replayed["root_key"]) == (0, "package", str(whole), "given")
    apart = {"source", "package", "root_key", "seconds", "cpu_seconds", "signatures_per_second", "checkpoints"}
    assert {name: value for name, value in replayed.items() if name not in apart} == {
        name: value for name, value in own.items() if name not in apart
    }
    assert replayed["statements"] > 0
    told = office.run("audit", "replay", "--package", str(whole), "--root", root, "--lang", "en")
    assert "The history in a package of lao-cai" in told.stdout
    wrong = [
        ("--package", str(whole)),
        ("--package", str(case), "--root", root),
        ("--package", str(whole), "--root", root, "--source", "stream"),
    ]
    errors = [office.run("audit", "replay", *words, "--lang", "en") for words in wrong]
    assert [error.exit_code for error in errors] == [2, 2, 2]
    for error, why in zip(errors, ("root key", "a part of the history", "two histories"), strict=True):
        assert why in error.stderr
    whole.write_bytes(whole.read_bytes()[:-1])
    cut = office.run("audit", "replay", "--package", str(whole), "--root", root)
    assert (cut.exit_code, "khuôn dạng gói chứng cứ" in cut.stderr) == (2, True)
