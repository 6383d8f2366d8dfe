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
        ("regulations show lao-cai --clause 10.9", "LC-10.3"),
    ],
)
def test_an_unknown_word_is_usage_and_the_known_are_named(call: Any, words: str, known: str) -> None:
    code, _, err = call(*words.split())
    assert code == 2
    assert known in err
