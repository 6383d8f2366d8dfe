"""`phoihop emergency`: the head's notice by phone is a signed document at once, and its confirmation is owed."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.office import make_office

NOTICE = (
    "emergency", "--as", "police", "--told", "dic", "Lê Văn B", "Giám đốc", "--by", "Trần Văn C", "Giám đốc",
    "--category", "infrastructure_attack", "--field", "telecom", "--summary", "Cắt cáp quang",
    "--grounds", "Gây gián đoạn",
)  # fmt: skip


def test_a_notice_by_phone_is_recorded_and_its_confirmation_owed(tmp_path: Path) -> None:
    office = make_office(tmp_path)
    signed = office.json(*NOTICE)["signed"][0]
    assert (signed["type"], signed["clause"]) == ("EmergencyNoticeGiven", "LC-2.4b")
    owed = office.json("obligations", "--as", "police")["obligations"]
    assert [
        one["debtor"] for one in owed if one["event_id"] == signed["event"] and one["kind"].startswith("confirm")
    ] == ["police"]


def test_a_notice_of_what_is_yet_to_come_is_refused(tmp_path: Path) -> None:
    office = make_office(tmp_path)
    refused = office.run(*NOTICE, "--at", "+1h")
    assert refused.exit_code == 1
    assert office.json("ledger", "--as", "police")["deliveries"] == []
