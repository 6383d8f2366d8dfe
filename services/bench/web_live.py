"""What open live pages cost: the rate of the bus without them and with them, in turn, on the same services.

Sender and recipient are processes of their own, as in `services.bench.bus`, and serve their pages. The readers are
plain sockets of this process that are read when a round is over: what it costs to show a page is the browser's affair.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from events.record_entry import EntryKind, RecordEntry
from services.agency.garbage import collect_rarely
from services.bench.bus import send_load
from services.bench.load import BATCH, PASSPHRASE, RECIPIENT, SENDER, shared_document
from services.bench.processes import Line, Worker
from services.bench.web_serving import agency_served, entered, make_account
from services.broker.server import EmbeddedBroker
from services.identity.signer import FileSigner
from services.web.entry import SESSION_COOKIE

PAGES = 200
"""Live pages open at each of the two agencies."""
MOST_PAIRS_OF_ROUNDS = 5
_EVENTS_A_ROUND = 10 * BATCH
_WARM_UP_EVENTS = 4 * BATCH
_CONTENT_BYTES = 1024
_PATIENCE_SECONDS = 30.0

Progress = Callable[[str, int, int], None]
"""(stage, how many are done, of how many)."""


@dataclass(frozen=True)
class _Round:
    """Events a second, and microseconds of processor time an event at both agencies together."""

    per_second: float
    cpu_us: float


async def measure_live(
    folder: Path, broker: EmbeddedBroker, *, events: int, pages: int = PAGES, progress: Progress
) -> dict[str, Any]:
    """Send `events` in rounds with and without `pages` live pages open at each agency; the medians and their ratio."""
    passwords = {agency: make_account(folder, agency) for agency in (SENDER, RECIPIENT)}
    common = {"folder": str(folder), "url": broker.url}
    pairs = max(1, min(MOST_PAIRS_OF_ROUNDS, events // (2 * _EVENTS_A_ROUND)))
    each = max(BATCH, events // (2 * pairs))
    rounds: dict[bool, list[_Round]] = {False: [], True: []}
    marks = 0
    async with Worker(_recipient, **common) as recipient, Worker(_sender, **common) as sender:
        addresses = {RECIPIENT: await recipient.answer(), SENDER: await sender.answer()}
        await _play(sender, recipient, _WARM_UP_EVENTS)
        for number in range(pairs):
            # Each second pair the other way round, so that a machine that slows down slows both alike.
            for with_pages in (number % 2 == 1, number % 2 == 0):
                readers = await _open(addresses, passwords, pages) if with_pages else []
                with contextlib.closing(_Readers(readers)) as open_pages:
                    rounds[with_pages].append(await _play(sender, recipient, each))
                    marks += await open_pages.marks()
                progress("live pages", len(rounds[False]) + len(rounds[True]), 2 * pairs)
        for worker in (sender, recipient):
            await worker.ask(("stop",))
    without, having = (median(one.per_second for one in rounds[key]) for key in (False, True))
    return {
        "live_pages": pages,
        "events_a_round": each,
        "rounds": 2 * pairs,
        "marks": marks,
        "without_per_second": round(without),
        "with_per_second": round(having),
        "ratio": round(
            median(b.per_second / a.per_second for a, b in zip(rounds[False], rounds[True], strict=True)), 3
        ),
        "without_cpu_us_per_event": round(median(one.cpu_us for one in rounds[False])),
        "with_cpu_us_per_event": round(median(one.cpu_us for one in rounds[True])),
    }


async def _play(sender: Worker, recipient: Worker, events: int) -> _Round:
    cpu_before = await sender.ask(("cpu",)) + await recipient.ask(("cpu",))
    recipient.line.send(("count", events))
    sender.line.send(("load", events))
    while isinstance(said := await sender.answer(), int):
        pass
    begun_at, receipted_at = said
    viewed_at = await recipient.answer()
    cpu_after = await sender.ask(("cpu",)) + await recipient.ask(("cpu",))
    return _Round(events * 1e9 / (max(receipted_at, viewed_at) - begun_at), (cpu_after - cpu_before) / events * 1e6)


# --- readers ---


async def _open(addresses: dict[str, str], passwords: dict[str, str], pages: int) -> list[socket.socket]:
    """Live pages that have all said that they are ready."""
    found: list[socket.socket] = []
    for agency, address in addresses.items():
        async with entered(address, agency, passwords[agency]) as client:
            cookie = client.cookies[SESSION_COOKIE]
        host, _, port = address.removeprefix("http://").rpartition(":")
        found += [await asyncio.to_thread(_connect, host, int(port), cookie) for _ in range(pages)]
    await asyncio.to_thread(lambda: [_read_until(reader, b"event: ready") for reader in found])
    return found


def _connect(host: str, port: int, cookie: str) -> socket.socket:
    reader = socket.create_connection((host, port), timeout=_PATIENCE_SECONDS)
    request = f"GET /live HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {SESSION_COOKIE}={cookie}\r\n\r\n"
    reader.sendall(request.encode())
    return reader


def _read_until(reader: socket.socket, wanted: bytes) -> bytes:
    """What has come, once `wanted` is in it. Raises `RuntimeError` if the page is closed, `TimeoutError`."""
    come = b""
    while wanted not in come:
        piece = reader.recv(65536)
        if not piece:
            raise RuntimeError("a live page was closed while it was measured")
        come += piece
    return come


class _Readers:
    """The open live pages of a round."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        self._sockets = sockets

    async def marks(self) -> int:
        """How many marks have come in all. Every page must have had one: a page that hears nothing costs nothing."""
        return await asyncio.to_thread(lambda: sum(_marks(reader) for reader in self._sockets))

    def close(self) -> None:
        """Leave."""
        for reader in self._sockets:
            reader.close()


def _marks(reader: socket.socket) -> int:
    come = _read_until(reader, b"event: moved")
    return come.count(b"event: moved")


# --- the two agencies ---


async def _sender(line: Line, settings: dict[str, Any]) -> None:
    collect_rarely()
    folder = Path(settings["folder"])
    head = FileSigner.of(folder, SENDER, "head")
    head.unlock(PASSPHRASE)
    draft = shared_document(_CONTENT_BYTES)
    async with agency_served(folder, SENDER, settings["url"]) as (service, address):
        line.send(address)
        while (order := await line.receive())[0] != "stop":
            line.send(
                time.process_time() if order[0] == "cpu" else await send_load(service, draft, head, order[1], line)
            )
        line.send("stopped")


async def _recipient(line: Line, settings: dict[str, Any]) -> None:
    collect_rarely()
    counted, committed_at = 0, 0
    moved = asyncio.Event()

    def committed(entries: list[Any]) -> None:
        nonlocal counted, committed_at
        committed_at = time.monotonic_ns()
        counted += sum(
            isinstance(one, RecordEntry) and one.kind is EntryKind.ADMITTED and not one.event.envelope.is_protocol
            for one in entries
        )
        moved.set()

    async with agency_served(Path(settings["folder"]), RECIPIENT, settings["url"], committed) as (_, address):
        line.send(address)
        wanted = 0
        while (order := await line.receive())[0] != "stop":
            if order[0] == "cpu":
                line.send(time.process_time())
                continue
            wanted += order[1]
            while counted < wanted:
                moved.clear()
                await moved.wait()
            line.send(committed_at)
        line.send("stopped")
