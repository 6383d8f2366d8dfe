from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.cli.office import SHARED, SUSPICION, Office


def draft(office: Office, agency: str, members: dict[str, Any], *more: str) -> dict[str, Any]:
    made: dict[str, Any] = office.json("draft", "--as", agency, *more, "-", stdin=json.dumps(members))
    return made


def changed(members: dict[str, Any], **content: Any) -> dict[str, Any]:
    return members | {"content": members["content"] | content}


def test_a_draft_says_by_which_clause_it_may_be_sent(office: Office) -> None:
    made = draft(office, "vnpt", SUSPICION)
    assert made["lawfulness"] == {
        "lawful": True, "clause": "LC-10.1", "role": "enterprise", "reason": None,
        "explanation_vi": None, "explanation_en": None,
    }  # fmt: skip
    assert made["state"] == "open"
    assert office.json("status", "--as", "vnpt")["outgoing_number"] == 0


def test_an_unlawful_draft_is_kept_and_says_what_stands_against_it(office: Office) -> None:
    made = draft(office, "vnpt", changed(SUSPICION, attestation=False))
    assert made["draft"]
    assert made["lawfulness"]["lawful"] is False
    assert made["lawfulness"]["clause"]
    assert made["lawfulness"]["explanation_vi"] != made["lawfulness"]["explanation_en"]
    refused = office.run("sign", "--as", "vnpt", made["draft"])
    assert refused.exit_code == 1
    assert made["lawfulness"]["clause"] in refused.stderr
    assert made["lawfulness"]["explanation_vi"][:40] in refused.stderr
    assert office.json("status", "--as", "vnpt")["outgoing_number"] == 0


def test_check_keeps_nothing_and_tells_by_its_exit_code(office: Office) -> None:
    lawful = office.run("draft", "--as", "vnpt", "--check", "-", stdin=json.dumps(SUSPICION))
    unlawful = office.run(
        "draft", "--as", "vnpt", "--check", "-", stdin=json.dumps(changed(SUSPICION, attestation=False))
    )
    assert (lawful.exit_code, unlawful.exit_code) == (0, 1)
    assert office.json("inbox", "--as", "vnpt", "--drafts")["drafts"] == []


def test_drafts_are_signed_by_the_beginning_of_their_id_all_or_none(office: Office) -> None:
    first = draft(office, "vnpt", SUSPICION)["draft"]
    second = draft(office, "vnpt", SUSPICION)["draft"]
    bad = draft(office, "vnpt", changed(SUSPICION, attestation=False))["draft"]
    assert office.run("sign", "--as", "vnpt", first, bad).exit_code == 1
    assert len(office.json("inbox", "--as", "vnpt", "--drafts")["drafts"]) == 3
    signed = office.json("sign", "--as", "vnpt", first[:-4], second)["signed"]
    assert [one["number"] for one in signed] == ["01", "02"]
    assert [one["draft"] for one in signed] == [first, second]
    assert [r["count"] for one in signed for r in one["recipients"]] == [1, 1, 2, 2]
    again = office.run("sign", "--as", "vnpt", first)
    assert again.exit_code == 2
    assert "không còn mở" in again.stderr


def test_a_discarded_draft_is_gone(office: Office) -> None:
    made = draft(office, "vnpt", SUSPICION)["draft"]
    assert office.json("draft", "--as", "vnpt", "--discard", made)["state"] == "discarded"
    assert office.json("inbox", "--as", "vnpt", "--drafts")["drafts"] == []
    assert office.run("sign", "--as", "vnpt", made).exit_code == 2


