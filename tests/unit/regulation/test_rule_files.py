"""A rule file with a wrong word, or a row against another, is refused and says which."""

from __future__ import annotations

import re

import pytest

from events.errors import RulesInvalid
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
        ({"origin": '"ours"'}, "origin must say so"),
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
