"""The document of a look-up, `lookup.json`: its answer and the record of the consultation, as far as they are here."""

from __future__ import annotations

from collections.abc import Iterator

from events.canonical import parse_canonical
from events.catalogue import read_content
from events.record_entry import EntryKind, RecordEntry
from events.types.lookup import LookupAnswered, LookupRequested, RecordConsulted
from services.agency.entry_codec import TOPICS, decode_entry
from services.agency.record import Record
from services.documents import Document
from services.errors import UsageFault


class NoLookup(UsageFault):
    """The event is no look-up of this agency."""


def lookup_document(record: Record, request: str) -> Document:
    """The look-up with its answer and the record of it, each null until it is here. Raises `NoLookup`."""
    rows = record.rows("SELECT position FROM event_index WHERE event_id = ?", (request,))
    entry = record.entry_at(rows[0][0]) if rows else None
    asked = read_content(entry.event) if isinstance(entry, RecordEntry) else None
    if not isinstance(entry, RecordEntry) or not isinstance(asked, LookupRequested) or entry.kind is not EntryKind.SENT:
        raise NoLookup(
            what=f"{request} is no look-up of {record.agency}",
            why="no such request was signed here",
            next_step="find it with `phoihop ledger --type LookupRequested`",
        )
    answer, consulted = None, None
    for reply in _replies(record, entry):
        content = read_content(reply.event)
        if isinstance(content, LookupAnswered):
            answer = {
                "event": reply.event.envelope.id,
                "sender": reply.event.envelope.sender,
                "as_of": parse_canonical(reply.event.content_bytes)["as_of"],
                "results": [result.model_dump(mode="json", exclude_defaults=True) for result in content.results],
            }
        elif isinstance(content, RecordConsulted):
            consulted = reply.event.envelope.id
    return {
        "agency": record.agency,
        "request": request,
        "case": entry.event.envelope.case,
        "holder": entry.event.envelope.agencies[0],
        "records": [key.model_dump(mode="json") for key in asked.records],
        "answer": answer,
        "consultation": consulted,
    }


def _replies(record: Record, asked: RecordEntry) -> Iterator[RecordEntry]:
    rows = record.rows(
        "SELECT rowid, topic, state FROM entries WHERE originator_id = ? AND rowid > ? AND topic = ? "
        "AND instr(state, ?) > 0 ORDER BY rowid",
        (
            f"case:{asked.event.envelope.case}", asked.position, TOPICS[EntryKind.ADMITTED],
            f'"causationid":"{asked.event.envelope.id}"'.encode(),
        ),
    )  # fmt: skip
    for row in rows:
        entry = decode_entry(*row)
        if isinstance(entry, RecordEntry):
            yield entry
