"""Contents that stay out of a package: the signed digest stands in their place, and everything else is proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from events import base64url
from events.audit.data_member import parse_data_member
from events.audit.logged_event import LoggedEvent
from events.canonical import parse_canonical
from events.envelope import envelope_digest
from events.errors import Malformed
from services.auditor.ledger import Ledger

_DOCUMENT = b'"docnumber":"'
_OPENED = b'"type":"vn.phoihop.ContentOpened.'


@dataclass(frozen=True, slots=True)
class Withheld:
    """The events whose contents stay out, by their ids; or every document."""

    events: frozenset[str] = frozenset()
    everything: bool = False

    def applied(self, ledger: Ledger) -> Callable[[LoggedEvent], LoggedEvent]:
        """A function that gives an event as it goes out. What opened a withheld content stays out with it."""
        digests = {envelope_digest(held.envelope) for event in self.events for held in ledger.by_id(event)}

        def stays_out(logged: LoggedEvent, data: bytes) -> bool:
            if _OPENED in logged.envelope and (self.everything or _opened_digest(data) in digests):
                return True
            is_document = _DOCUMENT in logged.envelope
            return (self.everything and is_document) or envelope_digest(logged.envelope) in digests

        def outgoing(logged: LoggedEvent) -> LoggedEvent:
            if logged.data is None or not (self.everything or digests) or not stays_out(logged, logged.data):
                return logged
            return replace(logged, data=None)

        return outgoing


def _opened_digest(data: bytes) -> bytes | None:
    try:
        return base64url.decode(parse_canonical(parse_data_member(data)[1])["digest"])
    except (Malformed, KeyError, TypeError, ValueError):
        return None
