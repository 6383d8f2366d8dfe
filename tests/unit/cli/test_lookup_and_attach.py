"""`phoihop attach`, `attachments` and `lookup`, at services that run."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.unit.cli.office import OPENING, SHARED, Office, make_office, wait_for

SCHEMAS = Path(__file__).resolve().parents[3] / "services/cli/schemas"
RUNS = " runs, broker"
SIM = {"kind": "phone_number", "identifier": "+84915000417", "holder": "Nguyễn Văn Mẫu"}
ASKED = (
    "--agency", "vnpt", "--record", "subscriber:+84915000417", "--record", "parcel:EA123", "--purpose", "Xác minh SIM",
    "--officer", "Lê Văn A", "--position", "Cán bộ",
)  # fmt: skip


def check(name: str, document: Any) -> Any:
    Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))).validate(document)
    return document


def test_attach_keeps_the_file_for_its_owner_alone_and_prints_its_value(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "Biên bản.jpg"
    file.write_bytes(b"\xff\xd8" + bytes(1000))
    value = check("attach", office.json("attach", "--as", "vnpt", str(file)))["attachment"]
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    assert value == {"name": "Biên bản.jpg", "media_type": "image/jpeg", "size_bytes": 1002, "sha256": sha256}
    kept = office.folder / "agencies/vnpt/attachments" / sha256
    assert kept.read_bytes() == file.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("size_bytes", "name"), [(0, "a.bin"), (20 * 2**20 + 1, "a.bin"), (10, "../a.bin"), (None, "a.bin")]
)
def test_what_cannot_travel_is_not_kept(office: Office, tmp_path: Path, size_bytes: int | None, name: str) -> None:
    file = tmp_path / "file"
    if size_bytes is not None:
        file.write_bytes(bytes(size_bytes))
    result = office.run("attach", "--as", "vnpt", str(file), "--name", name, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stderr)["error"]["exit_code"] == 2
    folder = office.folder / "agencies/vnpt/attachments"
    assert not folder.exists() or not [p for p in folder.iterdir() if len(p.name) == 64]


def test_a_look_up_that_no_rule_allows_is_refused_with_the_clause(office: Office) -> None:
    case = office.send("police", OPENING)["case"]
    result = office.run("lookup", "--as", "vnpt", "--json", "--case", case, *ASKED)
    assert result.exit_code != 0  # VNPT holds no such case: nothing was delivered to it
    result = office.run("lookup", "--as", "police", "--json", "--case", case, "--agency", "auditor", *ASKED[2:])
    assert result.exit_code == 1
    assert json.loads(result.stderr)["error"]["clause"].startswith("LC-")
    for missing in ("--purpose", "--officer", "--position"):
        place = ASKED.index(missing)
        rest = (*ASKED[:place], *ASKED[place + 2 :])
        assert office.run("lookup", "--as", "police", "--case", case, *rest).exit_code == 2
    for unclear in ("parcel", "stamp:1", ":1"):
        assert office.run("lookup", "--as", "police", "--case", case, *ASKED, "--record", unclear).exit_code == 2


@pytest.mark.broker
def test_between_services_that_run(tmp_path: Path) -> None:
    office = make_office(tmp_path)
    office.environment["PHOIHOP_LANG"] = "en"
    file = tmp_path / "scan.bin"
    file.write_bytes(hashlib.shake_256(b"scan").digest(600_000))
    with (
        office.running("broker", "run", says="The broker runs at"),
        office.running("agency", "run", "--as", "police", says=RUNS),
        office.running("agency", "run", "--as", "vnpt", says=RUNS),
        office.running("agency", "run", "--as", "dic", says=RUNS),
    ):
        case = office.send("police", OPENING)["case"]
        wait_for(lambda: office.json("cases", "--as", "vnpt")["cases"], "the case at VNPT")
        wait_for(lambda: office.json("cases", "--as", "dic")["cases"], "the case at DIC")
        attachment = office.json("attach", "--as", "vnpt", str(file))["attachment"]
        content = SHARED["content"] | {
            "kind": "case_information", "subscribers": [SIM], "attachments": [attachment]
        }  # fmt: skip
        office.send("vnpt", SHARED | {"content": content, "case": case})

        def state_at(agency: str) -> Any:
            return check("attachments", office.json("attachments", "--as", agency))["attachments"]

        wait_for(lambda: state_at("vnpt") and state_at("vnpt")[0]["confirmed_by"] == ["police"], "the confirmation")
        (row,) = state_at("police")
        assert (row["state"], row["arrived_bytes"]) == ("here", 600_000)
        assert Path(row["path"]).read_bytes() == file.read_bytes()
        assert state_at("dic") == []

        # Longer than the test may take: the answer itself ends the wait.
        found = check("lookup", office.json("lookup", "--as", "dic", "--case", case, *ASKED, "--wait", "600"))
        subscriber, parcel = found["answer"]["results"]
        assert (subscriber["found"], subscriber["subscribers"]) == (True, [SIM])
        assert parcel == {"record": "k2", "found": False}
        again = office.json("lookup", "--as", "dic", "--request", found["request"][:13])
        assert again == found
        shown = office.run("lookup", "--as", "dic", "--request", found["request"]).stdout
        assert "Nguyễn Văn Mẫu" in shown

        def consultations() -> Any:
            return office.json("ledger", "--as", "police", "--type", "RecordConsulted")["deliveries"]

        wait_for(consultations, "the lead hears of the look-up")
        assert consultations()[0]["sender"] == "vnpt"


@pytest.mark.broker
@pytest.mark.clause("LC-6.3")
def test_the_receipt_of_a_dossier_is_drafted_when_its_file_has_arrived(tmp_path: Path) -> None:
    office = make_office(tmp_path)
    file = tmp_path / "scan.bin"
    file.write_bytes(hashlib.shake_256(b"dossier").digest(600_000))
    with (
        office.running("broker", "run", says="nats://"),
        office.running("agency", "run", "--as", "dic", says="nats://"),
        office.running("agency", "run", "--as", "police", says="nats://"),
    ):
        opening = OPENING["content"] | {
            "participants": ["police"], "category": "information_security", "discovered_by_sender": False,
        }  # fmt: skip
        case = office.send("dic", OPENING | {"recipients": ["police"], "content": opening})["case"]
        attachment = office.json("attach", "--as", "dic", str(file))["attachment"]
        item = {"id": "d1", "kind": "document", "title": "Ảnh đĩa", "sha256": attachment["sha256"]}
        content = {
            "subject": "Chuyển hồ sơ", "to": "police", "items": [item], "reason": "Có dấu hiệu tội phạm",
            "passes_lead": True, "attachments": [attachment],
        }  # fmt: skip
        office.send("dic", {"type": "DossierTransferred", "recipients": ["police"], "case": case, "content": content})

        def drafts() -> Any:
            return office.json("inbox", "--as", "police", "--drafts")["drafts"]

        wait_for(drafts, "the draft of the receipt")
        (draft,) = drafts()
        assert (draft["event_type"], draft["author"]) == ("DossierReceived", "policy:dossier-receipts")
        (signed,) = office.json("sign", "--as", "police", draft["draft_id"])["signed"]
        assert (signed["type"], signed["clause"]) == ("DossierReceived", "LC-6.3")
        wait_for(lambda: office.json("cases", "--as", "dic", "--lead", "police")["cases"], "the lead has passed")
