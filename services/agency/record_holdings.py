"""The record as admission sees it (`events.admission.Holdings`), within one transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from events.case import CaseState
from events.known_event import KnownEvent
from services.agency.receipted import Receipted
from services.agency.record_transaction import IN, RecordTransaction


class RecordHoldings:
    """What admission asks of an agency's record."""

    def __init__(self, transaction: RecordTransaction) -> None:
        self._transaction = transaction
        self._said = Receipted(transaction)

    def last_from(self, sender: str) -> tuple[int, bytes]:
        """The last count from a sender and its envelope's digest."""
        head = self._transaction.head(sender, IN)
        return head.count, head.digest

    def digest_at(self, sender: str, count: int) -> bytes | None:
        """The envelope digest at a count of a sender."""
        return self._transaction.digest_at(sender, IN, count)

    def last_time_from(self, sender: str) -> datetime | None:
        """The time of the last event admitted from a sender."""
        return self._transaction.last_time(sender, IN)

    def digest_of(self, event_id: str) -> bytes | None:
        """The envelope digest of an event that is held."""
        return self._transaction.digest_of(event_id)

    def known(self, event_id: str) -> KnownEvent | None:
        """An event that is held."""
        return self._transaction.known(event_id)

    def receipted_as_admitted(self, peer: str, event_id: str) -> bool:
        """Whether a peer's receipt says that it admitted an own event."""
        return self._said.admitted(peer, event_id)

    def untold(self, sender: str, event_ids: Collection[str]) -> frozenset[str]:
        """Those of some events that a sender stated not to have been addressed here."""
        return self._transaction.untold(sender, event_ids)

    def delegations_of(self, agency: str) -> tuple[KnownEvent, ...]:
        """An agency's delegations of signing, and their ends."""
        return self._transaction.delegations_of(agency)

    def case_state(self, case_id: str) -> CaseState | None:
        """What is known of a case."""
        return self._transaction.case_state(case_id)
