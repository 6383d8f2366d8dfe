"""Whoever opens connections and does nothing with them, or too many of them, stops nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from services.connections import Connection, ConnectionLimits, connections
from services.web.app import make_web
from services.web.entry import SESSION_COOKIE
from services.web.house import House
from services.web.open_pages import MOST_OF_A_PERSON
from services.web.server import serving
from tests.unit.web.conftest import enter

HURRIED = ConnectionLimits(head_seconds=0.3, body_seconds=0.3, reading_seconds=0.3, most=8)
LARGE_BYTES = 32 * 2**20
"""More than the system's buffers on both sides take."""
GIVEN_SECONDS = 10


async def _taken(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _large(_: Request) -> Response:
    return Response(b"x" * LARGE_BYTES)


APP = Starlette(routes=[Route("/", _taken, methods=["GET", "POST"]), Route("/large", _large)])
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def served(limits: ConnectionLimits) -> AsyncIterator[tuple[str, AsyncExitStack]]:
    async with serving(APP, port=0, connection=connections(limits)) as address, AsyncExitStack() as stack:
        yield address, stack


async def opened(address: str, stack: AsyncExitStack) -> Ends:
    at = urlsplit(address)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    stack.callback(writer.close)
    return reader, writer


async def cut_off(reader: asyncio.StreamReader) -> bool:
    """Whether the server ends the connection in time, whatever it wrote before."""
    try:
        async with asyncio.timeout(GIVEN_SECONDS):
            while await reader.read(65536):
                pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


async def trickled(ends: Ends, head: bytes, piece: bytes) -> bool:
    """Whether a client that sends a piece now and then is cut off all the same."""
    reader, writer = ends
    writer.write(head)
    gone = asyncio.create_task(cut_off(reader))
    while not gone.done():
        writer.write(piece)
        await asyncio.wait({gone}, timeout=0.05)
    return await gone


async def test_a_connection_that_says_nothing_is_ended() -> None:
    async with served(HURRIED) as (address, stack):
        reader, _ = await opened(address, stack)
        assert await cut_off(reader)


async def test_a_head_that_trickles_in_has_no_more_time_than_another() -> None:
    async with served(HURRIED) as (address, stack):
        assert await trickled(await opened(address, stack), b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n")


async def test_a_body_that_trickles_in_has_no_more_time_than_another() -> None:
    async with served(HURRIED) as (address, stack):
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
        assert await trickled(await opened(address, stack), head, b"a")


async def test_an_answer_that_nobody_reads_is_not_kept() -> None:
    lost = asyncio.Event()

    class Watched(Connection):
        limits = HURRIED

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            lost.set()

    async with serving(APP, port=0, connection=Watched) as address, AsyncExitStack() as stack:
        _, writer = await opened(address, stack)
        writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        # The reader takes what its own buffer holds, and no more.
        async with asyncio.timeout(GIVEN_SECONDS):
            await lost.wait()


async def test_idle_connections_without_number_shut_nobody_out() -> None:
    patient = ConnectionLimits(head_seconds=60, body_seconds=60, reading_seconds=60, most=8)
    async with served(patient) as (address, stack):
        first, _ = await opened(address, stack)
        for _ in range(3 * patient.most):
            await opened(address, stack)
        async with asyncio.timeout(GIVEN_SECONDS), httpx.AsyncClient() as client:
            assert (await client.get(address)).text == "0"
        assert await cut_off(first), "the one that waited for the longest time has its place still"


async def test_a_request_in_its_time_is_answered_and_another_after_it() -> None:
    async with served(HURRIED) as (address, stack):
        reader, writer = await opened(address, stack)
        for body in (b"a", b"", b"ccc"):
            writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            async with asyncio.timeout(GIVEN_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200")
                assert int(await reader.readexactly(1)) == len(body)


@pytest.mark.broker
async def test_one_person_opens_no_live_pages_without_number(houses: dict[str, House]) -> None:
    web = make_web({"vnpt": houses["vnpt"]})
    headers = {"sec-fetch-site": "same-origin"}
    async with (
        serving(web, port=0, connection=Connection) as address,
        httpx.AsyncClient(base_url=address, headers=headers) as client,
        AsyncExitStack() as stack,
    ):
        # Another session of the same person is the same person.
        cookies = []
        for _ in range(2):
            await enter(client, "vnpt", "chuyen.vien")
            cookies.append(f"{SESSION_COOKIE}={client.cookies[SESSION_COOKIE]}")
            client.cookies.clear()

        async def answered(number: int) -> bytes:
            reader, writer = await opened(address, stack)
            writers.append(writer)
            cookie = cookies[number % len(cookies)]
            writer.write(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
            async with asyncio.timeout(GIVEN_SECONDS):
                return await reader.readline()

        writers: list[asyncio.StreamWriter] = []
        for number in range(MOST_OF_A_PERSON):
            assert b"200" in await answered(number)
        assert web.state.open_pages.of == {"chuyen.vien@vnpt": MOST_OF_A_PERSON}
        refused = await client.get("/live", headers={"cookie": cookies[0]})
        assert refused.status_code == 429
        # Somebody else is not touched by it.
        await enter(client, "vnpt", "kiem.tra")
        assert (await client.get("/")).status_code == 200

        writers[0].close()
        async with asyncio.timeout(GIVEN_SECONDS):
            while b"429" in await answered(0):
                pass
