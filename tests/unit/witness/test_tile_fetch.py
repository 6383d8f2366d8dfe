"""Tiles over real HTTP, from servers that are good, broken or hostile."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from events.transparency.tile_path import Tile
from services.auditor.http import Address, serving
from services.witness import tile_fetch
from services.witness.settings import LogAddressWrong, check_log_url
from services.witness.tile_fetch import LogTiles, TilesUnavailable
from tests.unit.agency.houses import Houses
from tests.unit.witness.watching import small_log

Answer = Callable[[str], tuple[str, dict[str, str], bytes]]
"""From a path to status line, headers and body."""


@asynccontextmanager
async def server(answer: Answer, hold: Awaitable[object] | None = None) -> AsyncIterator[tuple[str, list[str]]]:
    """A server that answers as it is told; gives its address and the paths that were asked for."""
    asked: list[str] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ")[1].decode("ascii")
        asked.append(path)
        if hold is not None:
            await hold
        status, headers, body = answer(path)
        lines = [f"HTTP/1.1 {status}", "Connection: close", *(f"{name}: {value}" for name, value in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode("ascii") + body)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", asked
    finally:
        listening.close()
        await listening.wait_closed()


WHOLE = bytes(range(256)) * 32


async def fetch(url: str, *tiles: Tile) -> list[bytes]:
    async with LogTiles(url) as log:
        read = await log.reader(tiles)
        return [read(tile.level, tile.index, tile.width) for tile in tiles]


async def test_tiles_are_fetched_below_the_address_and_kept() -> None:
    async with AsyncExitStack() as stack:
        answer = server(lambda path: ("200 OK", {}, WHOLE if ".p" not in path else WHOLE[:64]))
        url, asked = await stack.enter_async_context(answer)
        async with LogTiles(f"{url}/some/where/") as log:
            for _ in range(2):
                read = await log.reader([Tile(0, 7), Tile(1, 0, 2), Tile(0, 7)])
                assert read(0, 7, 256) == WHOLE
                assert read(1, 0, 2) == WHOLE[:64]
            assert sorted(asked) == ["/some/where/tile/0/007", "/some/where/tile/1/000.p/2"]
            log.forget()
            await log.reader([Tile(0, 7)])
            assert len(asked) == 3


async def test_of_a_partial_tile_that_is_gone_the_full_one_is_cut() -> None:
    def answer(path: str) -> tuple[str, dict[str, str], bytes]:
        return ("404 Not Found", {}, b"") if ".p" in path else ("200 OK", {}, WHOLE)

    async with server(answer) as (url, asked):
        assert await fetch(url, Tile(0, 3, 5)) == [WHOLE[:160]]
        assert asked == ["/tile/0/003.p/5", "/tile/0/003"]


@pytest.mark.parametrize(
    ("status", "headers", "body", "why"),
    [
        ("404 Not Found", {}, b"", "does not exist"),
        ("500 Oh", {}, b"", "answers 500"),
        ("302 Found", {"Location": "http://127.0.0.1:1/"}, b"", "answers 302"),
        ("200 OK", {}, WHOLE + b"x", "does not have 8192 bytes"),
        ("200 OK", {}, WHOLE[:-1], "does not have 8192 bytes"),
        ("200 OK", {"Content-Encoding": "gzip"}, gzip.compress(WHOLE), "comes packed"),
        ("what", {}, b"", "RemoteProtocolError"),
    ],
)
async def test_what_is_no_tile_is_refused(status: str, headers: dict[str, str], body: bytes, why: str) -> None:
    async with server(lambda _: (status, headers, body)) as (url, _):
        with pytest.raises(TilesUnavailable, match=why):
            await fetch(url, Tile(0, 0))


async def test_an_endless_answer_is_cut_off() -> None:
    """Sixteen megabytes come; a tile has eight thousand bytes."""
    async with server(lambda _: ("200 OK", {}, bytes(1 << 24))) as (url, _):
        with pytest.raises(TilesUnavailable, match="8192 bytes"):
            await fetch(url, Tile(0, 0))


async def test_a_server_that_is_silent_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_fetch, "_REQUEST_SECONDS", 0.1)
    never = asyncio.Event()
    async with server(lambda _: ("200 OK", {}, WHOLE), never.wait()) as (url, _):
        with pytest.raises(TilesUnavailable, match="ReadTimeout"):
            await fetch(url, Tile(0, 0))
        never.set()


async def test_a_server_that_drips_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_fetch, "_FETCH_SECONDS", 0.1)
    never = asyncio.Event()
    async with server(lambda _: ("200 OK", {}, WHOLE), never.wait()) as (url, _):
        with pytest.raises(TilesUnavailable, match=r"did not give 1 tiles"):
            await fetch(url, Tile(0, 0))
        never.set()


async def test_nobody_at_the_address() -> None:
    with pytest.raises(TilesUnavailable, match="ConnectError"):
        await fetch("http://127.0.0.1:1", Tile(0, 0))


async def test_a_proxy_of_the_environment_is_not_asked(
    houses: Houses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    log = small_log(houses, tmp_path / "log").strangers(3)
    async with serving(log.folder, Address()) as url:
        assert await fetch(url, Tile(0, 0, 3)) == [b"".join(log.leaves)]


async def test_few_tiles_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_fetch, "_TILES_KEPT", 2)
    async with AsyncExitStack() as stack:
        url, asked = await stack.enter_async_context(server(lambda _: ("200 OK", {}, WHOLE)))
        async with LogTiles(url) as log:
            await log.reader([Tile(0, 0), Tile(0, 1), Tile(0, 2)])
            await log.reader([Tile(0, 2)])
            assert len(asked) == 3
            await log.reader([Tile(0, 0)])
            assert len(asked) == 4


@pytest.mark.parametrize("url", ["", "127.0.0.1:80", "ftp://host/", "http://", "http://a:b@c/", "http://c/?q", "http://[x/",
                                 "http://host:99999/"])  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(LogAddressWrong):
        check_log_url(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8070", "https://log.example/lao-cai/", "http://[::1]:80/"])
def test_addresses(url: str) -> None:
    assert check_log_url(url) == url
