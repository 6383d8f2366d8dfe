"""Canonical JSON held against an independent implementation of RFC 8785, and the strict reader against any bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from events.canonical import MAX_INTEGER, canonical_json, parse_canonical
from events.errors import Malformed

keys = st.text(st.characters(max_codepoint=127), max_size=8)
scalars = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text(max_size=20)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5), max_leaves=20
)


@given(values)
@example('\x00\x08\x09\x0a\x0c\x0d\x1f\x7f\u2028\u2029"\\/é€\U0001f4a9')
@example({"é": 1, "a": 2, "A": 3, "": 4})
@example(MAX_INTEGER)
@example(-0)
def test_writes_what_rfc_8785_writes(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@given(values)
def test_reads_back_what_it_wrote(value: Any) -> None:
    assert parse_canonical(canonical_json(value)) == value


@given(values, st.sampled_from(["indent", "separators", "ascii", "unsorted"]))
def test_any_other_spelling_of_the_same_value_is_refused(value: Any, spelling: str) -> None:
    options: dict[str, dict[str, Any]] = {
        "indent": {"indent": 1, "sort_keys": True, "ensure_ascii": False},
        "separators": {"sort_keys": True, "ensure_ascii": False},
        "ascii": {"separators": (",", ":"), "sort_keys": True},
        "unsorted": {"separators": (",", ":"), "ensure_ascii": False},
    }
    other = json.dumps(value, **options[spelling]).encode()
    if other == canonical_json(value):
        assert parse_canonical(other) == value
    else:
        with pytest.raises(Malformed) as caught:
            parse_canonical(other)
        assert caught.value.reason == "not-canonical"


@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:\\u0019ae-. \n', max_size=40).map(str.encode))
@example(b'{"a":1,"a":1}')
@example(b"1e0")
@example(b"-0")
@example(b"1.0")
@example(b"9007199254740992")
@example(b'"\\ud800"')
@example(b"\xed\xa0\x80")
@example(b"[" * 100_000)
def test_any_bytes_are_either_canonical_or_malformed(data: bytes) -> None:
    """Nothing else is raised, and what is accepted is exactly what the independent writer gives back."""
    reason = None
    value = None
    try:
        value = parse_canonical(data)
    except Malformed as error:
        reason = error.reason
    if reason is None:
        assert rfc8785.dumps(value) == data
    else:
        assert reason in {"json", "number", "duplicate-key", "not-canonical"}
