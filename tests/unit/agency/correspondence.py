"""A correspondence of several agencies about a case, lawful throughout: properties deliver it in other orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from events.draft import Draft
from events.record_entry import EntryKind, RecordEntry
from events.signed_event import SignedEvent
from events.values.matter import Category
from tests.scenarios.samples import sample
from tests.unit.agency.houses import House, Houses, carry


def tell(
    houses: Houses, sender: str, event_type: str, to: str, clause: str, /, *, case: str | None = None,
    cause: SignedEvent | None = None, due_days: int | None = None, **members: Any,
) -> SignedEvent:  # fmt: skip
    """Sign a lawful document by the head's key, a second after the last one; deliver nothing."""
    for house in houses:
        house.now += timedelta(seconds=1)
    house = houses[sender]
    draft = Draft(
        sample(event_type, **members), tuple(to.split()), case=case, clause=clause,
        cause=cause.envelope.id if cause else None, basis=standing(house, case, to.split()),
        due=house.now + timedelta(days=due_days) if due_days else None,
    )  # fmt: skip
    return house.issue(draft)[0].event


def standing(house: House, case: str | None, recipients: Sequence[str] = ()) -> str | None:
    """The event by which an agency takes part in a case, one that the recipients were told of."""
    if case is None:
        return None
    with house.record.writing() as transaction:
        state = transaction.case_state(case)
    return state.basis_of(house.me, recipients) if state else None


class Correspondence:
    """What `RECEIVER` was sent, in an order in which everything is admitted at once, and what came of it."""

    def __init__(self, network: Path, case: str, end: House) -> None:
        self.network = network
        self.case = case
        self.end = end
        self.events = [e.event for e in end.documents(EntryKind.ADMITTED)]

    def __repr__(self) -> str:
        return f"<{len(self.events)} events>"


RECEIVER = "customs"


def correspond(network: Path, folder: Path) -> Correspondence:
    """Play it: later events rest on earlier ones of other senders, so an early arrival has to wait."""
    houses = Houses(network, folder)
    case = "018f3a00-0000-7000-8000-000000000001"
    all_but = {"police": "customs dic vnpt", "dic": "customs police vnpt"}

    def play(sender: str, event_type: str, to: str, clause: str, /, **more: Any) -> SignedEvent:
        event = tell(houses, sender, event_type, to, clause, **more)
        carry(houses, [houses[sender].documents(EntryKind.SENT)[-1]])
        return event

    play("dic", "InfoShared", "customs", "LC-4.4")
    play(
        "police", "CaseOpened", all_but["police"], "LC-7.2a", case=case,
        participants=("customs", "dic", "vnpt"), discovered_by_sender=True, category=Category.OTHER,
    )  # fmt: skip
    play("police", "InfoRequested", all_but["police"], "LC-3.3", case=case, due_days=3)
    play("dic", "InfoShared", "customs police", "LC-4.1a", case=case)
    play("vnpt", "InfoShared", "customs police", "LC-4.1a", case=case)
    play("police", "InfoShared", "customs dic", "LC-4.1a", case=case)
    play("dic", "InfoRequested", "customs", "LC-4.1a", case=case, due_days=2)
    play("police", "LeadTransferred", all_but["police"], "LC-2.2a", case=case, to="dic")
    play("dic", "InfoRequested", "customs vnpt", "LC-3.3", case=case, due_days=3)
    play("dic", "CaseClosed", all_but["dic"], "LC-2.2a", case=case)
    play("police", "InfoShared", "customs", "LC-4.4")
    return Correspondence(network, case, houses[RECEIVER])


def by_sender(entries: list[RecordEntry]) -> dict[str, list[SignedEvent]]:
    """Events in the order in which they stand, by sender."""
    found: dict[str, list[SignedEvent]] = {}
    for entry in entries:
        found.setdefault(entry.event.envelope.sender, []).append(entry.event)
    return found
