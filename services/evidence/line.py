r"""An event of a package: one line of canonical JSON, with the exact texts that were signed.

    {"data":"{\"salt\":…}","envelope":"{\"case\":…}","first_index":41,"proofs":[["…"],…],"signature":"…",
     "stored_at":"…","stream_sequence":97}

(broken here; it is a single line). Envelope and data are UTF-8, so a JSON string holds their exact bytes. `data` is
absent where the content is withheld or the auditor never had it; `proofs` in a package that holds the whole log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from events import base64url
from events.audit.logged_event import LoggedEvent
from events.canonical import canonical_json, parse_canonical
from events.errors import InvalidValue, Malformed
from events.instants import parse_instant
from events.transparency.merkle import HASH_BYTES

_REQUIRED = {"envelope": str, "first_index": int, "signature": str}
_OPTIONAL = {"data": str, "proofs": list, "stored_at": str, "stream_sequence": int}
_KNOWN = _REQUIRED | _OPTIONAL

Proof = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class PackagedEvent:
    """An event as the log has it, and for each of its entries the proof that it stands there.

    `proofs` is None in a package of the whole log, where the entries themselves give the tree's root.
    """

    logged: LoggedEvent
    proofs: tuple[Proof, ...] | None = None


def format_line(event: PackagedEvent) -> bytes:
    """The event's line, ending in a newline."""
    logged = event.logged
    members: dict[str, Any] = {
        "envelope": logged.envelope.decode("utf-8"),
        "first_index": logged.first_index,
        "signature": logged.signature,
    }
    if logged.data is not None:
        members["data"] = logged.data.decode("utf-8")
    if logged.stream_sequence is not None:
        members["stream_sequence"] = logged.stream_sequence
    if logged.stored_at is not None:
        members["stored_at"] = logged.stored_at
    if event.proofs is not None:
        members["proofs"] = [format_hashes(proof) for proof in event.proofs]
    return canonical_json(members) + b"\n"


def parse_line(line: bytes) -> PackagedEvent:
    """Read a line without its newline; raises `Malformed` unless `format_line` would write it."""
    members = parse_canonical(line)
    if not isinstance(members, dict) or not _REQUIRED.keys() <= members.keys() <= _KNOWN.keys():
        raise Malformed("package", "a line has other members than an event's")
    for name, value in members.items():
        if type(value) is not _KNOWN[name]:
            raise Malformed("package", f"an event's {name} has the wrong JSON type")
    stored_at, sequence = members.get("stored_at"), members.get("stream_sequence")
    if members["first_index"] < 0 or (sequence is not None and sequence < 1):
        raise Malformed("package", "an event's index or stream sequence is no such number")
    try:
        if stored_at is not None:
            parse_instant(stored_at)
    except InvalidValue as error:
        raise Malformed("package", f"stored_at: {error}") from error
    data = members.get("data")
    logged = LoggedEvent(
        first_index=members["first_index"],
        envelope=members["envelope"].encode("utf-8"),
        signature=members["signature"],
        stream_sequence=sequence,
        stored_at=stored_at,
        data=None if data is None else data.encode("utf-8"),
    )
    proofs = members.get("proofs")
    return PackagedEvent(logged, None if proofs is None else tuple(parse_hashes(proof) for proof in proofs))


def format_hashes(proof: Proof) -> list[str]:
    """A proof's hashes as texts."""
    return [base64url.encode(each) for each in proof]


def parse_hashes(texts: Any) -> Proof:
    """A proof's hashes from their texts; raises `Malformed`."""
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Malformed("package", "a proof is a list of hashes")
    try:
        hashes = tuple(base64url.decode(text) for text in texts)
    except InvalidValue as error:
        raise Malformed("package", f"a proof's hash: {error}") from error
    if any(len(each) != HASH_BYTES for each in hashes):
        raise Malformed("package", f"a proof's hashes have {HASH_BYTES} bytes each")
    return hashes
