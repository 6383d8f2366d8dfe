"""Every `--json` document against its published schema, as real commands print it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.unit.cli.commands import every_command
from tests.unit.cli.office import FOCAL, OPENING, SHARED, SUSPICION, Office, make_office, wait_for

SCHEMAS = Path(__file__).resolve().parents[2] / "services/cli/schemas"
OF_COMMAND = {
    "audit export": "audit-export", "audit verify": "audit-verify", "audit replay": "audit-replay",
    "audit who-told": "audit-who-told", "audit who-knew": "audit-who-knew", "audit silences": "audit-silences",
    "audit timeline": "audit-timeline", "audit compare": "audit-compare",
    "demo": "demo", "init": "init", "agency add": "agency-change", "agency revoke": "agency-change",
    "agency renew": "agency-change",
    "agency recover": "agency-recover", "agency inherit": "agency-inherit",
    "delegate grant": "signed", "delegate end": "signed", "delegate list": "delegate-list",
    "account add": "account-change", "account password": "account-change", "account disable": "account-change",
    "account list": "account-list", "token add": "token-add", "token list": "token-list",
    "token revoke": "token-revoke",
    "emergency": "signed", "informant add": "informant-add", "informant show": "informant-show",
    "directory show": "directory-show",
    "directory succeed": "directory-succeed", "draft": "draft", "sign": "signed",
    "attach": "attach", "attachments": "attachments", "lookup": "lookup",
    "send": "signed", "inbox": "inbox", "inbox retry": "inbox-retry", "cases": "cases", "case show": "case-show",
    "ledger": "ledger", "obligations": "obligations", "focal": "focal", "report due": "report-due",
    "report draft": "report-draft", "report consolidate": "report-draft", "status": "status",
    "rebuild": "rebuild", "backup": "backup", "auditor status": "auditor-status",
    "log status": "log-status", "log alarms": "log-alarms", "log accept": "log-accept", "audit open": "audit-open",
    "bench": "bench", "version": "version",
    "regulations coverage": "regulations-coverage", "regulations show": "regulations-show", "may": "may",
}  # fmt: skip
GROUPS = {
    "account", "token", "agency", "audit", "auditor", "broker", "case", "delegate", "directory", "informant", "log",
    "report", "regulations",
}  # fmt: skip


def schema(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    return loaded


def check(name: str, document: Any) -> Any:
    Draft202012Validator(schema(name)).validate(document)
    return document


def test_every_command_with_json_has_a_schema_and_every_schema_a_command() -> None:
    with_json = {
        " ".join(path)
        for path, command in every_command()
        if any(param.name == "json" for param in command.params)
    } - GROUPS  # fmt: skip
    assert with_json == set(OF_COMMAND)
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(OF_COMMAND.values()) | {"error"}


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_schemas_are_schemas_and_named_alike(path: Path) -> None:
    loaded = schema(path.stem)
    Draft202012Validator.check_schema(loaded)
    assert loaded["$id"] == f"urn:phoihop:cli:{path.stem}"
    assert loaded["description"]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A document of each kind, from real commands at a real network; those that need a broker are tested apart."""
    office = make_office(tmp_path_factory.mktemp("office"))
    office.send("vnpt", SUSPICION)
    office.json("agency", "add", "ppc", "--demo-keys")  # the consolidated report goes to it
    case = office.json("cases", "--as", "vnpt")["cases"][0]["case_id"]
    draft = office.json("draft", "--as", "vnpt", "-", stdin=json.dumps(SUSPICION))
    unlawful = SUSPICION | {"content": SUSPICION["content"] | {"attestation": False}}
    made = {
        "draft": draft,
        "draft unlawful": office.json("draft", "--as", "vnpt", "-", stdin=json.dumps(unlawful)),
        "inbox": office.json("inbox", "--as", "vnpt"),
        "inbox-retry": office.json("inbox", "retry", "--as", "vnpt"),
        "signed": office.json("sign", "--as", "vnpt", draft["draft"]),
        "cases": office.json("cases", "--as", "vnpt"),
        "case-show": office.json("case", "show", "--as", "vnpt", case),
        "ledger": office.json("ledger", "--as", "vnpt"),
        "obligations": office.json("obligations", "--as", "vnpt", "--at", "+3d"),
        "focal": designate(office),
        "delegate-list": delegate(office),
        "report-due": office.json("report", "due", "--as", "dic", "--at", "+180d"),
        "report-draft": office.json("report", "draft", "--as", "vnpt"),
        "report-draft consolidated": office.json("report", "consolidate", "--as", "dic"),
        "status": office.json("status", "--as", "vnpt"),
        "rebuild": office.json("rebuild", "--as", "vnpt"),
        "backup": office.json("backup", "--as", "vnpt", str(office.folder / "copy.sqlite")),
        "directory-show": office.json("directory", "show"),
        "version": office.json("version"),
        "attach": attach(office),
        "attachments": office.json("attachments", "--as", "vnpt"),
        "lookup": look_up(office),
        "agency-change": office.json("agency", "add", "viettel", "--demo-keys"),
        "error": json.loads(office.run("case", "show", "--as", "vnpt", "ffff", "--json").stderr),
        "error usage": json.loads(office.run("cases", "--json", "--bogus").stderr),
        "error unlawful": json.loads(
            office.run("send", "--as", "vnpt", "--json", "-", stdin=json.dumps(unlawful)).stderr
        ),
    }
    made["informant-add"] = office.json("informant", "add", "--as", "dic", "--by", "An", "-", stdin='{"name":"B"}')
    made["informant-show"] = office.json(
        "informant", "show", "--as", "dic", "--by", "An", made["informant-add"]["reference"]
    )
    secret = office.folder.with_name("password")
    secret.write_text("năm từ dễ nhớ mà khó đoán\n", "utf-8")
    secret.chmod(0o600)
    person = ("an.nguyen", "--password-file", str(secret))
    made["account-change"] = office.json(
        "account", "add", "--as", "dic", *person, "--full-name", "Nguyễn An", "--role", "head"
    )
    assert set(office.json("account", "password", "--as", "dic", *person)) < set(made["account-change"])
    made["account-list"] = office.json("account", "list", "--as", "dic")
    made["token-add"] = office.json("token", "add", "--as", "dic", "may-chu", "--until", "+30d")
    made["token-list"] = office.json("token", "list", "--as", "dic")
    made["token-revoke"] = office.json("token", "revoke", "--as", "dic", "may-chu")
    made["directory-succeed"] = office.json("directory", "succeed", "vnpt", "viettel", "--role", "enterprise")
    made["agency-inherit"] = office.json("agency", "inherit", "vnpt", "--as", "viettel")
    fresh = Office(office.folder.with_name("fresh"))
    made["init"] = fresh.json("init", "--province", "dak-lak", "--agencies", "dic,police", "--demo-keys")
    return made


