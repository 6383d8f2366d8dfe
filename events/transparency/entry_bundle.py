"""Entry bundles (https://c2sp.org/tlog-tiles): up to 256 entries, each after its length as a big-endian uint16."""

from __future__ import annotations

from collections.abc import Sequence

from events.errors import Malformed
from events.transparency.tile_path import FULL_WIDTH

MAX_ENTRY_BYTES = 65_535
_LENGTH_BYTES = 2


def format_bundle(entries: Sequence[bytes]) -> bytes:
    """The bytes of a bundle; raises `Malformed` (`bundle`) for no or too many entries, or one that is too long."""
    if not 1 <= len(entries) <= FULL_WIDTH:
        raise Malformed("bundle", f"an entry bundle holds 1 to {FULL_WIDTH} entries, not {len(entries)}")
    if (longest := max(map(len, entries))) > MAX_ENTRY_BYTES:
        raise Malformed("bundle", f"an entry of {longest} bytes is over {MAX_ENTRY_BYTES}")
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def parse_bundle(data: bytes, width: int | None = None) -> tuple[bytes, ...]:
    """The entries of a bundle, exactly `width` of them where that is known; raises `Malformed` (`bundle`)."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data):
            raise Malformed("bundle", f"the entry bundle breaks off within entry {len(entries)}")
        entries.append(data[start:at])
        if len(entries) > FULL_WIDTH:
            raise Malformed("bundle", f"the entry bundle holds more than {FULL_WIDTH} entries")
    if not entries or (width is not None and len(entries) != width):
        wanted = f"1 to {FULL_WIDTH}" if width is None else str(width)
        raise Malformed("bundle", f"the entry bundle holds {len(entries)} entries, not {wanted}")
    return tuple(entries)
