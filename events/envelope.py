"""The envelope: the attributes of a CloudEvents 1.0 event, without `data`, as canonical JSON. It is what is signed.

Example (broken into lines; on the wire it has none):

    {"case":"5f0c…","clause":"LC-10.1","contentdigest":"u3Jq…","datacontenttype":"application/json",
     "dataschema":"urn:phoihop:schema:SuspicionReported:1","docnumber":"01","docsymbol":"BC-VNPT","id":"0b9f…",
     "nonce":"Zm9v…","recipients":"dic:1:AAAA…","role":"enterprise","source":"urn:phoihop:lao-cai:vnpt",
     "specversion":"1.0","time":"2026-11-21T03:04:05.678Z","type":"vn.phoihop.SuspicionReported.v1"}

Every attribute is a string. Optional ones are absent, never empty. See docs/wire-format.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from events import base64url
from events.canonical import canonical_json, parse_canonical_texts
from events.errors import InvalidValue, Malformed
from events.instants import format_instant, parse_instant
from events.names import ce_type, dataschema, parse_ce_type, parse_source, source_urn
from events.recipients import Recipient, format_recipients, parse_recipients

MAX_ENVELOPE_BYTES = 65_536
"""Room for some eight hundred recipients."""

_CONSTANT = {"specversion": "1.0", "datacontenttype": "application/json"}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CLAUSE = re.compile(r"[A-Z]{2}-[0-9A-Za-z.]{1,12}")
_DOCNUMBER = re.compile(r"0[1-9]|[1-9][0-9]{1,8}")
_DOCSYMBOL = re.compile(r"[0-9A-ZĐ][0-9A-ZĐa-zđ&./-]{0,40}")
_ROLE = re.compile(r"[a-z_]{2,32}")


@dataclass(frozen=True)
class Envelope:
    """What is signed of an event. `frozen`; equality is by value.

    `case`, `cause` and `basis` are UUIDs: the case file, the event that brought this one about, and the event that
    gives the sender its standing in the case. `due` is the absolute instant by which an answer is asked.
    `docnumber` and `docsymbol` are the document's number and symbol in the sender's outgoing register (Decree
    30/2020, e.g. `01` and `BC-VNPT`); protocol messages have neither and count no recipient.
    `contentdigest` is SHA-256(32-byte salt ‖ content bytes), `nonce` 16 random bytes.
    """

    event_type: str
    version: int
    id: str
    time: datetime
    province: str
    sender: str
    role: str
    recipients: tuple[Recipient, ...]
    contentdigest: bytes
    nonce: bytes
    clause: str | None = None
    case: str | None = None
    cause: str | None = None
    basis: str | None = None
    due: datetime | None = None
    docnumber: str | None = None
    docsymbol: str | None = None
    agencies: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """The recipients' ids, sorted."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "agencies", tuple(r.agency for r in self.recipients))

    def to_bytes(self) -> bytes:
        """The canonical bytes: exactly what is signed and kept for ever."""
        attributes = {
            "specversion": "1.0",
            "type": ce_type(self.event_type, self.version),
            "source": source_urn(self.province, self.sender),
            "id": self.id,
            "time": format_instant(self.time),
            "datacontenttype": "application/json",
            "dataschema": dataschema(self.event_type, self.version),
            "role": self.role,
            "recipients": format_recipients(self.recipients),
            "contentdigest": base64url.encode(self.contentdigest),
            "nonce": base64url.encode(self.nonce),
        }
        optional = {
            "clause": self.clause,
            "case": self.case,
            "causationid": self.cause,
            "basis": self.basis,
            "dueat": format_instant(self.due) if self.due else None,
            "docnumber": self.docnumber,
            "docsymbol": self.docsymbol,
        }
        attributes |= {name: text for name, text in optional.items() if text is not None}
        return canonical_json(attributes)

    def recipient(self, agency: str) -> Recipient | None:
        """The link of the chain that concerns one agency, if it is addressed."""
        for recipient in self.recipients:
            if recipient.agency == agency:
                return recipient
        return None

    @property
    def is_protocol(self) -> bool:
        """Whether this is a protocol message: outside the registers and the pair chains."""
        return self.docnumber is None


