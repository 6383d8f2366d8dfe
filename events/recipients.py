"""The `recipients` attribute: for each recipient its running count from this sender and the previous envelope's digest.

A regular event: `dic:41:<digest> police:7:<digest>`, sorted by agency, one blank between. The digest is SHA-256 of the
previous envelope from this sender to that recipient, base64url; before the first (count 1) it is `GENESIS`.
A protocol message is outside the pair chains and names agencies alone: `dic police`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from events import base64url
from events.errors import InvalidValue, Malformed
from events.names import SLUG

GENESIS = bytes(32)
"""The digest that stands before a pair's first event."""

_COUNTED = re.compile(rf"({SLUG}):([1-9][0-9]{{0,14}}):([A-Za-z0-9_-]{{43}})")
_PLAIN = re.compile(SLUG)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A recipient's link of the chain: `count` from 1, `previous` a 32-byte digest; count 0 in protocol messages."""

    agency: str
    count: int = 0
    previous: bytes = GENESIS


def format_recipients(recipients: Iterable[Recipient]) -> str:
    """The attribute's text, sorted by agency."""
    return " ".join(
        f"{r.agency}:{r.count}:{base64url.encode(r.previous)}" if r.count else r.agency
        for r in sorted(recipients, key=lambda r: r.agency)
    )


def parse_recipients(text: str) -> tuple[Recipient, ...]:
    """The recipients of the attribute's text.

    Raises `Malformed` unless `format_recipients` gives back the same text, each agency stands once, and all or none
    are counted.
    """
    found: list[Recipient] = []
    for part in text.split(" "):
        if match := _COUNTED.fullmatch(part):
            found.append(Recipient(match[1], int(match[2]), _digest(match[3])))
        elif _PLAIN.fullmatch(part):
            found.append(Recipient(part))
        else:
            raise Malformed("recipients", f"recipient {part[:100]!r} is neither agency:count:digest nor an agency")
    agencies = [r.agency for r in found]
    if agencies != sorted(set(agencies)):
        raise Malformed("recipients", "recipients are not sorted by agency, each once")
    if len({bool(r.count) for r in found}) != 1:
        raise Malformed("recipients", "some recipients are counted and others are not")
    return tuple(found)


def _digest(text: str) -> bytes:
    try:
        return base64url.decode(text)
    except InvalidValue as error:
        raise Malformed("recipients", f"digest {text!r} is not 32 bytes in base64url") from error
