"""A rule file with a wrong word, or a row against another, is refused and says which."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from events.errors import RulesInvalid
from events.regulation import regulations
from events.regulation.regulations import build_table, load_rules
from events.regulation.table import find_rows

ROW = {
    "clause": '"LC-10.1"', "type": '"SuspicionReported"', "kind": '"duty"', "senders": '["enterprise"]',
    "recipients": '["dic"]', "text_vi": '"Doanh nghiệp báo cáo."', "text_en": '"Enterprises report."',
}  # fmt: skip
HEAD = 'regulation = "lao-cai-29-2008"\nparty_clause = "LC-1.2"\n'


def table(*, head: str = HEAD, tail: str = "", **changes: str) -> object:
    row = "\n".join(f"{name} = {value}" for name, value in {**ROW, **changes}.items() if value)
    return build_table("lao-cai-29-2008", [("some.toml", f"{head}[[row]]\n{row}\n{tail}")])


def test_the_plain_row_loads() -> None:
    assert table()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"clause": '"LC-99"'}, "no clause 'LC-99'"),
        ({"clause": '"DL-10.3"'}, "no clause 'DL-10.3'"),
        ({"type": '"SuspicionWhispered"'}, "no event type 'SuspicionWhispered'"),
        ({"type": '"InfoWithheld"'}, "origin must say so"),
        ({"senders": '["radio"]'}, "unknown role 'radio'"),
        ({"senders": '["@nobody"]'}, "no group '@nobody'"),
        ({"senders": '["any", "dic"]'}, "`any` stands beside"),
        ({"senders": '["dic", "dic"]'}, "stands twice"),
        ({"senders": '["lead"]'}, 'need `case = "required"`'),
        ({"senders": "[]"}, "at least 1 item"),
        ({"case": '"required"'}, "which `status` allows it"),
        ({"case": '"required"', "status": '["ajar"]'}, "status ['ajar']"),
        ({"signatory": '"clerk"'}, "signatory"),
        ({"categories": '["arson"]'}, "unknown category 'arson'"),
        ({"kind": '"protocol"'}, "kind `protocol`"),
        ({"yields_to": '["LC-9.2"]'}, "yields to LC-9.2"),
        ({"yields_in_category_to": '["LC-9.2"]'}, "yields to LC-9.2"),
        ({"include": '[{ roles = ["ghost"] }]'}, "unknown role 'ghost'"),
        ({"conditions": '[{ check = "moon_is_full" }]'}, "no condition 'moon_is_full'"),
        ({"conditions": '[{ check = "attested", params = { loudly = true } }]'}, "no parameter loudly"),
        ({"conditions": '[{ check = "answers" }]'}, "needs parameter member, types"),
        ({"conditions": '[{ check = "kind_is", params = { allowed = "x" } }]'}, "parameter allowed is 'x'"),
        ({"conditions": '[{ check = "answers", params = { member = "x", types = ["Y"] } }]'}, "no event type Y"),
        ({"colour": '"red"'}, "colour"),
    ],
)
def test_a_wrong_word_is_named(changes: dict[str, str], problem: str) -> None:
    with pytest.raises(RulesInvalid) as caught:
        table(**changes)
    assert caught.value.file == "some.toml"
    assert caught.value.row != "-"
    assert problem in str(caught.value)


def forbidding(*words: str) -> str:
    """A `[[forbidden]]` of clause, type and roles."""
    clause, event_type, roles = words
    return (
        f'[[forbidden]]\nclause = "{clause}"\ntype = "{event_type}"\nroles = {roles}\n'
        'text_vi = "Không được phép."\ntext_en = "It may not be."\n'
    )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"include": '[{ roles = ["customs"] }]'}, "includes customs, whom it does not let anybody address"),
        ({"include": '[{ roles = ["any"] }]'}, "unknown role 'any'"),
        ({"outside": '["any"]'}, "unknown role 'any'"),
        ({"senders": '["auditor"]'}, "unknown role 'auditor'"),
        ({"recipients": '["auditor"]'}, "unknown role 'auditor'"),
        ({"addressed": '"all_parties"'}, "needs no case"),
        ({"case": '"new"', "status": '["open"]'}, "opens a case, and asks for the status"),
        ({"case": '"required"', "status": '["open", "open"]'}, "status 'open' stands twice"),
        ({"categories": "[]"}, "categories"),
        ({"categories": '["charge_theft", "charge_theft"]'}, "category 'charge_theft' stands twice"),
        (
            {"clause": '"LC-13.2"', "type": '"ReportSubmitted"', "categories": '["charge_theft"]'},
            "ReportSubmitted states no category",
        ),
        ({"yields_to": '["LC-10.1"]'}, "yields to its own clause"),
        ({"yields_in_category_to": '["LC-10.1"]'}, "about all: say `yields_to`"),
        ({"conditions": '[{ check = "attested" }, { check = "attested" }]'}, "condition attested stands twice"),
        ({"conditions": '[{ check = "attested", clause = "LC-99" }]'}, "no clause 'LC-99'"),
        ({"conditions": '[{ check = "attested", by = "chance" }]'}, "by"),
        (
            {"conditions": '[{ check = "answers", params = { member = "nope", types = ["InfoRequested"] } }]'},
            "member 'nope', which SuspicionReported does not have",
        ),
        ({"variant": '"b c"'}, "variant"),
        ({"text_vi": '"            "'}, "a sentence in one line"),
        ({"text_en": '"Enterprises\\u0000 report."'}, "a sentence in one line"),
        ({"clause": "", "type": '"EventReceived"', "kind": '"protocol"', "case": '"new"'}, "no case is judged"),
        ({"type": '"EventReceived"'}, "kind `protocol`"),
        ({"clause": ""}, "kind `protocol`"),
        ({"senders": '"enterprise"'}, "valid list"),
    ],
)
def test_a_row_that_cannot_be_meant_is_named(changes: dict[str, str], problem: str) -> None:
    test_a_wrong_word_is_named(changes, problem)


@pytest.mark.parametrize(
    ("head", "row", "problem"),
    [
        ('groups = { g = ["ghost"] }\n', "groups.g", "unknown role 'ghost'"),
        ('groups = { g = ["dic"], h = ["@g"] }\n', "groups.h", "unknown role '@g'"),
        ('signatory_clauses = { service = "LC-99" }\n', "signatory_clauses.service", "no clause 'LC-99'"),
        ('[[always]]\nclause = "LC-99"\ncheck = "attested"\n', "always 1 (LC-99/attested)", "no clause 'LC-99'"),
        (
            '[[always]]\nclause = "LC-2.4a"\ncheck = "attested"\ntypes = ["Nope"]\n',
            "always 1 (LC-2.4a/attested)", "no event type 'Nope'",
        ),
        (
            '[[always]]\nclause = "LC-2.4a"\ncheck = "moon"\ntypes = ["InfoShared"]\n',
            "always 1 (LC-2.4a/moon)", "no condition 'moon'",
        ),
    ],
)  # fmt: skip
def test_what_the_first_file_says_exists_though_no_row_uses_it(head: str, row: str, problem: str) -> None:
    with pytest.raises(RulesInvalid, match=re.escape(problem)) as caught:
        table(head=HEAD + head)
    assert (caught.value.file, caught.value.row) == ("some.toml", row)


@pytest.mark.parametrize(
    "said",
    [
        'party_clause = "LC-1.2"\n', 'signatory_clauses = { head = "LC-2.4b" }\n', 'groups = { g = ["dic"] }\n',
        '[[always]]\nclause = "LC-12.2"\ncheck = "attested"\n',
    ],
)  # fmt: skip
def test_what_would_hold_nowhere_in_a_later_file_is_refused(said: str) -> None:
    later = f'regulation = "lao-cai-29-2008"\n{said}'
    with pytest.raises(RulesInvalid, match="first file alone") as caught:
        build_table("lao-cai-29-2008", [("head.toml", GROUPED), ("part.toml", later)])
    assert (caught.value.file, caught.value.row) == ("part.toml", re.split(r"[ \[\]]+", said.lstrip("["))[0].strip())


def test_of_two_rows_of_a_clause_no_role_comes_under_both() -> None:
    again = "[[row]]\n" + "\n".join(f"{name} = {value}" for name, value in (ROW | {"variant": '"again"'}).items())
    with pytest.raises(RulesInvalid, match=r"LC-10\.1/SuspicionReported decides for them already") as caught:
        table(tail=again)
    assert caught.value.row == "LC-10.1/SuspicionReported/again"
    assert table(tail=again.replace('["enterprise"]', '["district"]'))


def test_two_clauses_do_not_give_way_to_each_other() -> None:
    one, other = (
        "[[row]]\n" + "\n".join(f"{name} = {value}" for name, value in {**ROW, **changes}.items()) + "\n"
        for changes in (
            {"clause": '"LC-9.2"', "senders": '["trade"]', "yields_to": '["LC-9.3"]'},
            {"clause": '"LC-9.3"', "senders": '["market", "trade"]', "yields_to": '["LC-9.2"]'},
        )
    )
    with pytest.raises(RulesInvalid, match="neither is left to trade"):
        table(tail=one + other)
    assert table(tail=one + other.replace('yields_to = ["LC-9.2"]', ""))


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("LC-10.3", "Nope", '["customs"]'), "no event type 'Nope'"),
        (("LC-10.3", "SuspensionOrdered", '["ghost"]'), "unknown role 'ghost'"),
        (("LC-10.3", "SuspensionOrdered", '["lead"]'), "unknown role 'lead'"),
        (("LC-10.3", "SuspensionOrdered", '["any", "dic"]'), "`any` stands beside"),
        (("LC-99", "SuspensionOrdered", '["customs"]'), "no clause 'LC-99'"),
        (("LC-2.6", "InfoWithheld", '["customs"]'), "never applies: LC-7.2b forbids it to the same role"),
        (("LC-10.3", "EventReceived", '["customs"]'), "forbidden to nobody"),
        (("LC-3.3", "InfoRequested", '["customs"]'), "contradicts row LC-3.3/InfoRequested, which lets whoever"),
    ],
)
def test_what_is_forbidden_exists_and_contradicts_nothing(words: tuple[str, str, str], problem: str) -> None:
    asked = {"clause": '"LC-3.3"', "type": '"InfoRequested"', "senders": '["lead"]', "case": '"required"'}
    row = "[[row]]\n" + "\n".join(f"{k} = {v}" for k, v in {**ROW, **asked, "status": '["open"]'}.items()) + "\n"
    tail = row + forbidding("LC-7.2b", "InfoWithheld", '["customs", "dic"]')
    assert table(tail=tail + forbidding("LC-2.6", "InfoWithheld", '["any"]'))
    with pytest.raises(RulesInvalid, match=re.escape(problem)) as caught:
        table(tail=tail + forbidding(*words))
    assert caught.value.row == f"forbidden {words[0]}/{words[1]}"


def test_a_file_in_another_encoding_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("lao-cai-29-2008.toml", "protocol.toml"):
        (tmp_path / name).write_bytes('regulation = "lao-cai-29-2008" # Lào Cai'.encode("latin-1"))
    monkeypatch.setattr(regulations, "_RULES", tmp_path)
    with pytest.raises(RulesInvalid, match=r"lao-cai-29-2008\.toml: not UTF-8"):
        load_rules.__wrapped__("lao-cai-29-2008")


def test_a_row_stands_once() -> None:
    twice = "[[row]]\n" + "\n".join(f"{name} = {value}" for name, value in ROW.items())
    with pytest.raises(RulesInvalid, match="stands twice"):
        table(tail=twice)


def test_what_a_row_allows_is_not_forbidden() -> None:
    tail = (
        '[[forbidden]]\nclause = "LC-10.1"\ntype = "SuspicionReported"\nroles = ["enterprise"]\n'
        'text_vi = "Không được phép."\ntext_en = "It may not be."\n'
    )
    with pytest.raises(RulesInvalid, match=r"contradicts row LC-10\.1/SuspicionReported"):
        table(tail=tail)


def test_not_toml_and_not_a_regulation() -> None:
    with pytest.raises(RulesInvalid, match="not TOML"):
        build_table("lao-cai-29-2008", [("some.toml", "[[row")])
    with pytest.raises(RulesInvalid, match=r"no such regulation"):
        load_rules("ha-noi-1-2000")


def test_the_most_special_row_comes_first() -> None:
    rules = load_rules("lao-cai-29-2008")
    found = [row.clause for row in find_rows(rules, "SuspicionReported", {"enterprise"})]
    assert found == ["LC-10.1"]  # LC-6.1 gives way
    found = [row.clause for row in find_rows(rules, "SuspicionReported", {"customs"})]
    assert found == ["LC-12.1", "LC-6.1", "LC-2.4a", "LC-4.1a", "LC-12.2"]  # the named first, the general last
    assert find_rows(load_rules("dak-lak-39-2010"), "SuspensionOrdered", {"police"}) == ()


PART = """regulation = "lao-cai-29-2008"
[[row]]
clause = "LC-6.1"
type = "SuspicionReported"
kind = "duty"
senders = ["@reporters"]
recipients = ["dic"]
text_vi = "Nơi báo cáo gửi Sở."
text_en = "They report to DIC."
"""
GROUPED = HEAD + 'groups = { reporters = ["district"] }\n[[row]]\n' + "\n".join(f"{k} = {v}" for k, v in ROW.items())


def test_what_the_first_file_says_holds_in_the_others() -> None:
    rules = build_table("lao-cai-29-2008", [("head.toml", GROUPED), ("part.toml", PART)])
    assert rules.row("LC-6.1/SuspicionReported").sender_roles == frozenset({"district"})


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        (PART.replace("@reporters", "@strangers"), "no group '@strangers'"),
        (PART + 'conditions = [{ check = "jointly_with", params = { roles = ["polis"] } }]\n', "no role polis"),
        (PART + 'outside = ["radio"]\n', "unknown role 'radio'"),
        (PART.replace("LC-6.1", "LC-10.1"), "stands twice"),
        (
            PART + '[[forbidden]]\nclause = "LC-10.1"\ntype = "SuspicionReported"\nroles = ["enterprise"]\n'
            'text_vi = "Không được phép."\ntext_en = "It may not be."\n',
            "contradicts row LC-10.1/SuspicionReported",
        ),
    ],
)
def test_a_fault_in_a_later_file_names_that_file(part: str, problem: str) -> None:
    with pytest.raises(RulesInvalid, match=re.escape(problem)) as caught:
        build_table("lao-cai-29-2008", [("head.toml", GROUPED), ("part.toml", part)])
    assert caught.value.file == "part.toml"
