"""A deputy signs within what the head delegated: the sender and every receiver judge it alike."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events.decision import NotLawful
from events.draft import Draft
from events.record_entry import EntryKind, RecordEntry
from events.signature import Signer
from events.types.delegation import DelegationEnded, DelegationEndReason, DelegationGranted, DelegationScope
from events.values.matter import Category
from services.identity.signer import FileSigner
from tests.scenarios.samples import sample
from tests.unit.agency.houses import PASSPHRASE, Houses, arrival, carry, resigned, shared, suspicion


@pytest.fixture(scope="module")
def deputy(network: Path) -> Signer:
    signer = FileSigner.of(network, "police", "deputy")
    signer.unlock(PASSPHRASE)
    return signer


def grant(houses: Houses, *to: str, days: int = 3, **scope: Any) -> RecordEntry:
    now = houses["police"].now
    content = DelegationGranted(
        subject="Giao ký thay", delegate="deputy", scope=DelegationScope(**scope), since=now,
        until=now + timedelta(days=days),
    )  # fmt: skip
    (entry,) = houses["police"].issue(Draft(content, to))
    carry(houses, [entry])
    return entry


def pass_days(houses: Houses, days: int) -> None:
    for house in houses:
        house.now += timedelta(days=days)


def test_without_a_document_the_directory_alone_says_who_may_sign(houses: Houses, deputy: Signer) -> None:
    carry(houses, houses["police"].issue(shared(), signer=deputy))
    assert houses["dic"].intakes[-1].admitted == 1


def test_within_scope_and_period_the_deputy_signs(houses: Houses, deputy: Signer) -> None:
    grant(houses, "dic", event_types=("InfoShared",))
    carry(houses, houses["police"].issue(shared(), signer=deputy))
    assert houses["dic"].documents(EntryKind.REFUSED) == []
    assert len(houses["dic"].documents(EntryKind.ADMITTED)) == 2


@pytest.mark.parametrize("why", ["type", "period", "recipient"])
def test_outside_it_neither_side_lets_the_deputy_sign(houses: Houses, deputy: Signer, why: str) -> None:
    if why == "recipient":
        grant(houses, "customs")
    else:
        grant(houses, "dic", event_types=("InfoProvided",) if why == "type" else ("InfoShared",))
    pass_days(houses, 4 if why == "period" else 0)
    with pytest.raises(NotLawful) as refused:
        houses["police"].issue(shared(), signer=deputy)
    assert refused.value.reason == "outside-delegation"
    (by_head,) = houses["police"].issue(shared())
    forged = resigned(by_head.event, deputy)
    houses["dic"].take_in(arrival(forged, "dic", stored_at=houses["dic"].now))
    refusals = [entry.refusal.reason for entry in houses["dic"].documents(EntryKind.REFUSED) if entry.refusal]
    # Who was told of no delegation cannot judge it: there the directory alone counts.
    assert refusals == ([] if why == "recipient" else ["outside-delegation"])


def test_a_delegation_that_was_ended_counts_no_more(houses: Houses, deputy: Signer) -> None:
    granted = grant(houses, "dic")
    content = DelegationEnded(
        subject="Chấm dứt", delegation=granted.event.envelope.id, ends_at=houses["police"].now,
        reason=DelegationEndReason.WITHDRAWN,
    )  # fmt: skip
    carry(houses, houses["police"].issue(Draft(content, ("dic",), cause=granted.event.envelope.id)))
    pass_days(houses, 1)
    with pytest.raises(NotLawful, match="outside the scope"):
        houses["police"].issue(shared(), signer=deputy)
    carry(houses, houses["police"].issue(shared()))
    assert houses["dic"].documents(EntryKind.REFUSED) == []


def test_a_deputy_delegates_nothing_further(houses: Houses, deputy: Signer) -> None:
    now = houses["police"].now
    content = DelegationGranted(
        subject="Giao tiếp", delegate="service", scope=DelegationScope(), since=now, until=now + timedelta(days=1)
    )
    with pytest.raises(NotLawful):
        houses["police"].issue(Draft(content, ("dic",)), signer=deputy)


def test_a_category_outside_the_scope_is_the_heads(houses: Houses, network: Path) -> None:
    signer = FileSigner.of(network, "police", "deputy")
    signer.unlock(PASSPHRASE)
    grant(houses, "dic", categories=(Category.CHARGE_THEFT,))
    reported = suspicion("dic")
    other = reported.content.model_copy(update={"category": Category.COUNTERFEIT_GOODS})
    with pytest.raises(NotLawful):
        houses["police"].issue(Draft(other, ("dic",)), signer=signer)


def test_a_recalled_delegation_is_over(houses: Houses, deputy: Signer) -> None:
    granted = grant(houses, "dic", event_types=("InfoShared",))
    pass_days(houses, 1)
    recall = sample("EventRecalled", event=granted.event.envelope.id, replaced_by=None)
    carry(houses, houses["police"].issue(Draft(recall, ("dic",), cause=granted.event.envelope.id)))
    with pytest.raises(NotLawful):
        houses["police"].issue(shared(), signer=deputy)
