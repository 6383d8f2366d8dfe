"""Signing what passes by: a part of a file is a signed message of the protocol, but no entry of the record.

The record would otherwise keep each file once more for each recipient. Nothing is lost by it: what proves a file is the
digest in the document's signed content, and what did not arrive is asked for again.
"""

from __future__ import annotations

from datetime import datetime

from events.content import Content
from events.decision import compose, decide
from events.draft import Draft
from events.facts import Facts
from events.instants import whole_milliseconds
from events.signature import Signer, sign_envelope
from events.signed_event import SignedEvent
from services.agency.context import Context, draw_randomness


def sign_passing(content: Content, recipient: str, signer: Signer, context: Context, now: datetime) -> SignedEvent:
    """A protocol message, signed with the service's key and not recorded. Raises `DraftFault`, `NotLawful`."""
    facts = Facts(me=context.me, now=whole_milliseconds(now), directory=context.directory, rules=context.rules)
    decided = decide(Draft(content, (recipient,)), "service", facts)
    envelope, content_bytes = compose(decided, {}, 0, "", chance := draw_randomness(), facts)
    data = envelope.to_bytes()
    return SignedEvent(envelope, data, chance.salt, content_bytes, sign_envelope(data, signer))