def test_members_given_one_by_one_make_the_same_event(office: Office) -> None:
    content = SUSPICION["content"]
    settings = [f"{name}={text}" for name, text in content.items() if isinstance(text, str)]
    settings += [f"{name}:={json.dumps(value)}" for name, value in content.items() if not isinstance(value, str)]
    arguments = [part for setting in settings for part in ("--set", setting)]
    signed = office.json("send", "--as", "vnpt", "--type", "SuspicionReported", "--to", "dic,police", *arguments)
    assert signed["signed"][0]["clause"] == "LC-10.1"
    ledger = office.json("ledger", "--as", "vnpt")["deliveries"]
    assert [row["recipient"] for row in ledger] == ["dic", "police"]


@pytest.mark.parametrize(
    ("setting", "why"),
    [("subject", "There is no ="), ("fields:=[", "not JSON"), ("=x", "There is no =")],
)
def test_a_setting_that_cannot_be_read(office: Office, setting: str, why: str) -> None:
    result = office.run(
        "draft", "--lang", "en", "--as", "vnpt", "--type", "InfoShared", "--to", "dic", "--set", setting
    )
    assert result.exit_code == 2
    assert why in result.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "a JSON object"),
        ('{"type":"Nonsense","recipients":["dic"],"content":{}}', "no event type"),
        ('{"type":"InfoShared","recipients":["dic"],"content":{}}', "title"),
        ('{"type":"InfoShared","recipients":["dic"],"content":{},"due":"soon"}', "no moment"),
        ('{"type":"InfoShared","recipients":["dic"],"content":{},"colour":"red"}', "colour"),
    ],
)
def test_a_draft_that_is_none_ends_with_1(office: Office, text: str, says: str) -> None:
    result = office.run("draft", "--lang", "en", "--as", "vnpt", "-", stdin=text)
    assert result.exit_code == 1, result.output
    assert says in result.stderr


def test_a_document_marked_mat_is_not_signed(office: Office) -> None:
    result = office.run("send", "--as", "dic", "-", stdin=json.dumps(changed(SHARED, secrecy="mat")))
    assert result.exit_code == 1, result.output
    assert "Mật" in result.stderr


def test_the_wrong_passphrase_signs_nothing_and_is_not_told(office: Office) -> None:
    office.passphrase_file.write_text("not the passphrase\n", "utf-8")
    result = office.run("send", "--as", "vnpt", "-", stdin=json.dumps(SUSPICION))
    assert result.exit_code == 3
    assert "Mật khẩu không đúng" in result.stderr
    assert "not the passphrase" not in result.output
    assert office.json("status", "--as", "vnpt")["position"] == 0


def test_without_terminal_and_file_it_says_where_a_passphrase_may_come_from(office: Office) -> None:
    office.environment["PHOIHOP_PASSPHRASE_FILE"] = ""
    result = office.run("send", "--as", "vnpt", "-", stdin=json.dumps(SUSPICION))
    assert result.exit_code == 2
    assert "PHOIHOP_PASSPHRASE_FILE" in result.stderr


def test_a_signatory_that_is_not_there(office: Office) -> None:
    result = office.run("send", "--as", "vnpt", "--signatory", "nobody", "-", stdin=json.dumps(SUSPICION))
    assert result.exit_code == 2
    assert "head, deputy, service" in result.stderr


def test_the_service_key_does_not_sign_what_wants_the_head(office: Office) -> None:
    result = office.run("send", "--as", "vnpt", "--signatory", "service", "-", stdin=json.dumps(SUSPICION))
    assert result.exit_code == 1, result.output


def test_ids_by_their_beginning(office: Office) -> None:
    case = office.send("vnpt", SUSPICION)["case"]
    assert office.json("case", "show", "--as", "vnpt", case[:13])["case"]["case_id"] == case
    assert office.json("ledger", "--as", "vnpt", "--case", case[:20])["deliveries"][0]["case_id"] == case
    office.send("vnpt", SUSPICION)
    unclear = office.run("case", "show", "--as", "vnpt", case[:2])
    assert (unclear.exit_code, case in unclear.stderr) == (2, True)
    unknown = office.run("case", "show", "--as", "vnpt", "ffff")
    assert unknown.exit_code == 2
    assert "ffff" in unknown.stderr
