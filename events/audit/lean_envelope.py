"""Reading an envelope by one pattern: what a replay of a whole history needs of it, in a few microseconds.

An envelope is canonical JSON of flat texts with few letters, so the bytes that `Envelope.to_bytes` can write are a
regular language, and one pattern says all that `parse_envelope` checks but two things, which are looked at here: that
recipients are sorted, each once, and that instants are of the calendar. What the pattern does not match is given to
`parse_envelope`, which has the last word and says why. A property test holds the two against each other.

Instants stay texts: on the wire text order is time order.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from events import base64url
from events.envelope import MAX_ENVELOPE_BYTES, Envelope, parse_envelope
from events.errors import InvalidValue
from events.instants import format_instant, parse_instant

_SLUG = r"[a-z0-9-]{2,32}"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_INSTANT = r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
# 32 and 16 bytes in base64url: the last letter has no stray bits.
_BYTES_32 = r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]"
_BYTES_16 = r"[A-Za-z0-9_-]{21}[AQgw]"
_ONE_INSTANT = re.compile(_INSTANT, re.ASCII)
_COUNTED = rf"{_SLUG}:[1-9][0-9]{{0,14}}:{_BYTES_32}"

_ENVELOPE = re.compile(
    rf"""\{{(?:"basis":"({_UUID})",)?"""
    rf"""(?:"case":"({_UUID})",)?"""
    rf"""(?:"causationid":"({_UUID})",)?"""
    r"""(?:"clause":"([A-Z]{2}-[0-9A-Za-z.]{1,12})",)?"""
    rf""""contentdigest":"({_BYTES_32})","""
    r""""datacontenttype":"application/json","""
    r""""dataschema":"urn:phoihop:schema:([A-Z][A-Za-z]{2,63}):([1-9][0-9]{0,3})","""
    r"""(?:"docnumber":"(0[1-9]|[1-9][0-9]{1,8})","docsymbol":"([0-9A-ZĐ][0-9A-ZĐa-zđ&./-]{0,40})",)?"""
    rf"""(?:"dueat":"({_INSTANT})",)?"""
    rf""""id":"({_UUID})","""
    rf""""nonce":"{_BYTES_16}","""
    rf""""recipients":"({_COUNTED}(?: {_COUNTED})*|{_SLUG}(?: {_SLUG})*)","""
    r""""role":"([a-z_]{2,32})","""
    rf""""source":"urn:phoihop:({_SLUG}):({_SLUG})","""
    r""""specversion":"1\.0","""
    rf""""time":"({_INSTANT})","""
    r""""type":"vn\.phoihop\.\6\.v\7"\}""",
)


Link = tuple[str, int, str]
"""A recipient's link of the chain: agency, count (0 in protocol messages), the previous digest as it is written."""


class LeanEnvelope(NamedTuple):
    """The attributes of an envelope, as texts; absent ones are None. `links` are sorted by agency."""

    event_type: str
    version: int
    id: str
    time: str
    province: str
    sender: str
    role: str
    links: tuple[Link, ...]
    contentdigest: str
    clause: str | None
    case: str | None
    cause: str | None
    basis: str | None
    due: str | None
    docnumber: int
    docsymbol: str | None

    @property
    def is_protocol(self) -> bool:
        """Whether this is a protocol message: outside the registers and the pair chains."""
        return self.docnumber == 0

    @property
    def agencies(self) -> tuple[str, ...]:
        """The recipients' ids, sorted."""
        return tuple([agency for agency, _, _ in self.links])


_new: Any = tuple.__new__
"""What a named tuple's own constructor comes to, without a call in between: this is done a million times."""


def read_envelope(data: bytes) -> LeanEnvelope:
    """The attributes of envelope bytes; raises `Malformed` for exactly the bytes for which `parse_envelope` does."""
    try:
        match = _ENVELOPE.fullmatch(data.decode("utf-8"))
    except UnicodeDecodeError:
        match = None
    if match is not None and len(data) <= MAX_ENVELOPE_BYTES:
        (
            basis, case, cause, clause, digest, kind, version, number, symbol, due, event_id, recipients, role,
            province, sender, time,
        ) = match.groups()  # fmt: skip
        links = _links(recipients)
        counted = links is not None and links[0][1] > 0
        if links is not None and (number is not None) == counted and _is_day(time[:10]) and _is_day(due and due[:10]):
            envelope: LeanEnvelope = _new(LeanEnvelope, (
                kind, int(version), event_id, time, province, sender, role, links, digest, clause, case, cause, basis,
                due, int(number) if number else 0, symbol,
            ))  # fmt: skip
            return envelope
    return lean(parse_envelope(data))


def lean(envelope: Envelope) -> LeanEnvelope:
    """The same attributes of an envelope that was parsed."""
    return LeanEnvelope(
        envelope.event_type,
        envelope.version,
        envelope.id,
        format_instant(envelope.time),
        envelope.province,
        envelope.sender,
        envelope.role,
        tuple(
            (each.agency, each.count, base64url.encode(each.previous) if each.count else "")
            for each in envelope.recipients
        ),
        base64url.encode(envelope.contentdigest),
        envelope.clause,
        envelope.case,
        envelope.cause,
        envelope.basis,
        format_instant(envelope.due) if envelope.due else None,
        int(envelope.docnumber) if envelope.docnumber else 0,
        envelope.docsymbol,
    )


def _links(text: str) -> tuple[Link, ...] | None:
    """The recipients of a text that the pattern matched; None if they are not sorted or one stands twice."""
    if " " not in text:
        if ":" not in text:
            return ((text, 0, ""),)
        agency, count, previous = text.split(":")
        return ((agency, int(count), previous),)
    links = []
    before = ""
    for part in text.split(" "):
        agency, _, rest = part.partition(":")
        if agency <= before:
            return None
        before = agency
        count, _, previous = rest.partition(":")
        links.append((agency, int(count or 0), previous))
    return tuple(links)


def is_instant(value: object) -> bool:
    """Whether a value of whatever type is an instant as the wire writes it."""
    return isinstance(value, str) and _ONE_INSTANT.fullmatch(value) is not None and _is_day(value[:10])


@lru_cache(maxsize=4096)
def _is_day(text: str | None) -> bool:
    """Whether a day of the pattern's form stands in the calendar, and is not its last."""
    if text is None:
        return True
    try:
        parse_instant(f"{text}T00:00:00.000Z")
    except InvalidValue:
        return False
    return True
