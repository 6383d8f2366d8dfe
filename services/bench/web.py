"""`phoihop bench --web`: every page over a large record and a large ledger, and what open live pages cost the bus."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.agency.clock import system_now
from services.audit.questions.book import open_book
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
        await _made(folder, lambda new, tell: make_cases(new, cases, end=system_now(), progress=tell), progress)
    async with EmbeddedBroker(folder / "broker", PROVINCE) as broker:
        addresses = await asyncio.to_thread(agency_addresses, folder)
        settings = {"folder": str(folder), "agency": SERVED, "url": broker.url}
        figures = await _timed(folder, SERVED, agency_work, settings, addresses, progress)
    return {"cases": count_cases(folder), **figures}


async def _auditor(folder: Path, deliveries: int, progress: Progress) -> dict[str, Any]:
    if not (folder / "directory").exists():
        await _made(folder, lambda new, tell: _make_history(new, deliveries, tell), progress)
    await asyncio.to_thread(_fold, folder)  # where an older program made the data set
    addresses = await asyncio.to_thread(auditor_addresses, folder)
    figures = await _timed(folder, AUDITOR, auditor_work, {"folder": str(folder)}, addresses, progress)
    return {"deliveries": count_deliveries(folder), **figures}


def _make_history(folder: Path, deliveries: int, progress: Progress) -> None:
    make_history(folder, round(deliveries * EVENTS_A_DELIVERY), end=system_now(), progress=progress)
    with open_book(folder, lambda done, of: progress("views", done, of)):
        pass


def _fold(folder: Path) -> None:
    with open_book(folder):
        pass


async def _made(folder: Path, make: Callable[[Path, Progress], None], progress: Progress) -> None:
    """Make a data set in a thread, and put it in its place when it is whole: half of one is never used again.

    A thread cannot be cancelled: it ends when it next tells how far it is.
    """
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)  # what a killed run left
    stopped = threading.Event()

    def tell(stage: str, done: int, of: int) -> None:
        if stopped.is_set():
            raise _Stopped
        progress(stage, done, of)

    making = asyncio.create_task(asyncio.to_thread(make, new, tell))
    try:
        await asyncio.shield(making)
        new.rename(folder)
    except BaseException:
        stopped.set()
        await asyncio.gather(making, return_exceptions=True)
        shutil.rmtree(new, ignore_errors=True)
        raise


class _Stopped(Exception):
    """Nobody wants the data set any more."""


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
