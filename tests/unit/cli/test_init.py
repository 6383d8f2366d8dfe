from __future__ import annotations

from pathlib import Path

import pytest

from services.broker.network import BrokerFolder
from tests.unit.cli.commands import PATHS
from tests.unit.cli.office import PASSPHRASE, SUSPICION, Office, make_office

WITH = ("--province", "lao-cai", "--agencies", "dic,vnpt", "--demo-keys")


@pytest.fixture
def empty(tmp_path: Path) -> Office:
    office = Office(tmp_path / "state")
    office.passphrase_file.write_text(f"{PASSPHRASE}\n", "utf-8")
    office.passphrase_file.chmod(0o600)
    return office


def test_a_network_is_made_once(empty: Office) -> None:
    made = empty.json("init", *WITH)
    assert made["agencies"] == ["dic", "vnpt"]
    assert made["root_key"] == (empty.folder / "directory/root.vkey").read_text("utf-8").strip()
    again = empty.run("init", *WITH)
    assert again.exit_code == 2
    assert "agency add" in again.stderr


def test_every_secret_file_is_its_owners_alone(empty: Office) -> None:
    empty.json("init", *WITH)
    secret = [file for pattern in ("*.key", "*.creds", "*.nk", "*.sqlite") for file in empty.folder.rglob(pattern)]
    assert len(secret) > 10
    assert {file.stat().st_mode & 0o077 for file in secret} == {0}
    text = b"".join(file.read_bytes() for file in empty.folder.rglob("*") if file.is_file())
    assert PASSPHRASE.encode() not in text


def test_a_set_up_that_broke_off_behind_the_directory_goes_on(empty: Office) -> None:
    empty.json("init", *WITH)
    (empty.folder / "broker/agencies/vnpt.json").unlink()
    for file in (empty.folder / "agencies/vnpt").glob("record.sqlite*"):
        file.unlink()
    assert empty.json("init", *WITH)["agencies"] == ["dic", "vnpt"]
    assert BrokerFolder(empty.folder / "broker").membership("vnpt").user is not None
    assert empty.send("vnpt", SUSPICION | {"recipients": ["dic"]})["number"] == "01"


def test_a_passphrase_for_each_agency(empty: Office, tmp_path: Path) -> None:
    folder = tmp_path / "passphrases"
    folder.mkdir()
    for name in ("root", "dic", "vnpt"):
        (folder / name).write_text(f"passphrase of {name}\n", "utf-8")
        (folder / name).chmod(0o600)
    empty.json("init", *WITH, "--passphrase-file", str(folder))
    draft = ["--type", "InfoShared", "--to", "vnpt", "--check", "--set", "subject=x"]
    assert empty.run("draft", "--as", "dic", *draft).exit_code == 1  # lacks members, so nothing is kept
    wrong = ["agency", "add", "police", "--demo-keys", "--root-passphrase-file"]
    assert empty.run(*wrong, str(folder / "dic")).exit_code == 3
    assert empty.run(*wrong, str(folder / "root")).exit_code == 0
    (folder / "vnpt").unlink()
    other = Office(tmp_path / "other")
    assert other.run("init", *WITH, "--passphrase-file", str(folder)).exit_code == 3


def test_a_short_passphrase_makes_nothing(empty: Office) -> None:
    empty.passphrase_file.write_text("short\n", "utf-8")
    result = empty.run("init", *WITH)
    assert result.exit_code == 2
    assert "8 ký tự" in result.stderr
    assert not (empty.folder / "directory").exists()


def test_an_agency_that_the_province_lacks(empty: Office) -> None:
    result = empty.run("init", "--province", "lao-cai", "--agencies", "dic,nasa", "--demo-keys")
    assert result.exit_code == 2
    assert "nasa" in result.stderr


def test_an_agency_of_ones_own_description(tmp_path: Path) -> None:
    office = make_office(tmp_path)
    lacking = office.run("agency", "add", "xyz", "--demo-keys")
    assert lacking.exit_code == 2
    assert "--name" in lacking.stderr
    added = office.json(
        "agency", "add", "xyz", "--name", "Công ty XYZ", "--symbol", "XYZ", "--role", "enterprise", "--demo-keys"
    )  # fmt: skip
    assert added["directory_version"] == 2
    assert office.send("xyz", SUSPICION)["clause"] == "LC-10.1"


def test_an_agencys_lost_record_is_not_made_anew_by_adding_it_again(tmp_path: Path) -> None:
    office = make_office(tmp_path)
    (office.folder / "agencies/vnpt/record.sqlite").unlink()
    assert office.run("agency", "add", "vnpt", "--demo-keys").exit_code == 2
    assert not (office.folder / "agencies/vnpt/record.sqlite").exists()


def test_the_handbook_names_every_command() -> None:
    handbook = (Path(__file__).resolve().parents[3] / "docs/cli.md").read_text("utf-8")
    groups = {("agency",), ("broker",), ("case",), ("directory",)}
    assert [path for path in PATHS if path not in groups and f"phoihop {' '.join(path)}" not in handbook] == []
