"""The bus under load: from the command until the recipient's view is committed and the sender holds the receipt.

Sender and recipient are processes of their own, as in deployment, with the broker as a third.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from events.record_entry import Entry, EntryKind, RecordEntry
from services.agency.clock import system_now
from services.agency.garbage import collect_rarely
from services.agency.service import AgencyService
from services.bench.load import BATCH, PASSPHRASE, RECIPIENT, SENDER, shared_document
from services.bench.processes import Line, Worker, peak_memory_bytes
from services.broker.server import EmbeddedBroker
from services.identity.signer import FileSigner

_COMMANDS_IN_FLIGHT = 6 * BATCH
_WARM_UP_EVENTS = 2 * BATCH


@dataclass(frozen=True)
class BusResult:
    """Rates are events a second, latencies milliseconds, memory bytes; `cpu_us` microseconds an event by process."""

    per_second: float
    seconds: float
    p50_ms: float
    p99_ms: float
    sender_peak_bytes: int
    recipient_peak_bytes: int
    payload_bytes: int
    cpu_us: dict[str, int]


async def measure_bus(
    folder: Path,
    broker: EmbeddedBroker,
    *,
    events: int,
    content_bytes: int,
    singles: int,
    progress: Callable[[str, int, int], None],
) -> BusResult:
    """Send `events` under load and then `singles` one by one."""
    common = {"folder": str(folder), "url": broker.url, "content_bytes": content_bytes}
    async with Worker(_recipient, **common) as recipient, Worker(_sender, **common) as sender:
        await recipient.answer()
        payload_bytes = await sender.answer()
        await _load(sender, recipient, _WARM_UP_EVENTS, lambda _done: None)
        cpu_before = await _cpu_seconds(sender, recipient, broker)
        seconds = await _load(sender, recipient, events, lambda done: progress("bus", done, events))
        cpu_after = await _cpu_seconds(sender, recipient, broker)
        started = await sender.ask(("singles", singles))
        committed = await recipient.ask(("seen", singles))
        latencies = sorted((committed[event] - at) / 1e6 for event, at in started.items())
        sender_peak, recipient_peak = await sender.ask(("stop",)), await recipient.ask(("stop",))
    return BusResult(
        per_second=events / seconds,
        seconds=seconds,
        p50_ms=_percentile(latencies, 50),
        p99_ms=_percentile(latencies, 99),
        sender_peak_bytes=sender_peak,
        recipient_peak_bytes=recipient_peak,
        payload_bytes=payload_bytes,
        cpu_us={who: round((cpu_after[who] - cpu_before[who]) / events * 1e6) for who in cpu_after},
    )


async def _cpu_seconds(sender: Worker, recipient: Worker, broker: EmbeddedBroker) -> dict[str, float]:
    used = psutil.Process(broker.pid).cpu_times()
    return {
        "sender": await sender.ask(("cpu",)),
        "recipient": await recipient.ask(("cpu",)),
        "broker": used.user + used.system,
    }


async def _load(sender: Worker, recipient: Worker, events: int, progress: Callable[[int], None]) -> float:
    recipient.line.send(("count", events))
    sender.line.send(("load", events))
    while isinstance(said := await sender.answer(), int):
        progress(said)
    begun_at, receipted_at = said
    viewed_at = await recipient.answer()
    return float(max(receipted_at, viewed_at) - begun_at) / 1e9


def _percentile(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


async def _sender(line: Line, settings: dict[str, Any]) -> None:
    collect_rarely()
    folder = Path(settings["folder"])
    head = FileSigner.of(folder, SENDER, "head")
    head.unlock(PASSPHRASE)
    draft = shared_document(settings["content_bytes"])
    async with AgencyService(folder, SENDER, broker_url=settings["url"], heads_grace_seconds=0) as service:
        line.send(settings["content_bytes"] + 900)
        while (order := await line.receive())[0] != "stop":
            if order[0] == "cpu":
                line.send(time.process_time())
            elif order[0] == "load":
                line.send(await send_load(service, draft, head, order[1], line))
            else:
                line.send(await _send_singles(service, draft, head, order[1]))
        line.send(peak_memory_bytes())


async def send_load(service: AgencyService, draft: Any, head: FileSigner, events: int, line: Line) -> tuple[int, int]:
    """Send so many documents as fast as they are receipted; when that began, and when the last receipt came (ns)."""
    begun_at = time.monotonic_ns()
    waiting: set[asyncio.Task[Any]] = set()
    for start in range(0, events, BATCH):
        number = min(BATCH, events - start)
        waiting.add(asyncio.create_task(service.issue_all([draft] * number, head)))
        if len(waiting) * BATCH >= _COMMANDS_IN_FLIGHT:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            line.send(start)
    await asyncio.gather(*waiting)
    while service.exchange.unreceipted:
        await service.exchange.receipted.wait()
        service.exchange.receipted.clear()
    return begun_at, time.monotonic_ns()


async def _send_singles(service: AgencyService, draft: Any, head: FileSigner, number: int) -> dict[str, int]:
    started = {}
    for _ in range(number):
        at = time.monotonic_ns()
        entry = await service.issue(draft, head)
        started[entry.event.envelope.id] = at
        while service.exchange.unreceipted:
            await service.exchange.receipted.wait()
            service.exchange.receipted.clear()
    return started


async def _recipient(line: Line, settings: dict[str, Any]) -> None:
    collect_rarely()
    seen: dict[str, int] = {}
    moved = asyncio.Event()

    def committed(entries: list[Entry]) -> None:
        now = time.monotonic_ns()
        for entry in entries:
            if (
                isinstance(entry, RecordEntry)
                and entry.kind is EntryKind.ADMITTED
                and not entry.event.envelope.is_protocol
            ):
                seen[entry.event.envelope.id] = now
        moved.set()

    async def until(number: int) -> None:
        while len(seen) < number:
            moved.clear()
            await moved.wait()

    folder = Path(settings["folder"])
    async with AgencyService(folder, RECIPIENT, broker_url=settings["url"], moved=committed, now=system_now):
        line.send("ready")
        while (order := await line.receive())[0] != "stop":
            if order[0] == "cpu":
                line.send(time.process_time())
                continue
            await until(order[1])
            line.send(max(seen.values()) if order[0] == "count" else dict(seen))
            seen.clear()
        line.send(peak_memory_bytes())
