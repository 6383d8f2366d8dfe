r"""Canonical JSON as RFC 8785 has it, for the subset that travels here, and its strict reader.

The subset: objects whose keys are ASCII, arrays, strings, booleans, null, and integers within ±(2^53 - 1). No
floating-point numbers: amounts travel as integers in a named unit. On this subset orjson, told to sort keys, emits
exactly the bytes of RFC 8785; a property test holds it against an independent implementation.

>>> canonical_json({"b": 1, "a": "é"})
b'{"a":"\xc3\xa9","b":1}'
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

import orjson

from events.errors import Malformed

JSON = Any
"""A parsed JSON value of the subset above."""

MAX_INTEGER = 2**53 - 1
"""The largest magnitude that every JSON reader keeps exactly (RFC 8785 section 3.2.2.3)."""

_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_PASSTHROUGH_DATACLASS
_CANONICAL |= orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS


def canonical_json(value: JSON) -> bytes:
    """The canonical bytes of a value of the subset.

    Raises `Malformed` for a lone surrogate or a value that JSON cannot hold.
    """
    try:
        return orjson.dumps(value, option=_CANONICAL)
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed("json", f"value cannot be written as JSON: {error}") from error


def parse_canonical(data: bytes) -> JSON:
    """Read bytes that must be exactly what `canonical_json` writes; anything else raises `Malformed` and says why."""
    value = parse_json(data)
    if canonical_json(value) != data:
        raise _why_not_canonical(data)
    return value


def parse_canonical_texts(data: bytes) -> dict[str, str]:
    """As `parse_canonical`, for one flat object whose members are all texts that are not empty: an envelope."""
    try:
        value: Any = orjson.loads(data)
        if isinstance(value, dict) and _all_texts(value) and orjson.dumps(value, option=_CANONICAL) == data:
            return value
    except ValueError:
        value = None
    # Only the failing path pays for a slower reading that can name the fault.
    members = parse_canonical(data)
    if not isinstance(members, dict):
        raise Malformed("cloudevents", "an envelope is a JSON object of CloudEvents attributes")
    name = next(name for name, text in members.items() if not isinstance(text, str) or not text)
    raise Malformed("cloudevents", f"attribute {name[:40]!r} must be a string that is not empty")


def _all_texts(members: dict[str, Any]) -> bool:
    return all(type(text) is str and text for text in members.values())


def parse_json(data: bytes) -> JSON:
    """Read JSON of the subset, canonical or not; raises `Malformed`. The caller compares with what it would write."""
    try:
        return _decode(data.decode("utf-8"))
    except Malformed:
        raise
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Malformed("json", f"not JSON in UTF-8: {error}") from error


def _no_float(text: str) -> NoReturn:
    raise Malformed("number", f"number {text[:40]} is not an integer; amounts travel as integers in a named unit")


def _integer(text: str) -> int:
    if len(text) > 17 or not -MAX_INTEGER <= (number := int(text)) <= MAX_INTEGER:
        raise Malformed("number", f"integer {text[:40]} is beyond ±(2^53 - 1)")
    return number


_decode = json.JSONDecoder(parse_float=_no_float, parse_int=_integer, parse_constant=_no_float).decode


def _no_repeated_key(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    for key, value in pairs:
        if key in found:
            raise Malformed("duplicate-key", f"key {key[:60]!r} stands twice in one object")
        found[key] = value
    return found


def _why_not_canonical(data: bytes) -> Malformed:
    # Only the failing path pays for a second, slower reading that can name a repeated key.
    try:
        json.loads(data, object_pairs_hook=_no_repeated_key)
    except Malformed as error:
        return error
    return Malformed(
        "not-canonical", "JSON is not in canonical form (RFC 8785): keys sorted, no blanks, shortest escapes"
    )
