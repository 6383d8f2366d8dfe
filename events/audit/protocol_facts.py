"""What the protocol's logged messages state, as plain tuples that travel between processes.

| kind | members behind it |
| --- | --- |
| `DOCUMENT` | index, sender, id, digest, ((agency, count), …), case, cause, due, time, stored_at, sequence, number |
| `RECEIPT` | index, sender, id, recipients, time, sequence, upto_count, upto_digest, refused, lines |
| `REFUSAL` | index, sender, id, recipients, event, count, digest |
| `GAP` | index, sender, id, recipients, from_count, to_count, to_digest |
| `STATEMENT` | index, sender, id, year, incoming_number, ((agency, count), …), digest |
| `DIRECTORY` | index, sender, id, version, note |
| `ALARM` | index, sender, id, notes |
| `SUSPECT` | digest, check, id, where, text in Vietnamese, in English, revoked_at |

`stored_at` and `sequence` are those of the auditor's copy, or None. A line of a receipt: count, event id, digest,
refused, incoming number (0 if none), admitted_at, stream sequence (0), stored_at (empty), directory version. Instants
and digests are texts as they travelled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from events.audit.lean_envelope import LeanEnvelope
from events.catalogue import content_model

Fact = tuple[Any, ...]

DOCUMENT, RECEIPT, REFUSAL, GAP, STATEMENT, DIRECTORY, ALARM, SUSPECT = range(8)


def protocol_fact(index: int, envelope: LeanEnvelope, content: bytes, sequence: int | None = None) -> Fact | None:
    """The fact that a message states; None for one that states nothing to be checked here.

    Raises `Malformed` or `UnknownEventType` for a content that is not of its type.
    """
    content_model(envelope.event_type, envelope.version).from_bytes(content)
    read = _READERS.get(envelope.event_type)
    if read is None:
        return None
    kind, members = read(envelope, orjson.loads(content))
    if kind == RECEIPT:
        members = members[0], members[1], sequence, *members[2:]
    return kind, index, envelope.sender, envelope.id, *members


def _receipt(envelope: LeanEnvelope, content: dict[str, Any]) -> tuple[int, Fact]:
    lines = tuple(
        [
            (
                line["count"],
                line["event"],
                line["digest"],
                line["outcome"] == "refused",
                line.get("incoming_number", 0),
                line["admitted_at"],
                line.get("stream_sequence", 0),
                line.get("stored_at", ""),
                line["directory_version"],
            )
            for line in content.get("entries", ())
        ]
    )
    refused = tuple(content.get("refused", ()))
    return RECEIPT, (
        envelope.agencies,
        envelope.time,
        content["upto_count"],
        content["upto_digest"],
        refused,
        lines,
    )


def _refusal(envelope: LeanEnvelope, content: dict[str, Any]) -> tuple[int, Fact]:
    return REFUSAL, (envelope.agencies, content.get("event"), content.get("count", 0), content["digest"])


def _gap(envelope: LeanEnvelope, content: dict[str, Any]) -> tuple[int, Fact]:
    return GAP, (envelope.agencies, content["from_count"], content["to_count"], content.get("to_digest", ""))


def _statement(_envelope: LeanEnvelope, content: dict[str, Any]) -> tuple[int, Fact]:
    outgoing = tuple((each["agency"], each["count"]) for each in content.get("outgoing", ()))
    return STATEMENT, (content["year"], content["incoming_number"], outgoing, content["view_digest"])


def _directory(_envelope: LeanEnvelope, content: dict[str, Any]) -> tuple[int, Fact]:
    return DIRECTORY, (content["version"], content["note"])


def _alarm(_envelope: LeanEnvelope, content: dict[str, Any]) -> tuple[int, Fact]:
    return ALARM, (tuple(content.get("checkpoints", ())),)


_READERS: dict[str, Callable[[LeanEnvelope, dict[str, Any]], tuple[int, Fact]]] = {
    "EventReceived": _receipt,
    "EventRefused": _refusal,
    "GapDeclared": _gap,
    "ExchangeViewStated": _statement,
    "DirectoryPublished": _directory,
    "LogAlarmRaised": _alarm,
}
