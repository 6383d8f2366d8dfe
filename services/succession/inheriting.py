"""Taking over a predecessor's record: its documents stand in the successor's own, as they were signed.

Of the predecessor's record, the documents that it sent and admitted are taken, each with its signed bytes; refused
ones, protocol messages and local facts stay with it. They use no count and no number here: the chains between the
predecessor and its peers are its own, and end with it. What the successor holds already (it was a co-recipient) is
passed over, so that the same record can be taken over again, or a newer copy of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.catalogue import read_content
from events.instants import format_instant
from events.record_entry import EntryKind, RecordEntry
from events.signature import verify_envelope
from services.agency.context import Context
from services.agency.record import Record
from services.errors import ExplainedError

_ENTRIES_A_COMMIT = 500


class NotTheSuccessor(ExplainedError):
    """The directory does not say that this agency stands in the other's place now."""


@dataclass(frozen=True)
class Inherited:
    """What came of it: documents taken over, those that were held already, and the cases among them."""

    documents: int
    held_already: int
    cases: int

    def to_json(self) -> dict[str, Any]:
        """As a JSON value."""
        return {"documents": self.documents, "held_already": self.held_already, "cases": self.cases}


def take_over(own: Record, left: Record, context: Context, now: datetime) -> Inherited:
    """Append the documents of `left`, a predecessor's record, to the successor's `own`.

    Raises `NotTheSuccessor`, `SignatureInvalid` or `Malformed` for an event that its sender's key did not sign: then
    nothing of its batch is taken.
    """
    if context.directory.heirs_at(now).get(left.agency) != own.agency:
        raise NotTheSuccessor(
            what=f"{own.agency} cannot take over the record of {left.agency}",
            why=f"by directory version {context.directory.version} it does not stand in its place at "
            f"{format_instant(now)}",
            next_step="see `phoihop directory show`; a role passes by `phoihop directory succeed`",
        )
    documents, held, cases, after = 0, 0, set(), 0
    while batch := left.entries(after, _ENTRIES_A_COMMIT):
        after = batch[-1].position
        with own.writing() as transaction:
            for entry in batch:
                if not isinstance(entry, RecordEntry) or not _is_taken(entry):
                    continue
                if transaction.digest_of(entry.event.envelope.id) is not None:
                    held += 1
                    continue
                _check_signature(entry, context)
                transaction.append_inherited(
                    entry, read_content(entry.event), now, context.directory.version, context.directory.heirs_at(now)
                )
                documents += 1
                if entry.event.envelope.case is not None:
                    cases.add(entry.event.envelope.case)
    return Inherited(documents, held, len(cases))


def _is_taken(entry: RecordEntry) -> bool:
    kinds = (EntryKind.SENT, EntryKind.ADMITTED, EntryKind.INHERITED)
    return entry.kind in kinds and not entry.event.envelope.is_protocol


def _check_signature(entry: RecordEntry, context: Context) -> None:
    # The key's period was checked when the event was signed or admitted there; a forged record is what this finds.
    event = entry.event
    key = context.directory.key(event.kid)
    if key is None or key.agency != event.envelope.sender:
        raise NotTheSuccessor(
            what=f"event {event.envelope.id} of that record is not taken over",
            why=f"the directory does not bind its key {event.kid} to {event.envelope.sender}",
            next_step="compare the file with the predecessor's own record",
        )
    verify_envelope(event.envelope_bytes, event.signature, key.public_key)
