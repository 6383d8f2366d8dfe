"""Proofs and frontiers against a tree built by the letter of RFC 6962."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidValue, ProofInvalid
from events.transparency.compact_range import CompactRange, read_frontier
from events.transparency.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    peaks,
    root_from_inclusion,
    root_of,
    subtree_root,
    verify_consistency,
    verify_inclusion,
)
from tests.unit.transparency.naive_tree import NaiveTree

SIZES = 300
TREE = NaiveTree(SIZES)


def test_every_root_up_to_300_leaves() -> None:
    growing = CompactRange()
    assert growing.root == root_of([]) == subtree_root(0, 0, TREE.read_node) == EMPTY_ROOT
    for size in range(1, SIZES + 1):
        growing = growing.append(TREE.leaves[size - 1])
        expected = TREE.mth(0, size)
        assert growing.root == expected
        assert root_of(TREE.leaves[:size]) == expected
        assert subtree_root(0, size, TREE.read_node) == expected
        assert read_frontier(size, TREE.read_node) == growing


def test_every_inclusion_proof_up_to_300_leaves() -> None:
    for size in range(1, SIZES + 1):
        root = TREE.mth(0, size)
        for index in range(size):
            proof = inclusion_proof(index, size, TREE.read_node)
            assert list(proof) == TREE.path(index, 0, size)
            verify_inclusion(TREE.leaves[index], index, size, proof, root)


def test_every_consistency_proof_up_to_300_leaves() -> None:
    for size in range(1, SIZES + 1):
        root = TREE.mth(0, size)
        for old_size in range(1, size + 1):
            proof = consistency_proof(old_size, size, TREE.read_node)
            assert list(proof) == TREE.proof(old_size, 0, size)
            verify_consistency(old_size, TREE.mth(0, old_size), size, root, proof)


@st.composite
def places(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, SIZES))
    return draw(st.integers(0, size - 1)), size


def flip(data: bytes, bit: int) -> bytes:
    return (int.from_bytes(data, "big") ^ 1 << bit % (8 * len(data))).to_bytes(len(data), "big")


@given(places(), st.integers(0, 10), st.integers(0, 255))
def test_any_flipped_bit_of_an_inclusion_proof_is_found(place: tuple[int, int], at: int, bit: int) -> None:
    index, size = place
    leaf, root = TREE.leaves[index], TREE.mth(0, size)
    proof = list(inclusion_proof(index, size, TREE.read_node))
    parts = [leaf, root, *proof]
    parts[at % len(parts)] = flip(parts[at % len(parts)], bit)
    with pytest.raises(ProofInvalid) as caught:
        verify_inclusion(parts[0], index, size, parts[2:], parts[1])
    assert caught.value.check == "root"


@given(places(), st.integers(0, 12), st.integers(0, 255))
def test_any_flipped_bit_of_a_consistency_proof_is_found(place: tuple[int, int], at: int, bit: int) -> None:
    old_size, size = place[0] + 1, place[1]
    proof = consistency_proof(old_size, size, TREE.read_node)
    parts = [TREE.mth(0, old_size), TREE.mth(0, size), *proof]
    parts[at % len(parts)] = flip(parts[at % len(parts)], bit)
    with pytest.raises(ProofInvalid) as caught:
        verify_consistency(old_size, parts[0], size, parts[1], parts[2:])
    assert caught.value.check in {"old-root", "root"}


@given(places(), places())
def test_a_proof_is_good_for_its_own_place_alone(place: tuple[int, int], other: tuple[int, int]) -> None:
    index, size = place
    proof = inclusion_proof(index, size, TREE.read_node)
    if place == other:
        return
    with pytest.raises(ProofInvalid):
        verify_inclusion(TREE.leaves[index], *other, proof, TREE.mth(0, other[1]))


@given(places(), places())
def test_a_tree_with_another_leaf_is_not_consistent(place: tuple[int, int], other: tuple[int, int]) -> None:
    index, old_size = place
    size = old_size + other[0] + 1
    forked = list(TREE.leaves[:old_size])
    forked[index] = flip(forked[index], 0)
    proof = consistency_proof(old_size, min(size, SIZES), TREE.read_node)
    with pytest.raises(ProofInvalid):
        verify_consistency(old_size, root_of(forked), min(size, SIZES), TREE.mth(0, min(size, SIZES)), proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (6, 5), (-1, 5), (0, -1)])
def test_no_inclusion_proof_is_made_or_taken_of_a_leaf_outside(index: int, size: int) -> None:
    with pytest.raises(InvalidValue, match="has no leaf"):
        inclusion_proof(index, size, TREE.read_node)
    with pytest.raises(ProofInvalid) as caught:
        root_from_inclusion(TREE.leaves[0], index, size, ())
    assert caught.value.check == "sizes"


@pytest.mark.parametrize(("old_size", "size"), [(0, 5), (0, 0), (6, 5), (-1, 5)])
def test_no_consistency_proof_is_made_from_nothing_or_backwards(old_size: int, size: int) -> None:
    with pytest.raises(InvalidValue, match="no proof"):
        consistency_proof(old_size, size, TREE.read_node)


def test_each_fault_has_its_name() -> None:
    root, old_root = TREE.mth(0, 7), TREE.mth(0, 6)
    proof = list(consistency_proof(6, 7, TREE.read_node))
    cases = [
        ("sizes", (8, old_root, 7, root, proof)),
        ("sizes", (-1, old_root, 7, root, proof)),
        ("sizes", (0, EMPTY_ROOT, 7, root, [])),
        ("length", (6, old_root, 7, root, proof[1:])),
        ("length", (7, root, 7, root, proof)),
        ("hash", (6, old_root, 7, root, [*proof[:-1], b""])),
        ("old-root", (6, TREE.mth(0, 5), 7, root, proof)),
        ("root", (6, old_root, 7, TREE.mth(0, 8), proof)),
        ("root", (7, old_root, 7, root, [])),
    ]
    for check, arguments in cases:
        with pytest.raises(ProofInvalid) as caught:
            verify_consistency(*arguments)
        assert caught.value.check == check, arguments[0]


@given(st.integers(0, 2**63 - 1))
def test_peaks_cover_a_tree_with_as_few_nodes_as_its_size_has_bits(size: int) -> None:
    at, count = 0, 0
    for level, index in peaks(0, size):
        assert index << level == at
        at, count = at + (1 << level), count + 1
    assert (at, count) == (size, size.bit_count())


@given(st.lists(st.integers(0, 40), max_size=8))
def test_a_frontier_grown_in_batches_is_the_same(batches: list[int]) -> None:
    frontier, at = CompactRange(), 0
    for batch in batches:
        end = min(at + batch, SIZES)
        frontier, at = frontier.extend(TREE.leaves[at:end]), end
    assert frontier == CompactRange().extend(TREE.leaves[:at])


@pytest.mark.parametrize(
    ("size", "nodes"), [(1, ()), (0, (bytes(32),)), (3, (bytes(32),)), (-1, (bytes(32),)), (1, (b"",))]
)
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, nodes: tuple[bytes, ...]) -> None:
    with pytest.raises(InvalidValue):
        CompactRange(size, nodes)
