"""Stretches joined: leaves to a tree, runs to chains, numbers to registers, however the history was cut."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from events import base64url
from events.audit.finding import AuditCheck, Finding
from events.audit.leaves import gather
from events.audit.pair_chains import PairChains
from events.audit.protocol_facts import GAP
from events.audit.registers import Registers
from events.audit.runs import Runs
from events.audit.sending_order import SendingOrder
from events.audit.tree import Tree
from events.recipients import GENESIS
from events.transparency.merkle import root_of
from events.transparency.tile_path import tiles_of
from events.transparency.tiles import grow

cuts = st.lists(st.integers(0, 1500), max_size=8)


def leaf(number: int) -> bytes:
    return number.to_bytes(32, "big")


# Trees of many sizes in one test: hashing takes its time.
@settings(deadline=None)
@given(size=st.integers(1, 1500), cuts=cuts, wanted=st.sets(st.integers(1, 1500), max_size=6))
def test_a_tree_is_the_same_however_it_is_cut(size: int, cuts: list[int], wanted: set[int]) -> None:
    leaves = [leaf(number) for number in range(size)]
    sizes = sorted(each for each in wanted if each <= size)
    tree, roots = Tree(), dict[int, bytes]()
    for begin, end in pairwise(sorted({0, size, *(cut for cut in cuts if cut < size)})):
        inside = [each for each in sizes if begin < each <= end]
        roots.update(tree.add(gather(begin, leaves[begin:end], inside)))
    assert tree.size == size
    assert tree.root == root_of(leaves)
    assert roots == {each: root_of(leaves[:each]) for each in sizes}
    grown = {tile.path: data for tile, data in grow(0, leaves, lambda *_: b"").tiles}
    upper = {tile.path: data for tile, data in tree.upper_tiles(size)}
    assert upper == {tile.path: grown[tile.path] for tile in tiles_of(size) if tile.level}


def digest(count: int, branch: str = "") -> str:
    return base64url.encode(f"{branch}{count}".encode().ljust(32, b"."))


def chain(
    counts: list[int], *, cuts: list[int] | None = None, gaps: list[tuple[int, int]] | None = None
) -> list[Finding]:
    """What the links of a pair, in this order in the log and cut into stretches, come to."""
    found: list[Finding] = []
    chains = PairChains(found.append)
    edges = sorted({0, len(counts), *(cut for cut in cuts or () if cut < len(counts))})
    for begin, end in pairwise(edges):
        runs = Runs()
        for place in range(begin, end):
            count = counts[place]
            previous = digest(count - 1) if count > 1 else base64url.encode(GENESIS)
            time = f"2026-11-21T03:00:{count % 60:02d}.000Z"
            runs.add("vnpt", (("dic", count, previous),), digest(count), time, place, f"event {count}")
        chains.add(runs.all)
    for first, last in gaps or ():
        chains.declare_lost((GAP, 0, "vnpt", "gap", ("dic",), first, last, ""))
    chains.finish()
    return found


@given(length=st.integers(1, 50), cuts=cuts)
def test_a_chain_in_order_is_right_however_it_is_cut(length: int, cuts: list[int]) -> None:
    assert chain(list(range(1, length + 1)), cuts=cuts) == []


@given(order=st.permutations(range(1, 12)), cuts=cuts)
def test_links_that_come_late_fill_their_holes(order: list[int], cuts: list[int]) -> None:
    assert chain(list(order), cuts=cuts) == []


@given(length=st.integers(3, 40), missing=st.sets(st.integers(1, 38), min_size=1, max_size=5), cuts=cuts)
def test_counts_that_are_missing_are_found_unless_declared(length: int, missing: set[int], cuts: list[int]) -> None:
    counts = [count for count in range(1, length + 1) if count not in missing]
    holes = {count for count in missing if counts and count < counts[-1]}
    found = chain(counts, cuts=cuts)
    assert bool(found) == bool(holes)
    assert {finding.check for finding in found} <= {AuditCheck.GAP}
    assert chain(counts, cuts=cuts, gaps=[(count, count) for count in missing]) == []


def test_a_count_that_comes_again_was_signed_twice() -> None:
    assert [finding.check for finding in chain([1, 2, 3, 2])] == [AuditCheck.COUNT_TWICE]
    assert [finding.event for finding in chain([1, 2, 3, 2])] == ["event 2"]


def register(numbers: list[tuple[int, str]], *, outgoing: bool) -> list[AuditCheck]:
    found: list[Finding] = []
    registers = Registers(found.append, outgoing=outgoing)
    for place, (number, at) in enumerate(numbers):
        registers.add("dic", number, at, f"event {place}", place)
    registers.finish(lambda _: False)
    return [finding.check for finding in found]


def minute(number: int, year: int = 2026) -> str:
    return f"{year}-11-21T03:{number:02d}:00.000Z"


@given(st.permutations(range(1, 20)))
def test_numbers_that_become_known_late_are_in_order(numbers: list[int]) -> None:
    assert register([(number, minute(number)) for number in numbers], outgoing=True) == []


def test_registers_begin_again_with_the_year_in_vietnam() -> None:
    turned = [(1, "2026-12-31T16:59:59.000Z"), (1, "2026-12-31T17:00:00.000Z"), (2, minute(1, 2027))]
    assert register(turned, outgoing=True) == []


def test_numbers_missing_twice_or_against_time() -> None:
    assert register([(1, minute(1)), (3, minute(3))], outgoing=False) == [AuditCheck.REGISTER]
    assert register([(1, minute(1)), (1, minute(2))], outgoing=False) == [AuditCheck.REGISTER]
    assert register([(1, minute(30)), (2, minute(1))], outgoing=True) == [AuditCheck.BACK_DATED]
    assert register([(1, minute(30)), (2, minute(1))], outgoing=False) == [AuditCheck.RECEIPT_MISMATCH]
    assert register([(1, minute(30)), (2, minute(25))], outgoing=True) == []


def test_a_number_beyond_all_measure_is_a_gap_like_any_other() -> None:
    """Its sender chooses it: nobody may have to go through what lies below."""
    found: list[Finding] = []
    registers = Registers(found.append, outgoing=False)
    registers.add("police", 1, minute(1), "first", 1)
    registers.add("police", 2**53 - 1, minute(2), "absurd", 2)
    registers.finish(lambda _: False)
    (finding,) = found
    assert finding.check is AuditCheck.REGISTER
    assert "lacks 2, 3, 4, 5, 6 …" in finding.explanation_en


def order(*events: tuple[int, int, int]) -> list[str]:
    """Events as (minute signed, stream sequence, minute stored), in the order of the log; those dated back."""
    found: list[Finding] = []
    sending = SendingOrder(found.append, simulated=False)
    for place, (signed, sequence, stored) in enumerate(events):
        sending.place(sequence, minute(stored))
        sending.add("vnpt", minute(signed), sequence, f"event {place}", place)
    return [finding.event for finding in found]


def test_dated_back_is_what_was_sent_after_something_later() -> None:
    assert order((1, 1, 1), (40, 2, 40), (5, 3, 41)) == ["event 2"]


def test_late_in_order_is_only_late() -> None:
    assert order((1, 1, 50), (2, 2, 50), (3, 3, 51), (52, 4, 52)) == []


def test_examined_once_more_is_not_sent_later() -> None:
    # It lay in quarantine: the broker had stored it before the other one.
    assert order((1, 1, 1), (40, 5, 40), (5, 3, 6)) == []


def test_sent_again_after_the_broker_lost_its_store() -> None:
    assert order((1, 11, 1), (40, 12, 40), (5, 1, 45), (46, 2, 46), (6, 3, 47)) == []
    assert order((1, 11, 1), (40, 12, 40), (58, 1, 45), (46, 2, 59)) == ["event 3"]
