"""RFC 6962 trees and proofs against published figures, and the malformed proofs that their tests try."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator

import pytest

from events.errors import ProofInvalid
from events.transparency.compact_range import CompactRange
from events.transparency.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.contract.transparency.published import load

RFC = load("rfc6962")
ENTRIES = [bytes.fromhex(entry) for entry in RFC["leaves"]]
HASHES = [leaf_hash(entry) for entry in ENTRIES]
ROOTS = [bytes.fromhex(root) for root in RFC["roots"]]
SOME_HASH = bytes.fromhex(RFC["some_hash"])
INCLUSION = [
    (case["index"], case["size"], [bytes.fromhex(each) for each in case["proof"]]) for case in RFC["inclusion"]
]
CONSISTENCY = [
    (case["old_size"], case["size"], [bytes.fromhex(each) for each in case["proof"]]) for case in RFC["consistency"]
]

Inclusion = tuple[str, int, int, bytes, list[bytes], bytes]
Consistency = tuple[str, int, int, bytes, bytes, list[bytes]]


def read_node(level: int, index: int) -> bytes:
    return root_of(HASHES[index << level : (index + 1) << level])


def flip(proof: list[bytes], at: int, mask: int) -> list[bytes]:
    return [*proof[:at], bytes([proof[at][0] ^ mask]) + proof[at][1:], *proof[at + 1 :]]


def test_hashes_are_the_published_ones() -> None:
    assert EMPTY_ROOT.hex() == RFC["empty_root"]
    for entry, expected in RFC["leaf_hashes"].items():
        assert leaf_hash(bytes.fromhex(entry)).hex() == expected
    node = RFC["node_hash"]
    assert node_hash(bytes.fromhex(node["left"]), bytes.fromhex(node["right"])).hex() == node["hash"]


def test_roots_of_one_to_eight_leaves() -> None:
    for size, root in enumerate(ROOTS, start=1):
        assert root_of(HASHES[:size]) == root
        assert CompactRange().extend(HASHES[:size]).root == root


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_inclusion_proofs_are_made_and_verified(index: int, size: int, proof: list[bytes]) -> None:
    assert inclusion_proof(index, size, read_node) == tuple(proof)
    verify_inclusion(HASHES[index], index, size, proof, ROOTS[size - 1])


@pytest.mark.parametrize(("old_size", "size", "proof"), CONSISTENCY)
def test_consistency_proofs_are_made_and_verified(old_size: int, size: int, proof: list[bytes]) -> None:
    assert consistency_proof(old_size, size, read_node) == tuple(proof)
    verify_consistency(old_size, ROOTS[old_size - 1], size, ROOTS[size - 1], proof)


def corrupt_inclusion(index: int, size: int, proof: list[bytes]) -> Iterator[Inclusion]:
    """The probes of `corruptInclusionProof` in transparency-dev/merkle, proof/verify_test.go."""
    leaf, root = HASHES[index], ROOTS[size - 1]
    yield "leafIndex - 1", index - 1, size, leaf, proof, root
    yield "leafIndex + 1", index + 1, size, leaf, proof, root
    yield "leafIndex ^ 2", index ^ 2, size, leaf, proof, root
    yield "treeSize * 2", index, size * 2, leaf, proof, root
    yield "treeSize / 2", index, size // 2, leaf, proof, root
    yield "wrong leaf", index, size, b"WrongLeaf", proof, root
    yield "empty root", index, size, leaf, proof, EMPTY_ROOT
    yield "random root", index, size, leaf, proof, SOME_HASH
    yield "trailing garbage", index, size, leaf, [*proof, b""], root
    yield "trailing root", index, size, leaf, [*proof, root], root
    yield "preceding garbage", index, size, leaf, [b"", *proof], root
    yield "preceding root", index, size, leaf, [root, *proof], root
    for at in range(len(proof)):
        yield f"modified proof[{at}] bit 3", index, size, leaf, flip(proof, at, 8), root
    if proof:
        yield "removed component", index, size, leaf, proof[:-1], root
    if len(proof) > 1:
        yield "inserted component", index, size, leaf, [proof[0], SOME_HASH, *proof[1:]], root


def corrupt_consistency(old_size: int, size: int, proof: list[bytes]) -> Iterator[Consistency]:
    """The probes of `corruptConsistencyProof` in the same file."""
    old, new = ROOTS[old_size - 1], ROOTS[size - 1]
    yield "size1 - 1", old_size - 1, size, old, new, proof
    yield "size1 + 1", old_size + 1, size, old, new, proof
    yield "size1 ^ 2", old_size ^ 2, size, old, new, proof
    yield "size2 * 2", old_size, size * 2, old, new, proof
    yield "size2 / 2", old_size, size // 2, old, new, proof
    yield "wrong root1", old_size, size, b"WrongRoot", new, proof
    yield "wrong root2", old_size, size, old, b"WrongRoot", proof
    yield "swapped roots", old_size, size, new, old, proof
    yield "empty proof", old_size, size, old, new, []
    yield "trailing garbage", old_size, size, old, new, [*proof, b""]
    yield "trailing root1", old_size, size, old, new, [*proof, old]
    yield "trailing root2", old_size, size, old, new, [*proof, new]
    yield "preceding garbage", old_size, size, old, new, [b"", *proof]
    yield "preceding root1", old_size, size, old, new, [old, *proof]
    yield "preceding root2", old_size, size, old, new, [new, *proof]
    yield "preceding proof[0]", old_size, size, old, new, [proof[0], *proof]
    yield "truncated proof", old_size, size, old, new, proof[:-1]
    for at in range(len(proof)):
        yield f"modified proof[{at}] bit 4", old_size, size, old, new, flip(proof, at, 16)


@pytest.mark.parametrize("probe", [probe for case in INCLUSION for probe in corrupt_inclusion(*case)])
def test_a_malformed_inclusion_proof_is_refused(probe: Inclusion) -> None:
    _, index, size, leaf, proof, root = probe
    with pytest.raises(ProofInvalid):
        verify_inclusion(leaf, index, size, proof, root)


@pytest.mark.parametrize("probe", [probe for case in CONSISTENCY if case[2] for probe in corrupt_consistency(*case)])
def test_a_malformed_consistency_proof_is_refused(probe: Consistency) -> None:
    _, old_size, size, old, new, proof = probe
    with pytest.raises(ProofInvalid):
        verify_consistency(old_size, old, size, new, proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (0, 1), (1, 0), (2, 1)])
@pytest.mark.parametrize(("leaf", "root"), [(SOME_HASH, b""), (b"", EMPTY_ROOT), (SOME_HASH, EMPTY_ROOT)])
def test_inclusion_in_trees_of_one_leaf_and_none(index: int, size: int, leaf: bytes, root: bytes) -> None:
    with pytest.raises(ProofInvalid):
        verify_inclusion(leaf, index, size, [], root)


@pytest.mark.parametrize(
    ("leaf", "root"), [(SOME_HASH, b""), (b"", SOME_HASH), (b"", b"")], ids=["no root", "no leaf", "neither"]
)
def test_the_single_entry_must_be_a_hash(leaf: bytes, root: bytes) -> None:
    verify_inclusion(SOME_HASH, 0, 1, [], SOME_HASH)
    with pytest.raises(ProofInvalid):
        verify_inclusion(leaf, 0, 1, [], root)


@pytest.mark.parametrize("case", load("consistency_edges")["cases"], ids=lambda case: str(case["desc"]))
def test_consistency_at_the_edges(case: dict[str, object]) -> None:
    old, new = b64decode(str(case["root1"])), b64decode(str(case["root2"]))
    proof = [b64decode(each) for each in case["proof"]]  # type: ignore[attr-defined]
    sizes = int(str(case["size1"])), int(str(case["size2"]))
    if not case["wantErr"]:
        verify_consistency(sizes[0], old, sizes[1], new, proof)
        return
    with pytest.raises(ProofInvalid):
        verify_consistency(sizes[0], old, sizes[1], new, proof)


def test_a_real_log_of_almost_a_thousand_million_leaves() -> None:
    log = load("argon2020")
    size, root = log["size"], b64decode(log["root"])
    path = [b64decode(each) for each in log["audit_path"]]
    leaf = leaf_hash(b64decode(log["entry"]))
    verify_inclusion(leaf, log["index"], size, path, root)
    old_root, proof = b64decode(log["old_root"]), [b64decode(each) for each in log["consistency"]]
    verify_consistency(log["old_size"], old_root, size, root, proof)
    for at in range(len(path)):
        with pytest.raises(ProofInvalid, match="does not join"):
            verify_inclusion(leaf, log["index"], size, flip(path, at, 1), root)
    for at in range(len(proof)):
        with pytest.raises(ProofInvalid):
            verify_consistency(log["old_size"], old_root, size, root, flip(proof, at, 1))
    with pytest.raises(ProofInvalid):
        verify_inclusion(leaf, log["index"] + 1, size, path, root)
