"""`phoihop bench --web`: every page over a large record and a large ledger, and what open live pages cost the bus."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.agency.clock import system_now
from services.audit.questions.book import open_book
from services.auditor.places import ledger_file
from services.bench.history import make_history
from services.bench.load import PROVINCE, make_network
from services.bench.processes import Work, Worker
from services.bench.seed_audit import EVENTS_A_DELIVERY
from services.bench.web_addresses import Addresses, agency_addresses, auditor_addresses, count_cases, count_deliveries
from services.bench.web_cases import SERVED, make_cases
from services.bench.web_live import measure_live
from services.bench.web_pages import LIMIT_MS, time_pages
from services.bench.web_serving import agency_work, auditor_work, entered, make_account
from services.broker.names import AUDITOR
from services.broker.server import EmbeddedBroker

Progress = Callable[[str, int, int], None]
"""(stage, how many are done, of how many)."""


async def measure_web(
    folder: Path | None, *, cases: int, deliveries: int, events: int, progress: Progress
) -> dict[str, Any]:
    """The figures of `phoihop bench --web --json`: milliseconds, events a second, bytes.

    `folder` holds the data sets of an earlier run, or they are made there; without it in a throwaway folder.
    """
    with tempfile.TemporaryDirectory(prefix="phoihop-bench-web-") as place:
        throwaway = Path(place)
        root = folder or throwaway
        agency = await _agency(root / "agency", cases, progress)
        auditor = await _auditor(root / "auditor", deliveries, progress)
        make_network(throwaway / "live")
        async with EmbeddedBroker(throwaway / "live" / "broker", PROVINCE) as broker:
            live = await measure_live(throwaway / "live", broker, events=events, progress=progress)
    pages = agency["pages"] | auditor["pages"]
    return {
        "agency": agency,
        "auditor": auditor,
        "live": live,
        "limit_ms": LIMIT_MS,
        "pages": len(pages),
        "pages_over_limit": sorted(route for route, figures in pages.items() if figures["max_ms"] > LIMIT_MS),
    }


async def _agency(folder: Path, cases: int, progress: Progress) -> dict[str, Any]:
    if not (folder / "directory").exists():
        await asyncio.to_thread(make_cases, folder, cases, end=system_now(), progress=progress)
    async with EmbeddedBroker(folder / "broker", PROVINCE) as broker:
        addresses = await asyncio.to_thread(agency_addresses, folder)
        settings = {"folder": str(folder), "agency": SERVED, "url": broker.url}
        figures = await _timed(folder, SERVED, agency_work, settings, addresses, progress)
    return {"cases": count_cases(folder), **figures}


async def _auditor(folder: Path, deliveries: int, progress: Progress) -> dict[str, Any]:
    await asyncio.to_thread(_have_history, folder, deliveries, progress)
    addresses = await asyncio.to_thread(auditor_addresses, folder)
    figures = await _timed(folder, AUDITOR, auditor_work, {"folder": str(folder)}, addresses, progress)
    return {"deliveries": count_deliveries(folder), **figures}


def _have_history(folder: Path, deliveries: int, progress: Progress) -> None:
    if not ledger_file(folder).exists():
        make_history(folder, round(deliveries * EVENTS_A_DELIVERY), end=system_now(), progress=progress)
    with open_book(folder, lambda done, of: progress("views", done, of)):
        pass


async def _timed(
    folder: Path, agency: str, work: Work, settings: dict[str, Any], addresses: Addresses, progress: Progress
) -> dict[str, Any]:
    password = await asyncio.to_thread(make_account, folder, agency)
    async with Worker(work, **settings) as worker:
        address = await worker.answer()
        async with entered(address, agency, password) as client:
            pages = await time_pages(client, addresses, agency, progress)
        peak = await worker.ask("stop")
    return {"pages": pages, "peak_memory_bytes": peak}
