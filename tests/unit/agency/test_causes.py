"""Events that parked mail waits for are asked for late, ever more rarely, and no longer than they are missing."""

from __future__ import annotations

import asyncio

import pytest

from events.types.protocol import RepairRequested
from events.values.matter import Category
from services.agency.causes import ASK_AFTER_SECONDS, Causes
from tests.unit.agency.correspondence import tell
from tests.unit.agency.houses import Houses, arrival

CASE = "018f3a00-0000-7000-8000-0000000000ae"


async def test_what_is_missing_is_asked_for_with_growing_pauses(
    houses: Houses, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = tell(
        houses, "police", "CaseOpened", "customs dic", "LC-7.2a", case=CASE, participants=("customs", "dic"),
        discovered_by_sender=True, category=Category.OTHER,
    )  # fmt: skip
    houses["dic"].take_in(arrival(opening, "dic"))
    told = tell(houses, "dic", "DisagreementRaised", "customs police", "LC-2.5", case=CASE)
    customs = houses["customs"]
    customs.take_in(arrival(told, "customs"))

    clock = [0.0]
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: clock[0])
    asked: list[tuple[float, str, RepairRequested]] = []

    async def ask(request: RepairRequested, sender: str) -> None:
        asked.append((clock[0], sender, request))

    causes = Causes(customs.record, ask)
    causes.load()
    while clock[0] < 16 * ASK_AFTER_SECONDS:
        clock[0] += 1
        await causes.ask_again()
    assert [at for at, _, _ in asked] == [6.0, 17.0, 38.0, 79.0]
    assert {(sender, request.event) for _, sender, request in asked} == {("dic", opening.envelope.id)}

    customs.take_in(arrival(opening, "customs"))
    clock[0] += 64 * ASK_AFTER_SECONDS
    await causes.ask_again()
    await causes.ask_again()
    assert len(asked) == 4, "it has come"