def designate(office: Office) -> Any:
    """One of the police's, replaced by another: both are told to DIC."""
    first = office.send("police", FOCAL)
    office.send("police", FOCAL | {"content": FOCAL["content"] | {"unit": "Phòng mới", "replaces": first["event"]}})
    return office.json("focal", "--as", "police", "--all")


def delegate(office: Office) -> Any:
    """One that was ended before its time, and one in force."""
    signed = [
        office.json(
            "delegate", "grant", "deputy", "--as", "police", "--to", "dic", "--until", "+30d", "--type", "InfoShared",
            "--officer", "Lê Văn C", "Phó Giám đốc",
        )["signed"][0]
        for _ in range(2)
    ]  # fmt: skip
    office.json("delegate", "end", "--as", "police", signed[0]["event"])
    return office.json("delegate", "list", "--as", "police", "--all")


def attach(office: Office) -> Any:
    file = office.folder.with_name("scan.pdf")
    file.write_bytes(b"%PDF-1.7")
    kept = office.json("attach", "--as", "vnpt", str(file))
    office.send("vnpt", SHARED | {"content": SHARED["content"] | {"attachments": [kept["attachment"]]}})
    return kept


def look_up(office: Office) -> Any:
    """A look-up that nobody answers: no service runs. One that is answered stands in the tests of the command."""
    opened = office.send("police", OPENING)
    return office.json(
        "lookup", "--as", "police", "--case", opened["case"], "--agency", "vnpt", "--record", "parcel:EA123",
        "--purpose", "Xác minh", "--officer", "Lê Văn A", "--position", "Cán bộ",
    )  # fmt: skip


