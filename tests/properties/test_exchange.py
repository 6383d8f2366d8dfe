"""However mail comes in, and wherever the process dies, the receiver ends in the same place."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.arrival import Arrival
from events.case import CaseState, evolve
from events.record_entry import EntryKind, RecordEntry
from events.types.protocol import EventReceived
from projections.views import Views
from services.agency.admitting import take_in
from services.agency.issuing import issue
from services.agency.known_entries import known_event
from services.agency.record_transaction import RecordTransaction
from services.agency.writer import Writer
from tests.unit.agency.correspondence import RECEIVER, Correspondence, by_sender, correspond
from tests.unit.agency.houses import House, Houses, arrival, make_network, rows, shared

SLOW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Correspondence]:
    """The same correspondence for every example."""
    folder = tmp_path_factory.mktemp("exchange")
    found = correspond(make_network(folder / "network"), folder / "houses")
    assert {e.envelope.sender for e in found.events} == {"police", "dic", "vnpt"}
    yield found
    found.end.close()


class _Killed(BaseException):
    """The process died before the commit."""


@dataclass
class Delivery:
    """One batch: which events, whether another process than the last one takes it, and whether it is killed first."""

    events: list[int]
    other_process: bool
    killed: bool


BATCHES = st.lists(
    st.builds(Delivery, st.lists(st.integers(0, 20), min_size=1, max_size=8), st.booleans(), st.booleans()), max_size=6
)


class Receiver:
    """The receiver's record, open in two processes at once."""

    def __init__(self, sent: Correspondence, folder: Path) -> None:
        self._sent = sent
        self._folder = folder
        self._houses = Houses(sent.network, folder, (RECEIVER,))
        self._first = self._houses[RECEIVER]
        self._second = self._houses.open(RECEIVER, folder / RECEIVER)
        self.now = self._first
        for house in (self._first, self._second):
            house.now = sent.end.now

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._first.close()
        self._second.close()

    @property
    def house(self) -> House:
        return self.now

    def take(self, delivery: Delivery) -> None:
        if delivery.other_process:
            self.now = self._second if self.now is self._first else self._first
        house = self.now
        arrivals = [self._arrival(number % len(self._sent.events)) for number in delivery.events]
        if delivery.killed:
            with contextlib.suppress(_Killed), house.record.writing() as transaction:
                take_in(transaction, arrivals, house.context, house.service, house.now)
                raise _Killed
        house.take_in(*arrivals)

    def deliver_the_rest(self, order: list[int]) -> None:
        """What was not delivered yet, and some of it again, in any order: the sender goes on until it is receipted."""
        held = {e.event.envelope.id for e in self.now.events()}
        missing = [n for n, event in enumerate(self._sent.events) if event.envelope.id not in held]
        for number in sorted(missing, key=lambda n: order[n % len(order)]):
            self.take(Delivery([number], other_process=False, killed=False))

    def _arrival(self, number: int) -> Arrival:
        return arrival(self._sent.events[number], RECEIVER, sequence=number + 1, stored_at=self._sent.end.now)


def case_state(house: House, case: str) -> CaseState | None:
    with house.record.writing() as transaction:
        return transaction.case_state(case)


def full_fold(house: House, case: str) -> CaseState | None:
    """The state folded anew over every entry: what no cache or snapshot has touched."""
    state = None
    for entry in house.documents(EntryKind.SENT, EntryKind.ADMITTED):
        if entry.event.envelope.case == case and (known := known_event(entry)) is not None:
            state = evolve(state, known, house.me)
    return state


def receipts(house: House) -> dict[str, list[int]]:
    """By sender, every count that a receipt of this house covers, in the order of the receipts."""
    covered: dict[str, list[int]] = {}
    for entry in house.events(EntryKind.SENT, event_type="EventReceived"):
        content = EventReceived.from_bytes(entry.event.content_bytes)
        (sender,) = entry.event.envelope.agencies
        counts = [line.count for line in content.entries]
        covered.setdefault(sender, []).extend(counts)
        assert content.upto_count == counts[-1]
        assert content.entries[-1].digest == content.upto_digest
    return covered


def check_end(receiver: Receiver, sent: Correspondence) -> None:
    """All is held once, in order per sender, receipted, numbered without a gap, and the case is what it should be."""
    house = receiver.house
    assert by_sender(house.documents()) == by_sender(sent.end.documents(EntryKind.ADMITTED))
    assert {e.kind for e in house.documents()} == {EntryKind.ADMITTED}
    expected = {sender: list(range(1, len(events) + 1)) for sender, events in by_sender(house.documents()).items()}
    assert receipts(house) == expected
    assert [e.incoming_number for e in house.documents()] == list(range(1, len(sent.events) + 1))
    assert rows(house.record, "SELECT digest FROM parked UNION SELECT digest FROM quarantine") == []
    assert full_fold(house, sent.case) == case_state(sent.end, sent.case)


