from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.audit.logged_event import LoggedEvent
from events.canonical import canonical_json
from events.errors import Malformed
from services.evidence.line import PackagedEvent, format_line, parse_line
from services.evidence.manifest import Selection, parse_manifest
from tests.unit.evidence.tampering import unpack

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50)
HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=4).map(tuple)
INSTANTS = st.sampled_from(["2026-11-21T03:04:05.678Z", "2027-01-01T00:00:00.000Z"])
EVENTS = st.builds(
    PackagedEvent,
    st.builds(
        LoggedEvent, st.integers(0, 2**53 - 1), TEXTS.map(str.encode), TEXTS, st.none() | st.integers(1, 2**53 - 1),
        st.none() | INSTANTS, st.none() | TEXTS.map(str.encode),
    ),
    st.none() | st.lists(HASHES, max_size=3).map(tuple),
)  # fmt: skip


@given(EVENTS)
def test_a_line_is_read_as_it_was_written(event: PackagedEvent) -> None:
    line = format_line(event)
    assert line.count(b"\n") == 1
    assert parse_line(line[:-1]) == event


@given(EVENTS, st.data())
def test_another_spelling_of_a_line_is_refused_or_is_that_line(event: PackagedEvent, data: st.DataObject) -> None:
    line = bytearray(format_line(event)[:-1])
    line[data.draw(st.integers(0, len(line) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        read = parse_line(bytes(line))
    except Malformed:
        return
    assert format_line(read)[:-1] == bytes(line)


@pytest.mark.parametrize(
    "change",
    [
        {"first_index": -1}, {"first_index": "1"}, {"first_index": True}, {"envelope": 1}, {"proofs": "x"},
        {"proofs": [["x"]]}, {"proofs": [[1]]}, {"proofs": [["AAAA"]]}, {"stored_at": "2026"}, {"stream_sequence": 0},
        {"more": 1}, {"data": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_line_with_other_members_is_refused(change: dict[str, Any]) -> None:
    line = {"envelope": "{}", "first_index": 0, "signature": "x"}
    parse_line(canonical_json(line))
    with pytest.raises(Malformed):
        parse_line(canonical_json(line | change))


@pytest.mark.parametrize(
    "members",
    [
        {"kind": "all", "case": "x"}, {"kind": "case"}, {"kind": "period", "since": "2026-11-21T03:04:05.678Z"},
        {"kind": "period", "since": "yesterday", "until": "today"}, {"kind": "some"},
    ],
    ids=str,
)  # fmt: skip
def test_a_selection_is_one_of_three(members: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Selection(**members)


def test_a_manifest_has_one_spelling(everything: Path) -> None:
    data = unpack(everything)["manifest.json"]
    assert parse_manifest(data).to_bytes() == data
    loose = json.dumps(json.loads(data)).encode() + b"\n"
    value = json.loads(data)
    others = [
        loose, data[:-1], data + b"\n", b"{}\n", b"[]\n", b"\xff\n",
        canonical_json(value | {"format": "phoihop-evidence/2"}) + b"\n",
        canonical_json(value | {"more": 1}) + b"\n",
        canonical_json(value | {"log": 1}) + b"\n",
        canonical_json({name: member for name, member in value.items() if name != "members"}) + b"\n",
    ]  # fmt: skip
    for other in others:
        with pytest.raises(Malformed):
            parse_manifest(other)