KINDS = [
    "draft", "draft unlawful", "inbox", "inbox-retry", "signed", "cases", "case-show", "ledger", "obligations", "focal",
    "delegate-list",
    "report-due", "report-draft", "report-draft consolidated",
    "status", "rebuild", "backup", "directory-show", "directory-succeed", "agency-inherit",
    "informant-add", "informant-show", "version", "account-change", "account-list", "token-add", "token-list",
    "token-revoke",
    "attach", "attachments", "lookup", "agency-change", "error",
    "error usage", "error unlawful", "init",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_documents_are_as_published(documents: dict[str, Any], kind: str) -> None:
    check(kind.partition(" ")[0], documents[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_notice_whatever_is_missing_or_added(documents: dict[str, Any], kind: str) -> None:
    """Each object's every member, taken out or renamed, must be noticed: else the schema promises nothing."""
    validator = Draft202012Validator(schema(kind.partition(" ")[0]))
    spared = {"unreceipted", "gaps"}  # maps by agency, whose keys are no members
    changes = 0
    for path, members in objects(documents[kind]):
        if path and path[-1] in spared:
            continue
        for name in members:
            broken = copy.deepcopy(documents[kind])
            place = broken
            for step in path:
                place = place[step]
            place[f"{name}_"] = place.pop(name)
            assert not validator.is_valid(broken), f"{path} {name}"
            changes += 1
    assert changes > 0


def objects(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
        for name, member in value.items():
            yield from objects(member, (*path, name))
    elif isinstance(value, list):
        for index, member in enumerate(value[:3]):
            yield from objects(member, (*path, index))


def test_refusals_name_the_clause_in_the_error_document(documents: dict[str, Any]) -> None:
    assert documents["error unlawful"]["error"]["clause"] == documents["draft unlawful"]["lawfulness"]["clause"]
    assert documents["error unlawful"]["error"]["exit_code"] == 1
    assert documents["error usage"]["error"]["exit_code"] == 2


@pytest.mark.broker
def test_documents_of_a_running_network(tmp_path: Path) -> None:
    office = make_office(tmp_path)
    office.environment["PHOIHOP_LANG"] = "en"
    copy_of_record = tmp_path / "copy.sqlite"
    with office.running("broker", "run", says="The broker runs at"):
        with office.running("agency", "run", "--as", "police", says=" runs, broker"):
            with office.running("agency", "run", "--as", "dic", says=" runs, broker"):
                office.json("backup", "--as", "dic", str(copy_of_record))
                office.send("dic", SHARED)
                wait_for(lambda: not office.json("status", "--as", "dic")["unreceipted"], "the receipt")
                check("ledger", office.json("ledger", "--as", "dic"))
                check("inbox", office.json("inbox", "--as", "police"))
                check("status", office.json("status", "--as", "police"))
            record = office.folder / "agencies/dic/record.sqlite"
            for file in record.parent.glob("record.sqlite*"):
                file.unlink()
            copy_of_record.rename(record)
            away = ("--without", "auditor", "--without", "vnpt")
            recovered = check("agency-recover", office.json("agency", "recover", "--as", "dic", *away))
            assert recovered["own_events"] >= 1
        assert office.send("dic", SHARED)["number"] == "02"
        revoked = check("agency-change", office.json("agency", "revoke", "police"))
        assert revoked["change"] == "revoked"
        renewed = check("agency-change", office.json("agency", "renew", "police", "--demo-keys"))
        assert renewed["change"] == "renewed"


@pytest.mark.broker
def test_the_demonstrations_verdict(tmp_path: Path) -> None:
    office = Office(tmp_path / "state")
    verdict = check("demo", office.json("demo", "--once", "--province", "dak-lak"))
    assert verdict["verified"] is True
    assert verdict["lost"] == 0
    assert verdict["refused"] > 0
    assert verdict["receipts"] == verdict["deliveries"]


@pytest.mark.broker
@pytest.mark.slow
def test_the_benchmarks_figures(tmp_path: Path) -> None:
    office = Office(tmp_path / "state")
    figures = office.process("bench", "--events", "1000", "--singles", "20", "--json")
    assert figures.returncode == 0, figures.stderr
    check("bench", json.loads(figures.stdout))
    check("bench", office.json("bench", "--seed", "50"))
    seeded = Office(tmp_path / "auditor").json("bench", "--seed", "300", "--seed-of", "auditor")
    assert check("bench", seeded)["deliveries"] >= 300


@pytest.mark.broker
@pytest.mark.slow
def test_the_figures_of_the_pages(tmp_path: Path) -> None:
    office = Office(tmp_path / "state")
    asked = ("bench", "--web", "--cases", "100", "--deliveries", "600", "--events", "5000", "--json")
    measured = office.process(*asked, timeout=280)
    assert measured.returncode == 0, measured.stderr
    figures = check("bench", json.loads(measured.stdout))
    assert figures["agency"]["cases"] == 101
    assert figures["auditor"]["deliveries"] >= 600
    live = figures["live"]
    assert live["marks"] >= live["rounds"] // 2 * 2 * live["live_pages"], "each page heard of something each time"
    assert figures["pages"] == len(figures["agency"]["pages"]) + len(figures["auditor"]["pages"])


@pytest.mark.slow
def test_the_figures_of_a_replay(tmp_path: Path) -> None:
    office = Office(tmp_path / "state")
    measured = check("bench", office.json("bench", "--audit", "--events", "500"))
    assert measured["verified"] is True
    assert measured["events"] >= 500