@SLOW
@given(BATCHES, st.lists(st.integers(0, 99), min_size=20, max_size=20))
def test_any_order_repetition_loss_and_death_end_in_the_same_place(
    sent: Correspondence, batches: list[Delivery], order: list[int]
) -> None:
    with TemporaryDirectory() as folder, Receiver(sent, Path(folder)) as receiver:
        for batch in batches:
            receiver.take(batch)
        receiver.deliver_the_rest(order)
        check_end(receiver, sent)
        house = receiver.house
        assert case_state(house, sent.case) == full_fold(house, sent.case)
        check_views(house, Path(folder) / "again.sqlite", sent)


def check_views(house: House, path: Path, sent: Correspondence) -> None:
    """The views that moved batch by batch are what a replay of the record gives; the cases are as they always end."""
    directory = house.context.directory
    with Views(path, roles_of=lambda _, who, at: directory.roles_of(who, at)) as again:
        again.apply(list(house.record.all_entries()), house.me)
        assert again.canonical_dump() == house.views.canonical_dump()
    for table in ("case_file", "case_part", "obligation"):
        assert view_rows(house, table) == view_rows(sent.end, table)


def view_rows(house: House, table: str) -> list[dict[str, Any]]:
    """Rows of a view, without what says which event came first, when this house came to know, and where it stands."""
    dump = json.loads(house.views.canonical_dump())
    of_this_house = {"first_at", "settled_at", "last_position"}
    return [{k: v for k, v in row.items() if k not in of_this_house} for row in dump["tables"][table]]


@SLOW
@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=30),
    st.lists(st.integers(1, 7), min_size=1, max_size=30),
    st.booleans(),
)
def test_how_arrivals_are_cut_into_batches_changes_nothing(
    sent: Correspondence, numbers: list[int], sizes: list[int], killed: bool
) -> None:
    ends = []
    for cut in ([len(numbers)], sizes):
        with TemporaryDirectory() as folder, Receiver(sent, Path(folder)) as receiver:
            start, turn = 0, 0
            while start < len(numbers):
                size = cut[turn % len(cut)]
                receiver.take(Delivery(numbers[start : start + size], turn % 2 == 1, killed))
                start, turn = start + size, turn + 1
            house = receiver.house
            receipted = receipts(house)
            ends.append(
                (
                    [(e.event, e.kind, e.incoming_number) for e in house.documents()],
                    [(e.name, e.subject) for e in house.local()],
                    receipted,
                    rows(house.record, "SELECT digest, waits_for FROM parked ORDER BY digest"),
                    case_state(house, sent.case),
                    *(view_rows(house, table) for table in ("case_file", "case_part", "obligation", "held_message")),
                )
            )
    assert ends[0] == ends[1]


@SLOW
@given(st.lists(st.tuples(st.integers(1, 4), st.booleans(), st.booleans()), min_size=1, max_size=10))
def test_two_writers_of_one_file_never_give_a_count_or_number_twice(
    sent: Correspondence, turns: list[tuple[int, bool, bool]]
) -> None:
    with TemporaryDirectory() as folder:
        houses = Houses(sent.network, Path(folder), ("police",))
        writers = houses["police"], houses.open("police", Path(folder) / "police")
        made = 0
        for number, second, killed in turns:
            house = writers[second]
            with contextlib.suppress(_Killed), house.record.writing() as transaction:
                for _ in range(number):
                    issue(transaction, shared(), house.head, house.context, house.now)
                if killed:
                    raise _Killed
            made += 0 if killed else number
        check_chain(writers[0], made)
        for house in writers:
            house.close()


def check_chain(house: House, number: int) -> None:
    """Counts and register from 1 without gaps, each envelope naming the one before it, in the order of positions."""
    previous = bytes(32)
    entries = house.documents(EntryKind.SENT)
    assert len(entries) == number
    for count, entry in enumerate(entries, start=1):
        (link,) = entry.event.envelope.recipients
        assert (link.count, link.previous, entry.event.envelope.docnumber) == (count, previous, f"{count:02d}")
        previous = entry.event.digest
    positions = [e.position for e in house.record.all_entries()]
    assert positions == sorted(set(positions))


async def test_a_service_and_a_command_line_that_write_at_the_same_time(sent: Correspondence, tmp_path: Path) -> None:
    houses = Houses(sent.network, tmp_path, ("police",))
    house, second = houses["police"], houses.open("police", tmp_path / "police")
    writer = Writer(house.record, lambda _: None)

    def one(transaction: RecordTransaction) -> RecordEntry:
        return issue(transaction, shared(), house.head, house.context, house.now)

    def command_line() -> None:
        for _ in range(25):
            with second.record.writing() as transaction:
                issue(transaction, shared(), second.head, second.context, second.now)

    await asyncio.gather(asyncio.to_thread(command_line), *(writer.run(one) for _ in range(60)))
    await writer.close()
    check_chain(house, 85)
    second.close()
    houses.close()
