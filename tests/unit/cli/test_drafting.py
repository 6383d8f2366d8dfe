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


def test_a_refusal_names_agencies_for_people_and_their_ids_for_programs(office: Office) -> None:
    to_one = json.dumps(SUSPICION | {"recipients": ["dic"]})
    for lang, name in (("vi", "Công an tỉnh Lào Cai"), ("en", "Police of Lào Cai province")):
        refused = office.run("send", "--as", "vnpt", "--lang", lang, "-", stdin=to_one)
        assert refused.exit_code == 1
        assert name in refused.stderr
        assert "police" not in refused.stderr
    told = json.loads(office.run("send", "--as", "vnpt", "--json", "-", stdin=to_one).stderr)["error"]
    assert "police" in told["why"]


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


def test_what_takes_an_event_up_takes_over_what_it_says_under_what_is_typed(office: Office) -> None:
    told = office.json("send", "--as", "police", "-", stdin=json.dumps(SUSPICION | {"recipients": ["dic"]}))
    event, found = told["signed"][0]["event"], "discovered_by_sender:=true"
    begun = ("draft", "--as", "police", "--type", "CaseOpened", "--from", event[:-4], "--set", found)
    made = office.json(*begun, "--set", "title=SIM box")
    assert made["lawfulness"]["clause"] == "LC-7.2a"
    kept = office.json("draft", "--as", "police", "--show", made["draft"])["members"]
    content, said = kept["content"], SUSPICION["content"]
    assert [content[name] for name in ("category", "fields", "summary")] == [
        said["category"], said["fields"], said["summary"],
    ]  # fmt: skip
    assert (content["title"], content["suspicions"]) == ("SIM box", [event])
    assert (kept["cause"], kept["recipients"]) == (event, ["dic"])


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


def test_an_edited_draft_keeps_what_no_option_names(office: Office) -> None:
    kept = draft(office, "vnpt", changed(SUSPICION, summary="Cũ"))["draft"]
    edited = office.json(
        "draft", "--as", "vnpt", "--edit", kept[:13], "--set", "summary=Mới", "--to", "dic", "--author", "binh"
    )
    assert (edited["draft"], edited["revision"], edited["recipients"]) == (kept, 2, ["dic"])
    shown = office.json("draft", "--as", "vnpt", "--show", kept)
    assert shown["members"]["content"] == SUSPICION["content"] | {"summary": "Mới"}
    assert [(step["step"], step["by"]) for step in shown["steps"]] == [("saved", "command-line"), ("edited", "binh")]
    assert shown["steps"][1]["changes"] == [
        {"path": "/content/summary", "before": "Cũ", "after": "Mới"},
        {"path": "/recipients/1", "before": "police", "after": None},
    ]
    [listed] = office.json("inbox", "--as", "vnpt", "--drafts")["drafts"]
    assert (listed["draft_id"], listed["revision"], listed["changed_by"]) == (kept, 2, "binh")


def test_a_file_replaces_a_draft_if_it_is_still_what_was_read(office: Office) -> None:
    kept = draft(office, "vnpt", SUSPICION)["draft"]
    file = json.dumps(changed(SUSPICION, summary="Từ tệp"))
    arguments = ("draft", "--as", "vnpt", "--edit", kept, "--revision", "1")
    assert office.json(*arguments, "-", stdin=file)["revision"] == 2
    late = office.run(*arguments, "-", stdin=json.dumps(SUSPICION))
    assert late.exit_code == 2
    assert "đã khác với lúc đọc" in late.stderr
    assert office.json("draft", "--as", "vnpt", "--show", kept)["members"]["content"]["summary"] == "Từ tệp"


def test_an_edition_that_is_only_checked_is_not_kept(office: Office) -> None:
    kept = draft(office, "vnpt", SUSPICION)["draft"]
    unlawful = office.run("draft", "--as", "vnpt", "--edit", kept, "--set", "attestation:=false", "--check")
    assert unlawful.exit_code == 1
    assert office.json("draft", "--as", "vnpt", "--show", kept)["revision"] == 1


def test_a_member_set_inside_an_object_leaves_what_stands_beside_it(office: Office) -> None:
    kept = draft(office, "vnpt", changed(SUSPICION, place={"address": "Trạm số 4", "commune": "Cốc Lếu"}))["draft"]
    office.json("draft", "--as", "vnpt", "--edit", kept, "--set", "place.address=Trạm số 5")
    shown = office.json("draft", "--as", "vnpt", "--show", kept)
    assert shown["members"]["content"]["place"] == {"address": "Trạm số 5", "commune": "Cốc Lếu"}


def test_a_kept_clause_that_stands_against_a_draft_gives_way_when_it_is_edited(office: Office) -> None:
    kept = draft(office, "vnpt", SUSPICION | {"clause": "LC-4.1a"})
    assert kept["lawfulness"]["lawful"] is False
    edit = ("draft", "--as", "vnpt", "--edit", kept["draft"], "--set")
    assert office.json(*edit, "summary=40 thuê bao")["lawfulness"]["clause"] == "LC-10.1"
    shown = office.json("draft", "--as", "vnpt", "--show", kept["draft"])
    assert {"path": "/clause", "before": "LC-4.1a", "after": None} in shown["steps"][1]["changes"]


def test_a_draft_is_sent_back_with_a_remark_and_signed_once_it_is_edited(office: Office) -> None:
    kept = draft(office, "vnpt", SUSPICION)["draft"]
    empty = office.run("draft", "--as", "vnpt", "--return", kept)
    assert empty.exit_code == 2
    assert "Chưa trả lại bản thảo" in empty.stderr
    back = office.json("draft", "--as", "vnpt", "--return", kept, "--remark", "Nêu số thuê bao", "--author", "duc")
    assert back == {"agency": "vnpt", "draft": kept, "revision": 2, "state": "returned"}
    refused = office.run("sign", "--as", "vnpt", kept)
    assert refused.exit_code == 2
    assert "đã bị trả lại" in refused.stderr
    listed = office.run("inbox", "--as", "vnpt", "--drafts")
    assert "bị trả lại" in listed.stdout
    assert "Nêu số thuê bao" in listed.stdout
    history = office.run("draft", "--as", "vnpt", "--show", kept)
    assert "Nêu số thuê bao" in history.stdout
    office.json("draft", "--as", "vnpt", "--edit", kept, "--set", "summary=40 thuê bao trả trước")
    assert office.json("sign", "--as", "vnpt", kept)["signed"][0]["draft"] == kept


def test_one_thing_is_done_to_a_draft_at_a_time(office: Office) -> None:
    kept = draft(office, "vnpt", SUSPICION)["draft"]
    for both in (("--edit", kept, "--discard", kept), ("--show", kept, "--return", kept)):
        assert office.run("draft", "--as", "vnpt", *both).exit_code == 2
    assert office.run("draft", "--as", "vnpt", "--edit", kept).exit_code == 2, "nothing to change was named"
    assert office.json("draft", "--as", "vnpt", "--show", kept)["revision"] == 1
