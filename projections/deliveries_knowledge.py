"""What an agency knew of a case at a moment, and who knew a document when.

An agency knew what it had signed itself, and what it had admitted by then: by its own signed receipts. What was sent
to it and not admitted by then is told apart: it may have lain in its mail, been parked, or been refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from projections.deliveries_told import Outcome, Told, told_of_event, told_with_agency

if TYPE_CHECKING:
    import sqlite3


class How(StrEnum):
    """How an agency stands to a document at a moment."""

    SENT = "sent"
    """It signed it itself."""
    ADMITTED = "admitted"
    """It had admitted it."""
    REFUSED = "refused"
    """It had refused it: it had it before its eyes, and did not take it in."""
    LATER = "later"
    """It admitted or refused it after the moment."""
    ARRIVED = "arrived"
    """A receipt says that it arrived, and not what became of it."""
    PENDING = "pending"
    """No receipt speaks of it."""

    @property
    def knows(self) -> bool:
        """Whether the agency is shown to have known the document."""
        return self in {How.SENT, How.ADMITTED}


@dataclass(frozen=True)
class Known:
    """A document and an agency. `since` is when it signed or admitted it; of what it did not know, None.

    `delivery` is that to the agency; of its own document, the first. `told` are all whom its own document told.
    """

    agency: str
    how: How
    since: datetime | None
    delivery: Told
    told: tuple[str, ...] = ()


def knowledge(cursor: sqlite3.Cursor, agency: str, case_id: str, at: datetime) -> tuple[Known, ...]:
    """How an agency stands at a moment to every document of a case that it had sent or was sent by then.

    What it knew first, by when it came to know it; then the rest, in the order of the log.
    """
    return _known(told_with_agency(cursor, agency, case_id, at), agency, at)


def _known(deliveries: Iterable[Told], agency: str, at: datetime) -> tuple[Known, ...]:
    own: dict[int, list[Told]] = {}
    found = []
    for delivery in deliveries:
        if delivery.sender == agency:
            own.setdefault(delivery.first_index, []).append(delivery)
        if delivery.recipient == agency:
            how = how_at(delivery, at)
            found.append(Known(agency, how, delivery.admitted_at if how is How.ADMITTED else None, delivery))
    found += [
        Known(agency, How.SENT, told[0].signed_at, told[0], tuple(each.recipient for each in told))
        for told in own.values()
    ]
    return tuple(sorted(found, key=_order))


def came_to_know(before: Iterable[Known], after: Iterable[Known]) -> tuple[Known, ...]:
    """Of what an agency knew at a later moment, what it did not know at an earlier one, in the later one's order."""
    held = {(one.how, one.delivery.log_index) for one in before if one.how.knows}
    return tuple(one for one in after if one.how.knows and (one.how, one.delivery.log_index) not in held)


def how_at(delivery: Told, at: datetime) -> How:
    """How the recipient of a delivery stands to it at a moment."""
    if delivery.admitted_at is not None:
        if delivery.admitted_at > at:
            return How.LATER
        return How.ADMITTED if delivery.outcome is Outcome.ADMITTED else How.REFUSED
    return How.ARRIVED if delivery.outcome is Outcome.ARRIVED else How.PENDING


def knowers(cursor: sqlite3.Cursor, event_id: str, at: datetime) -> tuple[Known, ...]:
    """Who knew a document at a moment: its sender, and each recipient; those who knew it first, by since when."""
    deliveries = told_of_event(cursor, event_id)
    found = [
        Known(each.recipient, how := how_at(each, at), each.admitted_at if how is How.ADMITTED else None, each)
        for each in deliveries
        if each.signed_at <= at
    ]
    for first in {each.first_index for each in deliveries if each.signed_at <= at}:
        told = [each for each in deliveries if each.first_index == first]
        found.append(
            Known(told[0].sender, How.SENT, told[0].signed_at, told[0], tuple(each.recipient for each in told))
        )
    return tuple(sorted(found, key=_order))


def _order(known: Known) -> tuple[bool, str, int, str]:
    since = "" if known.since is None else known.since.isoformat()
    return (not known.how.knows, since, known.delivery.log_index, known.agency)
