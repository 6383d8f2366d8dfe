"""The log over HTTP: the files of the log under their public paths, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from services.auditor.http import Address, AddressInUse, serving
from services.connections import Connection, ConnectionLimits

FILES = {
    "checkpoint": b"newest", "witnessed": b"witnessed", "checkpoints/17": b"seventeen", "tile/0/000": b"full",
    "tile/0/001.p/17": b"partial", "tile/0/x001/000": b"far", "tile/entries/000": b"bundle",
}  # fmt: skip


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    for path, data in (FILES | {"secret": b"no", "tile/0/000.new": b"half", "checkpoints/x": b"no"}).items():
        file = tmp_path / "log" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    (tmp_path / "ledger.sqlite").write_bytes(b"private")
    async with serving(tmp_path / "log", Address()) as url, httpx.AsyncClient(base_url=url) as http:
        yield http


@pytest.mark.parametrize("path", FILES)
async def test_every_file_of_the_log_is_served(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/{path}")
    assert (answer.status_code, answer.content) == (200, FILES[path])
    assert answer.headers["x-content-type-options"] == "nosniff"
    if path.startswith("tile/"):
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "immutable" in answer.headers["cache-control"]
    else:
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "", "secret", "checkpoints/x", "checkpoints/017", "checkpoints/", "tile/0/000.new", "tile/0/00", "tile/00/000",
        "tile/0/x000/000", "tile/0/001.p/017", "tile/0/001.p/256", "tile/0/999", "tile/entries", "tile/64/000",
        "../ledger.sqlite", "%2e%2e/ledger.sqlite", "tile/%2e%2e/%2e%2e/ledger.sqlite", "tile/0/000%00", "tile//0/000",
        "tile/0/000/", "docs", "openapi.json",
    ],
)  # fmt: skip
async def test_nothing_else_is(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(httpx.URL(str(client.base_url), raw_path=f"/{path}".encode()))
    assert answer.status_code == 404
    assert b"private" not in answer.content


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_nothing_can_be_written(client: httpx.AsyncClient, method: str) -> None:
    assert (await client.request(method, "/checkpoint", content=b"mine")).status_code == 405
    assert (await client.get("/checkpoint")).content == b"newest"


async def test_head_gives_the_headers_alone(client: httpx.AsyncClient) -> None:
    answer = await client.head("/tile/0/000")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "4")


async def test_an_address_that_is_taken_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(AddressInUse, match="--http"):
            async with serving(tmp_path, Address(port=other.getsockname()[1])):
                raise AssertionError("it must not serve")


async def test_it_serves_loopback_alone_unless_told_otherwise(tmp_path: Path) -> None:
    async with serving(tmp_path, Address()) as url:
        assert url.startswith("http://127.0.0.1:")


async def test_a_stranger_who_says_nothing_keeps_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "limits", ConnectionLimits(head_seconds=0.1))
    async with serving(tmp_path, Address()) as url:
        host, _, port = url.removeprefix("http://").rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        async with asyncio.timeout(10):
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
        writer.close()
