"""A message of the broker as an arrival to be examined: what travelled, and what the broker says of it."""

from __future__ import annotations

from nats.aio.msg import Msg

from events.arrival import Arrival
from events.instants import whole_milliseconds
from services.agency.copies import SIGNATURE_HEADER


def arrival_of(message: Msg) -> Arrival:
    """The arrival that a message is; the broker's time is cut to the precision in which it is kept."""
    metadata = message.metadata
    return Arrival(
        subject=message.subject,
        payload=message.data,
        signature=(message.headers or {}).get(SIGNATURE_HEADER),
        stream_sequence=metadata.sequence.stream,
        stored_at=whole_milliseconds(metadata.timestamp),
    )
