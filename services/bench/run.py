"""The benchmark: raw and bus in one run on one machine, and the ratio between them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.bench.bus import measure_bus
from services.bench.load import PROVINCE, make_network
from services.bench.raw import measure_raw
from services.broker.server import EmbeddedBroker

Progress = Callable[[str, int, int], None]
"""(stage, how many are done, of how many)."""


async def run_bench(
    *, events: int = 50_000, content_bytes: int = 1024, singles: int = 300, progress: Progress | None = None
) -> dict[str, Any]:
    """Measure on a throwaway network and return the figures of `phoihop bench --json`.

    Rates in events a second, latencies in milliseconds, memory in bytes, `seconds` of the bus under load.
    """
    tell = progress or _silent
    with tempfile.TemporaryDirectory(prefix="phoihop-bench-") as place:
        folder = Path(place)
        make_network(folder)
        async with EmbeddedBroker(folder / "broker", PROVINCE) as broker:
            bus = await measure_bus(
                folder, broker, events=events, content_bytes=content_bytes, singles=singles, progress=tell
            )
        with tempfile.TemporaryDirectory(prefix="phoihop-bench-raw-") as raw_place:
            raw_folder = Path(raw_place)
            make_network(raw_folder)
            async with EmbeddedBroker(raw_folder / "broker", PROVINCE) as broker:
                raw = await measure_raw(
                    raw_folder, broker, events=events, payload_bytes=bus.payload_bytes, progress=tell
                )
    return {
        "events": events,
        "content_bytes": content_bytes,
        "payload_bytes": bus.payload_bytes,
        "raw_publish_per_second": round(raw.publish_per_second),
        "raw_fetch_per_second": round(raw.fetch_per_second),
        "raw_insert_per_second": round(raw.insert_per_second),
        "raw_per_second": round(raw.per_second),
        "bus_per_second": round(bus.per_second),
        "ratio": round(bus.per_second / raw.per_second, 3),
        "p50_ms": round(bus.p50_ms, 1),
        "p99_ms": round(bus.p99_ms, 1),
        "cpu_us_per_event": bus.cpu_us,
        "peak_memory_bytes": max(bus.sender_peak_bytes, bus.recipient_peak_bytes),
        "seconds": round(bus.seconds + raw.seconds, 1),
    }


def _silent(_stage: str, _done: int, _of: int) -> None:
    """For callers who show no progress."""
