"""Contents that stay out of a package: the signed digest stands in their place, and everything else is proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from events import base64url
from events.audit.data_member import parse_data_member
from events.audit.logged_event import STATED_WHOLE, LoggedEvent
from events.canonical import parse_canonical
from events.envelope import envelope_digest, parse_envelope
from events.errors import Malformed
from services.auditor.ledger import Ledger
from services.errors import UsageFault

_DOCUMENT = b'"docnumber":"'
_OPENED = b'"type":"vn.phoihop.ContentOpened.'


class NotToBeWithheld(UsageFault):
    """A receipt, an alarm or the like cannot go out without what it says: a verifier would refuse the package."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(
            what="nothing was exported",
            why=f"the content of {kind} cannot be withheld: it is a statement over deliveries or the log",
            next_step="name documents alone with --withhold",
        )


@dataclass(frozen=True, slots=True)
class Withheld:
    """The events whose contents stay out, by their ids; or every document."""

    events: frozenset[str] = frozenset()
    everything: bool = False

    def applied(self, ledger: Ledger) -> Callable[[LoggedEvent], LoggedEvent]:
        """A function that gives an event as it goes out. What opened a withheld content stays out with it.

        Raises `NotToBeWithheld`.
        """
        named = [held for event in sorted(self.events) for held in ledger.by_id(event)]
        for held in named:
            if (kind := parse_envelope(held.envelope).event_type) in STATED_WHOLE:
                raise NotToBeWithheld(kind)
        digests = {envelope_digest(held.envelope) for held in named}

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
