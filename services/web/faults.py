"""What is wrong with a field, a member or a parameter, in the reader's language: pydantic's own words are English.

A fault is named by pydantic's error type; where a text has a form of its own (a telephone number, a symbol), by that
form's pattern. The texts are the pages' table `fault`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from services.web.api.parameters import MOMENT_PATTERN
from services.web.texts import PageTexts, page_entries

PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        r"^ *[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$": "line",
        r"^[ \n\t]*[^\s\x00-\x1f\x7f][^\x00-\x08\x0b-\x1f\x7f]*$": "text",
        r"^[^\x00-\x08\x0b-\x1f\x7f]*$": "text",
        r"^[^\x00-\x1f\x7f]+$": "line",
        r"^[^\s./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]*$": "file_name",
        r"^[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*$": "media_type",
        r"^[0-9a-f]{64}$": "digest",
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "day",
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$": "instant",
        r"^[0-9]{1,9}[A-Za-z]?$": "document_number",
        r"^[0-9A-ZĐ][^\s\x00-\x1f\x7f]*$": "symbol",
        r"^[0-9]{1,9}[A-Za-z]?/[^\s\x00-\x1f\x7f]+$": "instrument",
        r"^[a-zđ][0-9]{0,2}$": "point",
        r"^[A-Z]{2}-[0-9A-Za-z.]{1,12}$": "clause",
        r"^[A-Za-z0-9ĐđÀ-ỹ][A-Za-z0-9ĐđÀ-ỹ./_:&+-]*$": "reference",
        r"^[A-Za-z0-9-]{4,64}$": "informant",
        r"^[^\s\x00-\x1f\x7f]+$": "no_blanks",
        r"^[A-Za-z0-9][A-Za-z0-9._-]*$": "item",
        r"^\+[1-9][0-9]{6,14}$": "phone",
        r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$": "email",
        r"^https?://[^\s\x00-\x1f\x7f]+$": "address",
        r"^[a-z0-9-]{2,32}$": "choose",
        r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$": "choose",
        r"^[A-Z][A-Za-z]{2,63}$": "event_type",
        r"^(/([^~/\x00-\x1f\x7f]|~[01])*)+$": "pointer",
        MOMENT_PATTERN: "moment",
        r"^[0-9A-Za-z.-]{1,16}$": "clause",
        r"^[a-z_]{2,32}$": "choose",
    }
)
"""The form of a text → the key of what is said to somebody who wrote another."""


def fault_text(fault: Mapping[str, Any], lang: str) -> str:
    """One error of pydantic's `errors()` in words; an unknown one is at least said to be wrong."""
    limits: Mapping[str, Any] = fault.get("ctx", {})
    key = f"fault.{fault['type']}"
    if fault["type"] == "string_pattern_mismatch":
        key = f"fault.form.{PATTERNS.get(str(limits.get('pattern')), 'other')}"
    known = page_entries(lang)
    return PageTexts(lang)(key if key in known else "fault.other", **limits)
