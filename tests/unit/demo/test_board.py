"""The board: each delivery's state, whatever order the records are heard in."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from events.record_entry import Entry
from services.demo.board import Board, State
from tests.unit.verify.history import make_network, report


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Entry]]:
    """What each agency's record holds after one report to two agencies."""
    network = make_network(tmp_path_factory.mktemp("board") / "state")
    network.say("vnpt", report(1))
    entries = {agency: list(house.record.all_entries()) for agency, house in network.houses.items()}
    network.close()
    return entries


@pytest.mark.parametrize("order", list(itertools.permutations(("vnpt", "dic", "police"))))
def test_everything_is_settled_in_whatever_order_records_are_heard(
    heard: dict[str, list[Entry]], order: tuple[str, ...]
) -> None:
    board = Board()
    for agency in order:
        board.take(agency, heard[agency])
    (line,) = board.lines.values()
    assert {recipient: delivery.state for recipient, delivery in line.deliveries.items()} == {
        "dic": State.RECEIPTED,
        "police": State.RECEIPTED,
    }
    assert board.settled(board.lines)


def test_the_states_follow_one_another(heard: dict[str, list[Entry]]) -> None:
    board = Board()
    sent, *receipts = heard["vnpt"]
    board.take("vnpt", [sent])
    (line,) = board.lines.values()

    def states() -> dict[str, State]:
        return {recipient: delivery.state for recipient, delivery in line.deliveries.items()}

    assert states() == {"dic": State.SIGNED, "police": State.SIGNED}
    board.take("dic", heard["dic"])
    assert states() == {"dic": State.ADMITTED, "police": State.SIGNED}
    assert not line.settled
    board.take("vnpt", receipts)
    assert states()["dic"] is State.RECEIPTED
    # A receipt alone tells nothing of what became of it.
    assert not line.deliveries["police"].settled


def test_what_nobody_has_heard_of_is_not_settled(tmp_path: Path) -> None:
    assert not Board().settled(["an event"])
