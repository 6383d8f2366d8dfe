"""An event as the auditor holds it: the signed envelope, and what the broker said of the copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from events.envelope import Envelope

LOGGED_PROTOCOL = frozenset(
    {
        "EventReceived",
        "EventRefused",
        "GapDeclared",
        "DirectoryPublished",
        "ExchangeViewStated",
        "LogAlarmRaised",
        "ContentOpened",
    }
)
"""Protocol messages that are entries of the log, as every document is: statements about deliveries and the log.

The others move no matter and state nothing: heads, repairs, attachments' chunks and the log's own messages. Were those
entries too, each checkpoint would bring about the next.
"""


STATED_WHOLE = LOGGED_PROTOCOL - {"ContentOpened"}
"""Of these the auditor is given the content, and without it they could hide a forked log, a revoked key or a refusal.
What opened a content may stay out of a package with that content."""


def is_logged(envelope: Envelope) -> bool:
    """Whether an authentic event is an entry of the log: all but the protocol's messages that state nothing.

    What calls itself a protocol message and is none, or is of a type that nobody knows, is logged: it is evidence.
    """
    from events.catalogue import PROTOCOL_TYPES  # noqa: PLC0415 - half a second that a reader need not wait

    return not (
        envelope.is_protocol and envelope.event_type in PROTOCOL_TYPES and envelope.event_type not in LOGGED_PROTOCOL
    )


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event of the log. Its entries, one for each of its recipients in sorted order, begin at `first_index`.

    `stream_sequence` and `stored_at` (an instant as the wire writes it) are those of the auditor's own copy, which the
    broker stored in one batch with the recipients'. `data` is the payload's `data` member as it travelled, where the
    auditor was given it: of protocol messages that are evidence, and of what was opened to it.
    """

    first_index: int
    envelope: bytes
    signature: str
    stream_sequence: int | None = None
    stored_at: str | None = None
    data: bytes | None = None
