"""Repair of single events: what a peer's mail cites and waits for is asked for by id, from whoever cited it.

The sender of an event holds what its event rests on. It gives that to a recipient of the cited event, byte for byte;
to anybody else it states, signed, that the asker was not told. The waiting event is then judged without it, and blocks
the sender's chain no longer. A stranger learns nothing: an event that is not held, and one that is not addressed to the
asker, are answered alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from events.arrival import Arrival
from events.base64url import encode
from events.record_entry import RecordEntry
from events.signature import Signer
from events.signed_event import SignedEvent
from events.types.protocol import RelayedEvent, RepairProvided, RepairRequested
from services.agency.allowance import take_for_repair
from services.agency.context import Context
from services.agency.entry_codec import decode_entry
from services.agency.holding_area import HoldingArea
from services.agency.issuing import issue_protocol
from services.agency.record_transaction import RecordTransaction


def give_by_id(
    transaction: RecordTransaction,
    request: RepairRequested,
    peer: str,
    context: Context,
    service: Signer,
    now: datetime,
) -> None:
    """Answer a request for one event by id; the request itself was charged already.

    Whoever was not told of the event gets with the answer what it was told of the same case, as far as that says who
    takes part in it and is held here: that may be under way to it still.
    """
    if request.event is None or transaction.signing_held:
        return  # while the record is recovered it cannot say what it does not hold; a peer asks again
    cited = transaction.known(request.event)
    told = cited is not None and peer in cited.envelope.agencies and not cited.envelope.is_protocol
    given = [request.event] if told else []
    if cited is not None and not told and cited.envelope.case is not None:
        given = _openings_told(transaction, cited.envelope.case, peer)
    by_sender: dict[str, list[SignedEvent]] = {}
    for event in _addressed(transaction, given, peer):
        by_sender.setdefault(event.envelope.sender, []).append(event)
    for sender, events in sorted(by_sender.items()):
        take_for_repair(transaction, peer, sum(len(event.payload) for event in events), now)
        relayed = tuple(RelayedEvent(signature=e.signature, payload=encode(e.payload)) for e in events)
        content = RepairProvided(of=sender, addressed_to=peer, events=relayed)
        issue_protocol(transaction, content, (peer,), service, context, now)
    if not told:
        content = RepairProvided(of=request.of, addressed_to=peer, not_addressed=(request.event,))
        issue_protocol(transaction, content, (peer,), service, context, now)


def note_not_addressed(
    transaction: RecordTransaction, content: RepairProvided, peer: str, context: Context, now: datetime
) -> list[Arrival]:
    """Note what a peer states not to have been addressed here; what waited for that is to be examined again.

    Only what such an event of the peer's own waits for is noted, so a statement costs no more than a parked message.
    """
    area = HoldingArea(transaction)
    again: list[Arrival] = []
    for sender in (peer, *sorted(gone for gone, heir in context.directory.heirs_at(now).items() if heir == peer)):
        for event_id in content.not_addressed:
            waiting = area.waiting_for(sender, event_id)
            if waiting:
                transaction.cursor.execute("INSERT OR IGNORE INTO untold VALUES (?,?)", (sender, event_id))
                again += waiting
    return again


def _openings_told(transaction: RecordTransaction, case: str, peer: str) -> list[str]:
    """The events by which the peer was told who leads a case, the oldest first."""
    state = transaction.case_state(case)
    if state is None:
        return []
    told = sorted((o for o in state.openings.values() if peer in o.told), key=lambda o: (o.opened_at, o.event))
    return list(dict.fromkeys(name for opening in told for name in (opening.event, opening.told_by)))


def _addressed(transaction: RecordTransaction, event_ids: Iterable[str], peer: str) -> list[SignedEvent]:
    """Those of some events that are held and addressed to the peer, and that it did not sign itself."""
    found: list[SignedEvent] = []
    for event_id in event_ids:
        transaction.cursor.execute(
            "SELECT e.rowid, e.topic, e.state FROM event_index i JOIN entries e ON e.rowid = i.position "
            "WHERE i.event_id = ?",
            (event_id,),
        )
        row = transaction.cursor.fetchone()
        entry = decode_entry(*row) if row is not None else None
        if isinstance(entry, RecordEntry) and peer in entry.event.envelope.agencies:
            found.append(entry.event)
    return found