def envelope_digest(envelope_bytes: bytes) -> bytes:
    """SHA-256 of the envelope: the event's identity in chains, receipts and logs."""
    return hashlib.sha256(envelope_bytes).digest()


def parse_envelope(data: bytes) -> Envelope:
    """Read envelope bytes; raises `Malformed` unless they are exactly an envelope's `to_bytes()`."""
    if len(data) > MAX_ENVELOPE_BYTES:
        raise Malformed("size", f"envelope of {len(data)} bytes is over {MAX_ENVELOPE_BYTES}")
    attributes = parse_canonical_texts(data)
    # Canonical JSON, and each reader an exact inverse of its writer: so `to_bytes` gives the same bytes back.
    try:
        return _from_attributes(attributes)
    except InvalidValue as error:
        raise Malformed("cloudevents", str(error)) from error


def _from_attributes(attributes: Mapping[str, str]) -> Envelope:
    if not attributes.keys() <= ATTRIBUTES:
        unknown = min(attributes.keys() - ATTRIBUTES)
        raise InvalidValue(f"attribute {unknown[:40]!r} is unknown to this version of the wire format")
    for name, constant in _CONSTANT.items():
        if attributes.get(name) != constant:
            raise InvalidValue(f"attribute {name!r} must be {constant!r}: this is no CloudEvents 1.0 event of ours")
    values: dict[str, Any] = {}
    for name, (member, read, required) in _READERS.items():
        text = attributes.get(name)
        if text is not None:
            values[member] = read(text)
        elif required:
            raise InvalidValue(f"attribute {name!r} is missing")
    event_type, version = values.pop("type")
    if attributes.get("dataschema") != dataschema(event_type, version):
        raise InvalidValue("attribute 'dataschema' must name the schema of the type")
    province, sender = values.pop("source")
    envelope = Envelope(event_type=event_type, version=version, province=province, sender=sender, **values)
    counted = all(r.count for r in envelope.recipients)
    if (envelope.docnumber is None) != (envelope.docsymbol is None) or (envelope.docnumber is None) == counted:
        raise InvalidValue("a document has number, symbol and counted recipients; a protocol message has none of them")
    return envelope


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise InvalidValue(f"{text[:60]!r} is not {what}")
        return text

    return read


def _bytes_of(length_bytes: int, what: str) -> Callable[[str], bytes]:
    def read(text: str) -> bytes:
        data = base64url.decode(text)
        if len(data) != length_bytes:
            raise InvalidValue(f"{what} must be {length_bytes} bytes in base64url")
        return data

    return read


_uuid_text = _matching(_UUID, "a UUID in lower case")

_READERS: dict[str, tuple[str, Callable[[str], object], bool]] = {
    "type": ("type", parse_ce_type, True),
    "source": ("source", parse_source, True),
    "id": ("id", _uuid_text, True),
    "time": ("time", parse_instant, True),
    "role": ("role", _matching(_ROLE, "a role"), True),
    "recipients": ("recipients", parse_recipients, True),
    "contentdigest": ("contentdigest", _bytes_of(32, "contentdigest"), True),
    "nonce": ("nonce", _bytes_of(16, "nonce"), True),
    "clause": ("clause", _matching(_CLAUSE, "a clause like LC-10.1"), False),
    "case": ("case", _uuid_text, False),
    "causationid": ("cause", _uuid_text, False),
    "basis": ("basis", _uuid_text, False),
    "dueat": ("due", parse_instant, False),
    "docnumber": ("docnumber", _matching(_DOCNUMBER, "a document number from 01"), False),
    "docsymbol": ("docsymbol", _matching(_DOCSYMBOL, "a document symbol like BC-VNPT"), False),
}
"""Attribute → (field, reader, required)."""

ATTRIBUTES = frozenset(_READERS) | frozenset(_CONSTANT) | {"dataschema"}
"""Every attribute that may stand in an envelope."""
