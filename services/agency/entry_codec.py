r"""How an entry of the record is written into the event store, and its exact inverse.

An entry with a signed event: one line of canonical JSON about the entry, one line with the detached JWS, then the
payload exactly as it travelled.

    {"at":"2026-11-21T03:04:05.678Z","dv":3,"in":12,"seq":907,"stored":"2026-11-21T03:04:05.612Z"}\n
    eyJhbGciOi…..c2ln…\n
    {"case":…,"data":{…}}

A local entry: one line of canonical JSON with its instant, name and subject, then the data as canonical JSON.
"""

from __future__ import annotations

from typing import Any

from events.canonical import canonical_json, parse_json
from events.instants import format_instant, parse_instant
from events.record_entry import Entry, EntryKind, LocalEntry, RecordEntry, Refusal
from events.signed_event import SignedEvent, parse_signed_event

TOPICS = {kind: f"phoihop.record:{kind.value}" for kind in EntryKind}
"""Stable topics: the store never depends on where a Python class lives."""

_KINDS = {topic: kind for kind, topic in TOPICS.items()}


def encode_entry(entry: RecordEntry) -> bytes:
    """The stored state of an entry with a signed event."""
    about: dict[str, Any] = {"at": format_instant(entry.recorded_at), "dv": entry.directory_version}
    if entry.incoming_number is not None:
        about["in"] = entry.incoming_number
    if entry.stream_sequence is not None:
        about["seq"] = entry.stream_sequence
    if entry.stored_at is not None:
        about["stored"] = format_instant(entry.stored_at)
    if entry.late:
        about["late"] = True
    if entry.heirs:
        about["heirs"] = dict(entry.heirs)
    if (refusal := entry.refusal) is not None:
        about["refusal"] = [refusal.check, refusal.reason, refusal.clause, refusal.explanation]
    return b"\n".join((canonical_json(about), entry.event.signature.encode("ascii"), entry.event.payload))


def encode_local(entry: LocalEntry) -> bytes:
    """The stored state of a local entry."""
    about = {"at": format_instant(entry.recorded_at), "name": entry.name, "subject": entry.subject}
    return canonical_json(about) + b"\n" + canonical_json(entry.data)


def decode_entry(position: int, topic: str, state: bytes) -> Entry:
    """The entry that stands at a position of the record.

    Raises `Malformed` if the stored bytes are not what was once written: the store is damaged.
    """
    kind = _KINDS[topic]
    head, _, rest = state.partition(b"\n")
    about = parse_json(head)
    if kind is EntryKind.LOCAL:
        return LocalEntry(position, parse_instant(about["at"]), about["name"], about["subject"], parse_json(rest))
    signature, _, payload = rest.partition(b"\n")
    stored = about.get("stored")
    refusal = about.get("refusal")
    return RecordEntry(
        position=position,
        kind=kind,
        recorded_at=parse_instant(about["at"]),
        event=parse_signed_event(payload, signature.decode("ascii")),
        directory_version=about["dv"],
        incoming_number=about.get("in"),
        stream_sequence=about.get("seq"),
        stored_at=parse_instant(stored) if stored else None,
        late=about.get("late", False),
        refusal=Refusal(*refusal) if refusal else None,
        heirs=tuple(sorted(about.get("heirs", {}).items())),
    )


def origin_of(event: SignedEvent, sender: str | None) -> str:
    """The history an event belongs to: its case, or the exchange with a peer, or what is sent outside any case."""
    if event.envelope.case is not None:
        return f"case:{event.envelope.case}"
    return f"from:{sender}" if sender else "to:any"
