"""What the machine can do without the bus: the same bytes, stream, batches, durability and number of processes.

No signature, no check, no register, no view: messages are published in atomic batches, fetched in batches, and
inserted into SQLite in batches, with every batch synced to disk at the broker and at the recipient.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from events.subjects import Subject
from services.agency.folder import AgencyFolder
from services.bench.load import BATCH, PROVINCE, RECIPIENT, SENDER
from services.bench.processes import Line, Worker
from services.broker.connection import connect
from services.broker.fetch import MailPull
from services.broker.publish import publish_batch
from services.broker.server import EmbeddedBroker
from services.broker.wire import OutMessage


@dataclass(frozen=True)
class RawResult:
    """Messages a second: each stage by itself, and the stages together."""

    publish_per_second: float
    fetch_per_second: float
    insert_per_second: float
    per_second: float
    seconds: float


async def measure_raw(
    folder: Path, broker: EmbeddedBroker, *, events: int, payload_bytes: int, progress: Callable[[str, int, int], None]
) -> RawResult:
    """Each stage alone, then all together, `events` messages each time."""
    common = {"folder": str(folder), "url": broker.url, "payload_bytes": payload_bytes}
    async with Worker(_recipient, **common) as recipient, Worker(_sender, **common) as sender:
        await sender.answer()
        await recipient.answer()
        progress("raw publish", 0, events)
        publish_seconds = _seconds(await sender.ask(("publish", events)))
        progress("raw fetch", 0, events)
        fetch_seconds = _seconds(await recipient.ask(("fetch", events)))
        progress("raw insert", 0, events)
        insert_seconds = _seconds(await recipient.ask(("insert", events)))
        progress("raw", 0, events)
        recipient.line.send(("fetch-insert", events))
        begun_at, _ = await sender.ask(("publish", events))
        _, ended_at = await recipient.answer()
        seconds = (ended_at - begun_at) / 1e9
        progress("raw", events, events)
        sender.line.send(("stop", 0))
        recipient.line.send(("stop", 0))
    return RawResult(
        events / publish_seconds, events / fetch_seconds, events / insert_seconds, events / seconds, seconds
    )


def _seconds(span: tuple[int, int]) -> float:
    return (span[1] - span[0]) / 1e9


async def _sender(line: Line, settings: dict[str, Any]) -> None:
    client = await connect(settings["url"], AgencyFolder(Path(settings["folder"]), SENDER).credentials, SENDER)
    payload = b"x" * settings["payload_bytes"]
    subject = str(Subject(PROVINCE, SENDER, RECIPIENT, "InfoShared"))
    line.send("ready")
    while (order := await line.receive())[0] != "stop":
        begun_at = time.monotonic_ns()
        for start in range(0, order[1], BATCH):
            messages = [
                OutMessage(subject, payload, {}, os.urandom(16).hex()) for _ in range(min(BATCH, order[1] - start))
            ]
            await publish_batch(client, messages)
        line.send((begun_at, time.monotonic_ns()))
    await client.close()


async def _recipient(line: Line, settings: dict[str, Any]) -> None:
    folder = Path(settings["folder"])
    client = await connect(settings["url"], AgencyFolder(folder, RECIPIENT).credentials, RECIPIENT)
    pull = MailPull(client, PROVINCE, RECIPIENT)
    await pull.open()
    store = sqlite3.connect(folder / "raw.sqlite", isolation_level=None, check_same_thread=False)
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("PRAGMA synchronous=FULL")
    store.execute("CREATE TABLE messages (position INTEGER PRIMARY KEY, subject TEXT NOT NULL, payload BLOB NOT NULL)")

    def insert(rows: list[tuple[str, bytes]]) -> None:
        store.execute("BEGIN IMMEDIATE")
        store.executemany("INSERT INTO messages (subject, payload) VALUES (?,?)", rows)
        store.execute("COMMIT")

    line.send("ready")
    while (order := await line.receive())[0] != "stop":
        what, left = order
        rows = [(RECIPIENT, b"x" * settings["payload_bytes"])] * BATCH
        begun_at = time.monotonic_ns()
        while left > 0:
            if what == "insert":
                insert(rows[:left])
                left -= BATCH
                continue
            messages = await pull.batch(BATCH)
            if what == "fetch-insert":
                await asyncio.to_thread(insert, [(m.subject, m.data) for m in messages])
            await pull.acknowledge(messages)
            left -= len(messages)
        line.send((begun_at, time.monotonic_ns()))
    await pull.unsubscribe()
    await client.close()
    store.close()
