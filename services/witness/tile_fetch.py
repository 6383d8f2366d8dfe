"""The log's tiles over HTTP (https://c2sp.org/tlog-tiles), with limits on size and time; nothing is believed here.

Only the newest tiles are kept, in memory: what a witness must not forget is a size and a root (`notebook`).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from types import TracebackType
from typing import Self

import httpx

from events.errors import PhoihopError
from events.transparency.merkle import HASH_BYTES
from events.transparency.tile_path import FULL_WIDTH, Tile
from events.transparency.tiles import ReadTile

_REQUEST_SECONDS = 5.0
_FETCH_SECONDS = 30.0
"""For all the tiles of one question together."""
_CONNECTIONS = 4
_TILES_KEPT = 128
"""8 kB each."""
_NOT_FOUND = 404
_OK = 200


class TilesUnavailable(PhoihopError):
    """The log's tiles cannot be fetched now."""


class LogTiles:
    """Fetches tiles below one address; an async context manager. Used from one event loop."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        # No proxy from the environment and no redirects: the address is the one that was configured.
        self._client = httpx.AsyncClient(
            timeout=_REQUEST_SECONDS,
            limits=httpx.Limits(max_connections=_CONNECTIONS),
            headers={"Accept-Encoding": "identity"},
            follow_redirects=False,
            trust_env=False,
        )
        self._kept: OrderedDict[Tile, bytes] = OrderedDict()

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def reader(self, tiles: Iterable[Tile]) -> ReadTile:
        """A function that reads these tiles, once all of them are here; raises `TilesUnavailable`."""
        wanted = list(dict.fromkeys(tiles))
        try:
            async with asyncio.timeout(_FETCH_SECONDS):
                found = dict(zip(wanted, await asyncio.gather(*map(self._tile, wanted)), strict=True))
        except TimeoutError as error:
            raise TilesUnavailable(f"{self.url} did not give {len(wanted)} tiles in {_FETCH_SECONDS} s") from error
        return lambda level, index, width: found[Tile(level, index, width)]

    def forget(self) -> None:
        """Drop what is kept: it may have been wrong."""
        self._kept.clear()

    async def _tile(self, tile: Tile) -> bytes:
        if (kept := self._kept.get(tile)) is not None:
            self._kept.move_to_end(tile)
            return kept
        data = await self._get(tile)
        if data is None and tile.width < FULL_WIDTH:
            # Once a tile is full its partial ones may be gone.
            whole = await self._get(Tile(tile.level, tile.index))
            data = whole[: tile.width * HASH_BYTES] if whole is not None else None
        if data is None:
            raise TilesUnavailable(f"{self.url}/{tile.path} does not exist")
        self._kept[tile] = data
        while len(self._kept) > _TILES_KEPT:
            self._kept.popitem(last=False)
        return data

    async def _get(self, tile: Tile) -> bytes | None:
        url = f"{self.url}/{tile.path}"
        length = tile.width * HASH_BYTES
        try:
            async with self._client.stream("GET", url) as response:
                if response.status_code == _NOT_FOUND:
                    return None
                _check_head(response, url)
                data = bytearray()
                async for chunk in response.aiter_raw():
                    data += chunk
                    if len(data) > length:
                        break
        except httpx.HTTPError as error:
            raise TilesUnavailable(f"{url}: {type(error).__name__} {error}".rstrip()) from error
        if len(data) != length:
            raise TilesUnavailable(f"{url} does not have {length} bytes")
        return bytes(data)


def _check_head(response: httpx.Response, url: str) -> None:
    if response.status_code != _OK:
        raise TilesUnavailable(f"{url} answers {response.status_code}")
    # A few bytes on the way could be megabytes once unpacked.
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise TilesUnavailable(f"{url} comes packed, though it was asked for as it is")
