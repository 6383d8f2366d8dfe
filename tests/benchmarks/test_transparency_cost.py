"""What the transparency log costs: appending, tiles, proofs, cosignatures. Run with `-s` for the figures.

Limits are generous: they are there to catch what grows with the log, not a busy machine.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from time import process_time

from events.transparency.checkpoint import Checkpoint, sign_checkpoint
from events.transparency.compact_range import CompactRange
from events.transparency.cosignature import add_signatures, cosign, verified_cosignatures
from events.transparency.entry import Delivery, log_entry
from events.transparency.merkle import inclusion_proof, leaf_hash, verify_inclusion
from events.transparency.tiles import grow, node_reader
from tests.unit.transparency.keys import log_key, witness_key

LEAVES = 262_144 + 4_321
SLACK = 4.0
"""The machine is shared: a limit is missed only when it is missed clearly."""


def rate(what: str, count: int, act: Callable[[], object], wanted_per_second: int) -> None:
    began = process_time()
    act()
    per_second = count / (process_time() - began)
    print(f"{what}: {per_second:,.0f}/s of processor time, {wanted_per_second:,} wanted")
    assert per_second * SLACK > wanted_per_second


def test_the_logs_rates() -> None:
    leaves = [sha256(n.to_bytes(8, "big")).digest() for n in range(LEAVES)]
    deliveries = [Delivery(leaf, f"{'a' * 90}..{'b' * 86}", "police", n + 1) for n, leaf in enumerate(leaves[:20_000])]
    print()
    rate("entries and their leaf hashes", 20_000, lambda: [leaf_hash(log_entry(each)) for each in deliveries], 100_000)
    rate("frontier, in one batch", LEAVES, lambda: CompactRange().extend(leaves), 300_000)

    def one_by_one() -> None:
        frontier = CompactRange()
        for leaf in leaves[:50_000]:
            frontier = frontier.append(leaf)

    rate("frontier, one by one", 50_000, one_by_one, 100_000)
    shelf: dict[tuple[int, int, int], bytes] = {}

    def read_tile(level: int, index: int, width: int) -> bytes:
        return shelf[level, index, width]

    def append_in_batches() -> None:
        for start in range(0, LEAVES, 1_000):
            grown = grow(start, leaves[start : start + 1_000], read_tile)
            shelf.update({(tile.level, tile.index, tile.width): data for tile, data in grown.tiles})

    rate("tiles and root, in batches of 1,000", LEAVES, append_in_batches, 200_000)
    root = CompactRange().extend(leaves).root
    chosen = range(0, LEAVES, 101)
    read_node = node_reader(LEAVES, read_tile)
    proofs: list[tuple[bytes, ...]] = []
    rate(
        "inclusion proofs made from tiles",
        len(chosen),
        lambda: proofs.extend(inclusion_proof(index, LEAVES, read_node) for index in chosen),
        5_000,
    )

    def verify_all() -> None:
        for index, proof in zip(chosen, proofs, strict=True):
            verify_inclusion(leaves[index], index, LEAVES, proof, root)

    rate("inclusion proofs verified", len(chosen), verify_all, 25_000)


def test_a_checkpoint_with_25_cosignatures() -> None:
    log, log_signs = log_key("phoihop.lao-cai.log")
    note = sign_checkpoint(Checkpoint(log.name, 1, sha256(b"").digest()), log, log_signs)
    witnesses = [witness_key(f"agency-{n}.lao-cai") for n in range(25)]
    note = add_signatures(note, [cosign(note.text, key, 1_700_000_000, sign) for key, sign in witnesses])
    keys = [key for key, _ in witnesses]
    print()
    rate("cosignatures verified", 2_500, lambda: [verified_cosignatures(note, keys) for _ in range(100)], 3_000)
