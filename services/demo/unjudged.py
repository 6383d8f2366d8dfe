"""Sending past one's own judgement: what a faulty or dishonest sender's program would do.

The event is numbered, chained and signed by the real key, so nothing but its recipients' own checks stands against it.
Only the demonstration and tests use this.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from events.decision import CASE_STARTERS, compose, symbol_for
from events.draft import Draft
from events.instants import whole_milliseconds
from events.record_entry import RecordEntry
from events.signature import Signer, sign_envelope
from events.signed_event import SignedEvent
from services.agency.context import Context, draw_randomness, new_id
from services.agency.record_transaction import OUT, RecordTransaction


def issue_unjudged(
    transaction: RecordTransaction, draft: Draft, signer: Signer, context: Context, now: datetime
) -> RecordEntry:
    """Sign a draft that names its clause and role, lawful or not, and append it to the record."""
    last = [time for peer in draft.recipients if (time := transaction.last_time(peer, OUT)) is not None]
    moment = max(whole_milliseconds(now), *last) if last else whole_milliseconds(now)
    if draft.case is None and draft.event_type in CASE_STARTERS:
        draft = replace(draft, case=new_id())
    heads = {peer: (head.count, head.digest) for peer in draft.recipients for head in (transaction.head(peer, OUT),)}
    _, number = transaction.next_number(OUT, moment)
    symbol = symbol_for(draft.event_type, draft.role, context.directory, context.me)
    facts = context.facts(transaction, draft, moment)
    chance = draw_randomness()
    envelope, content_bytes = compose(draft, heads, number, symbol, chance, facts)
    envelope_bytes = envelope.to_bytes()
    event = SignedEvent(envelope, envelope_bytes, chance.salt, content_bytes, sign_envelope(envelope_bytes, signer))
    return transaction.append_sent(event, draft.content, moment, context.directory.version)
