"""The pure judgements: whether a checkpoint follows another, and whether what the log says of an event can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import base64url
from events.audit.growth import LogForked, TilesWrong, judge_growth, tiles_to_judge
from events.audit.stated_entry import HeldEvent, StatedPlace, implausible, read_answer
from events.errors import InvalidValue
from events.instants import format_instant
from events.transparency.checkpoint import Checkpoint
from events.transparency.merkle import root_of
from events.transparency.tile_path import Tile
from events.transparency.tiles import grow
from events.types.transparency import Inclusion, InclusionStated
from services.witness.stream_age import StreamAge
from tests.unit.agency.houses import NOW

LEAVES = [sha256(b"%d" % each).digest() for each in range(1300)]


def checkpoint(size: int, leaves: list[bytes] | None = None) -> Checkpoint:
    return Checkpoint("log", size, root_of((leaves or LEAVES)[:size]))


def tiles_of(leaves: list[bytes]) -> dict[Tile, bytes]:
    def none(level: int, index: int, width: int) -> bytes:
        raise LookupError((level, index, width))

    return dict(grow(0, leaves, none).tiles)


def judge(old: Checkpoint, new: Checkpoint, tiles: dict[Tile, bytes]) -> None:
    wanted = {tile: tiles[tile] for tile in tiles_to_judge(old, new)}  # nothing else is read
    judge_growth(old, new, lambda level, index, width: wanted[Tile(level, index, width)])


sizes = st.integers(0, len(LEAVES))


@given(sizes, sizes)
def test_every_tree_begins_with_its_beginnings(one: int, other: int) -> None:
    old, new = sorted((one, other))
    judge(checkpoint(old), checkpoint(new), tiles_of(LEAVES[:new]))


@given(st.integers(1, len(LEAVES)), st.integers(1, len(LEAVES)), st.data())
def test_a_history_that_was_rewritten_is_a_fork(one: int, other: int, data: st.DataObject) -> None:
    old, new = sorted((one, other))
    changed = data.draw(st.integers(0, old - 1))
    leaves = [*LEAVES[:changed], bytes(32), *LEAVES[changed + 1 :]]
    with pytest.raises(LogForked):
        judge(checkpoint(old), checkpoint(new, leaves), tiles_of(leaves[:new]))


@given(st.integers(1, len(LEAVES)), st.integers(1, len(LEAVES)), st.data())
def test_tiles_of_another_tree_prove_nothing(one: int, other: int, data: st.DataObject) -> None:
    """They are never taken for a fork: whoever serves them could accuse the log of one."""
    old, new = sorted((one, other))
    changed = data.draw(st.integers(0, new - 1))
    leaves = [*LEAVES[:changed], bytes(32), *LEAVES[changed + 1 :]]
    if old == new:
        judge(checkpoint(old), checkpoint(new), {})
        return
    with pytest.raises(TilesWrong):
        judge(checkpoint(old), checkpoint(new), tiles_of(leaves[:new]))


def test_a_first_checkpoint_is_held_against_its_tiles() -> None:
    with pytest.raises(TilesWrong):
        judge(checkpoint(0), checkpoint(300), tiles_of(LEAVES[1:301]))


def test_what_cannot_have_grown() -> None:
    with pytest.raises(InvalidValue):
        judge_growth(checkpoint(5), checkpoint(4), lambda *_: b"")
    with pytest.raises(InvalidValue):
        judge_growth(replace(checkpoint(4), origin="other"), checkpoint(5), lambda *_: b"")


def test_few_tiles_are_read_of_a_large_tree() -> None:
    large, larger = (Checkpoint("log", size, bytes(32)) for size in (999_000, 1_000_000))
    assert len(tiles_to_judge(large, larger)) <= 8


# --- what is stated ---

HELD = HeldEvent(1, bytes(32), "x", ("dic",), NOW, own=False, stream_sequence=100, stored_at=NOW)
MINUTE = timedelta(minutes=1)


def stated(minutes: float | None, sequence: int | None = 101) -> StatedPlace:
    return StatedPlace(0, sequence, None if minutes is None else format_instant(NOW + minutes * MINUTE))


def test_an_answer_is_read_as_its_content_is() -> None:
    digests = [sha256(b"%d" % each).digest() for each in range(3)]
    first, second, third = (base64url.encode(digest) for digest in digests)
    content = InclusionStated(
        entries=(
            Inclusion(event=first, first_index=7, stream_sequence=3, stored_at=NOW),
            Inclusion(event=second, first_index=0),
        ),
        unknown=(third,),
    )  # fmt: skip
    places, unknown = read_answer(content.to_bytes())
    assert places == [(digests[0], StatedPlace(7, 3, format_instant(NOW))), (digests[1], StatedPlace(0, None, None))]
    assert unknown == [digests[2]]
    assert read_answer(InclusionStated().to_bytes()) == ([], [])


@pytest.mark.parametrize(
    ("held", "says", "more", "why"),
    [
        (HELD, stated(0), {}, None),
        (HELD, stated(4.9), {}, None),
        (HELD, stated(-4.9, 99), {}, None),
        (HELD, stated(None), {}, "neither"),
        (HELD, stated(0, None), {}, "neither"),
        (HELD, stated(-6, 9), {}, "before the event was signed"),
        (HELD, stated(-6, 9), {"simulated": True}, None),
        (HELD, stated(6), {}, "long after"),
        (HELD, stated(6), {"sent_again_after": NOW + 5 * MINUTE}, None),
        (HELD, stated(6), {"sent_again_after": NOW + 30 * MINUTE}, "long after"),
        (HELD._replace(own=True, stored_at=None, stream_sequence=None), stated(59), {}, None),
        (HELD._replace(stored_at=None, stream_sequence=None), stated(66), {}, "in the future"),
        (HELD._replace(stored_at=NOW + 30 * MINUTE), stated(0, 60), {}, None),
        (HELD._replace(stored_at=NOW + 30 * MINUTE), stated(0, 160), {}, "stand behind it"),
        (HELD, stated(100), {"simulated": True}, "long after"),
    ],
)
def test_what_the_log_may_say_of_a_copy(
    held: HeldEvent, says: StatedPlace, more: dict[str, object], why: str | None
) -> None:
    values: dict[str, object] = {"now": NOW + 60 * MINUTE, "simulated": False} | more
    found = implausible(held, says, **values)  # type: ignore[arg-type]
    assert (found is None) if why is None else (found is not None and why in found)


def test_a_stream_begins_anew_when_a_lower_sequence_is_stored_later() -> None:
    age = StreamAge()
    assert str(age) == ""
    for sequence, minutes in ((5, 0.0), (9, 1.0), (7, 0.5), (8, 2.0), (None, 90.0)):
        age.take(sequence, NOW + minutes * MINUTE)
    assert age.begun_anew_after(NOW) is None
    age.take(3, NOW + 60 * MINUTE)
    again = StreamAge(str(age))
    for known in (age, again):
        assert known.begun_anew_after(NOW + 59 * MINUTE) == NOW + 60 * MINUTE
        assert known.begun_anew_after(NOW + 60 * MINUTE) is None
        assert known.begun_anew_after(None) is None
    assert str(again) == f"3 {format_instant(NOW + 60 * MINUTE)} {format_instant(NOW + 60 * MINUTE)}"
