"""`phoihop regulations` and `phoihop may`: the rule tables in words, in both languages, and their exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from events.regulation.vocabulary import REGULATIONS, clauses
from services.cli.main import root

SCHEMAS = Path(__file__).resolve().parents[3] / "services/cli/schemas"


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Any:
    def calling(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            root.main(list(arguments))
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return calling


def checked(schema: str, text: str) -> Any:
    document = json.loads(text)
    Draft202012Validator(json.loads((SCHEMAS / f"{schema}.json").read_text("utf-8"))).validate(document)
    return document


def test_coverage_lists_every_clause_and_none_is_empty(call: Any) -> None:
    code, out, _ = call("regulations", "coverage", "--json")
    listed = checked("regulations-coverage", out)
    assert code == 0
    assert [entry["clause"] for entry in listed] == [clause for each in REGULATIONS for clause in clauses(each)]
    assert [entry["clause"] for entry in listed if not entry["scenarios"] and not entry["enforced_by"]] == []
    assert next(entry for entry in listed if entry["clause"] == "LC-14.1")["enforced_by"] == ["not-a-message"]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("province", ["lao-cai", "dak-lak"])
def test_every_clause_is_explained_in_both_languages(call: Any, province: str, lang: str) -> None:
    code, out, _ = call("regulations", "show", province, "--lang", lang, "--json")
    document = checked("regulations-show", out)
    assert code == 0
    for clause in document["clauses"]:
        texts = [part["text"] for name in ("rules", "forbidden", "enforced_by") for part in clause[name]]
        assert texts, clause["clause"]


def test_a_clause_tells_the_text_from_what_is_added(call: Any) -> None:
    _, out, _ = call("regulations", "show", "dak-lak", "--clause", "10.3")
    assert "Công an tỉnh" in out
    assert "Quy chế: lĩnh vực" in out
    assert "Bổ sung: không mang dấu độ mật" in out
    _, out, _ = call("regulations", "show", "lao-cai", "--clause", "LC-2.4a", "--lang", "en")
    assert "(our addition) An event is recalled" in out


@pytest.mark.parametrize(
    ("question", "code", "clause"),
    [
        ("police InfoWithheld customs --province lao-cai", 0, "LC-7.2b"),
        ("customs InfoWithheld police --province lao-cai", 1, "LC-7.2b"),
        ("police InfoWithheld customs --province dak-lak", 1, "DL-11.1"),
        ("police SuspensionOrdered enterprise --province lao-cai", 0, "LC-10.3"),
        ("customs SuspensionOrdered enterprise --province lao-cai", 1, "LC-10.3"),
        ("police SuspensionOrdered enterprise --province dak-lak", 1, "DL-10.4b"),
        ("enterprise SuspicionReported dic --province lao-cai", 0, "LC-10.1"),
        ("dic DirectionIssued police --province dak-lak", 1, "DL-4.1"),
    ],
)
def test_may_answers_with_the_clause(call: Any, question: str, code: int, clause: str) -> None:
    ended, out, _ = call("may", *question.split(), "--json")
    document = checked("may", out)
    assert (ended, document["allowed"], document["clause"]) == (code, code == 0, clause)
    ended, out, _ = call("may", *question.split())
    assert (ended, clause in out) == (code, True)


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("may polis InfoWithheld customs --province lao-cai", "police"),
        ("may police InfoWitheld customs --province lao-cai", "InfoWithheld"),
        ("may police InfoWithheld customs --province ha-noi", "lao-cai"),
        ("may police InfoShared infowitheld --province lao-cai", "enterprise"),
        ("may police customs dic --province lao-cai", "SuspicionReported"),
        ("may poli InfoWithheld customs --province dak-lak", "police"),
        ("regulations show lao-cai --clause 10.9", "LC-10.3"),
        ("regulations show lao-cai --clause 99", "LC-10.3"),
        ("regulations show lao-cai --clause DL-10.3", "phoihop regulations show dak-lak --clause DL-10.3"),
        ("regulations show dak-lak --clause lc-2.4a", "phoihop regulations show lao-cai --clause LC-2.4a"),
        ("regulations show hanoi --clause 10.3", "dak-lak"),
        ("may vnpt SuspicionReported dic --province lao-cai", "enterprise"),
        ("may khcn InfoShared dic --province dak-lak", "department"),
    ],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_unknown_word_is_usage_and_the_known_are_named(call: Any, words: str, known: str, lang: str) -> None:
    code, _, err = call(*words.split(), "--lang", lang)
    assert code == 2
    assert known in err


@pytest.mark.parametrize(
    ("province", "typed", "shown"),
    [
        ("lao-cai", "lc-10.3", ["LC-10.3"]),
        ("Lào Cai", "10.3", ["LC-10.3"]),
        ("lao-cai-29-2008", "2.4", ["LC-2.4a", "LC-2.4b"]),
        ("LAO-CAI", "2.4B", ["LC-2.4b"]),
        ("dak-lak", "khoản 3 Điều 10", ["DL-10.3"]),
        ("Đắk Lắk", "điểm b khoản 4 Điều 10", ["DL-10.4b"]),
        ("daklak", "điều 12", ["DL-12.1a", "DL-12.1b", "DL-12.2"]),
        ("dak-lak", "1", ["DL-1"]),
        ("dak-lak", "12.1", ["DL-12.1a", "DL-12.1b"]),
    ],
)
def test_a_clause_may_be_typed_as_a_clerk_cites_it(call: Any, province: str, typed: str, shown: list[str]) -> None:
    code, out, err = call("regulations", "show", province, "--clause", typed, "--json")
    assert code == 0, err
    assert [clause["clause"] for clause in json.loads(out)["clauses"]] == shown


def test_an_article_is_all_its_clauses_and_no_others(call: Any) -> None:
    _, out, _ = call("regulations", "show", "lao-cai", "--clause", "1", "--json")
    assert [clause["clause"] for clause in json.loads(out)["clauses"]] == ["LC-1.1", "LC-1.2"]


def test_a_role_may_be_typed_by_its_name_and_the_document_has_the_words_of_the_data(call: Any) -> None:
    question = ("Công an tỉnh", "infowithheld", "provincial customs department", "--province", "Lào Cai")
    code, out, _ = call("may", *question, "--json")
    document = checked("may", out)
    assert (code, document["sender"], document["event"]) == (0, "police", "InfoWithheld")
    assert document["recipient"] == "customs"


@pytest.mark.parametrize("question", ["auditor InfoShared dic", "dic InfoShared auditor", "radio InfoShared dic"])
def test_whom_the_regulation_does_not_name_may_nothing_and_is_told_nothing(call: Any, question: str) -> None:
    code, out, _ = call("may", *question.split(), "--province", "lao-cai", "--json")
    assert (code, json.loads(out)["clause"]) == (1, "LC-1.2")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_protocol_message_is_the_systems(call: Any, lang: str) -> None:
    code, out, _ = call("may", "enterprise", "EventReceived", "auditor", "--province", "dak-lak", "--lang", lang)
    assert code == 0
    assert {"vi": "giao thức của hệ thống", "en": "the system's protocol"}[lang] in out


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("province", ["lao-cai", "dak-lak"])
def test_what_is_shown_fits_100_columns(call: Any, province: str, lang: str) -> None:
    _, out, _ = call("regulations", "show", province, "--lang", lang)
    assert max(map(len, out.splitlines())) <= 100
