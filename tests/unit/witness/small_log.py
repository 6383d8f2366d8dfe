"""A log whose auditor does what a test wants: real tiles on disk, real signatures, real HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from events import base64url
from events.audit.log_keys import log_name
from events.keys import PublicKey
from events.note import VerifierKey, format_note
from events.record_entry import RecordEntry
from events.signature import Signer
from events.transparency.checkpoint import Checkpoint, sign_checkpoint
from events.transparency.entry import Delivery, log_entry
from events.transparency.merkle import leaf_hash, root_of
from events.transparency.tile_path import FULL_WIDTH, Tile
from events.transparency.tiles import Growth, grow
from events.types.transparency import Inclusion
from tests.unit.agency.houses import NOW


def stranger(number: int) -> bytes:
    """An entry of somebody else's delivery."""
    return sha256(b"stranger %d" % number).digest()


@dataclass
class SmallLog:
    """A log in a folder. `signer` is the auditor's service key."""

    folder: Path
    signer: Signer
    public_key: PublicKey
    province: str = "lao-cai"
    leaves: list[bytes] = field(default_factory=list)
    logged: int = 0

    @property
    def size(self) -> int:
        return len(self.leaves)

    @property
    def root(self) -> bytes:
        return root_of(self.leaves)

    def append(self, *entries: bytes) -> SmallLog:
        """Grow by entries, and write the tiles."""
        before = self.size
        self.leaves += map(leaf_hash, entries)
        self._write(grow(before, self.leaves[before:], self._read_tile))
        return self

    def _write(self, growth: Growth) -> None:
        for tile, data in growth.tiles:
            path = self.folder / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def strangers(self, number: int, first: int = 0) -> SmallLog:
        return self.append(*(stranger(first + each) for each in range(number)))

    def log(self, entry: RecordEntry, **stated: object) -> Inclusion:
        """Log an event as the broker stored the auditor's copy, and say where; `stated` says otherwise."""
        event = entry.event
        self.logged += 1
        values = {"stream_sequence": self.logged, "stored_at": NOW} | stated
        for recipient in event.envelope.agencies:
            self.append(log_entry(Delivery(event.digest, event.signature, recipient, **values)))  # type: ignore[arg-type]
        first = self.size - len(event.envelope.agencies)
        return Inclusion(event=base64url.encode(event.digest), first_index=first, **values)  # type: ignore[arg-type]

    def _read_tile(self, level: int, index: int, width: int) -> bytes:
        return (self.folder / Tile(level, index, width).path).read_bytes()

    def note(self, size: int | None = None, *, origin: str | None = None) -> str:
        """The checkpoint of a size, signed; of an earlier one too, with the tiles that it had."""
        leaves = self.leaves if size is None else self.leaves[:size]
        if size not in {None, self.size}:
            partial = (tile for tile in grow(0, leaves, self._read_tile).tiles if tile[0].width < FULL_WIDTH)
            self._write(Growth(len(leaves), b"", tuple(partial)))
        key = VerifierKey(origin or log_name(self.province), self.public_key)
        return format_note(sign_checkpoint(Checkpoint(key.name, len(leaves), root_of(leaves)), key, self.signer.sign))
