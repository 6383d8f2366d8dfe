"""The names that travel: agencies, provinces, event types, and the URNs and key ids made of them.

| name | form | example |
| --- | --- | --- |
| agency, province | `[a-z0-9-]{2,32}` | `police`, `lao-cai` |
| event type | CamelCase, ASCII | `SuspicionReported` |
| CloudEvents `type` | `vn.phoihop.<EventType>.v<N>` | `vn.phoihop.SuspicionReported.v1` |
| CloudEvents `source` | `urn:phoihop:<province>:<agency>` | `urn:phoihop:lao-cai:vnpt` |
| CloudEvents `dataschema` | `urn:phoihop:schema:<EventType>:<N>` | `urn:phoihop:schema:SuspicionReported:1` |
| `kid` | `<province>/<agency>/<signatory>/<16 of the RFC 7638 thumbprint>` | `lao-cai/vnpt/head/3Tq0…` |
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from events.errors import InvalidValue

SLUG = r"[a-z0-9-]{2,32}"
_SLUG = re.compile(SLUG)
_EVENT_TYPE = re.compile(r"[A-Z][A-Za-z]{2,63}")
_CE_TYPE = re.compile(r"vn\.phoihop\.([A-Z][A-Za-z]{2,63})\.v([1-9][0-9]{0,3})")
_SOURCE = re.compile(rf"urn:phoihop:({SLUG}):({SLUG})")
_KID = re.compile(rf"({SLUG})/({SLUG})/({SLUG})/([A-Za-z0-9_-]{{16}})")


class Source(NamedTuple):
    """Who speaks: an agency of a province."""

    province: str
    agency: str


class KeyId(NamedTuple):
    """The parts of a `kid`; `thumbprint` is the first 16 characters of the RFC 7638 SHA-256 thumbprint."""

    province: str
    agency: str
    signatory: str
    thumbprint: str


def check_slug(text: str, what: str = "name") -> str:
    """The text itself if it is a slug; raises `InvalidValue`, naming `what` it should have been."""
    if not _SLUG.fullmatch(text):
        raise InvalidValue(f"{what} {text[:60]!r} must be 2 to 32 of a-z, 0-9 and '-'")
    return text


def check_event_type(text: str) -> str:
    """The text itself if it is an event type's name; raises `InvalidValue` otherwise."""
    if not _EVENT_TYPE.fullmatch(text):
        raise InvalidValue(f"{text[:80]!r} is not the name of an event type")
    return text


def ce_type(event_type: str, version: int) -> str:
    """The CloudEvents `type` of an event type's version."""
    return f"vn.phoihop.{event_type}.v{version}"


@lru_cache(maxsize=1024)
def parse_ce_type(text: str) -> tuple[str, int]:
    """Event type and version of a CloudEvents `type`; raises `InvalidValue`."""
    if not (match := _CE_TYPE.fullmatch(text)):
        raise InvalidValue(f"type {text[:80]!r} is not of the form vn.phoihop.<EventType>.v<N>")
    return match[1], int(match[2])


def source_urn(province: str, agency: str) -> str:
    """The CloudEvents `source` of an agency."""
    return f"urn:phoihop:{province}:{agency}"


@lru_cache(maxsize=4096)
def parse_source(text: str) -> Source:
    """Province and agency of a CloudEvents `source`; raises `InvalidValue`."""
    if not (match := _SOURCE.fullmatch(text)):
        raise InvalidValue(f"source {text[:80]!r} is not of the form urn:phoihop:<province>:<agency>")
    return Source(match[1], match[2])


def dataschema(event_type: str, version: int) -> str:
    """The name of the JSON Schema of an event type's content."""
    return f"urn:phoihop:schema:{event_type}:{version}"


def make_kid(province: str, agency: str, signatory: str, thumbprint: str) -> str:
    """The `kid` of a key: whose it is, and which by its RFC 7638 thumbprint (43 characters of base64url)."""
    return f"{province}/{agency}/{signatory}/{thumbprint[:16]}"


@lru_cache(maxsize=4096)
def parse_kid(text: str) -> KeyId:
    """The parts of a `kid`; raises `InvalidValue`."""
    if not (match := _KID.fullmatch(text)):
        raise InvalidValue(f"kid {text[:120]!r} is not of the form <province>/<agency>/<signatory>/<thumbprint>")
    return KeyId(*match.groups())
