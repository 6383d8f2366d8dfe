"""Packages dropped without number fill neither disk nor memory."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from events.note import VerifierKey
from services.web.auditing.package_check import MOST_HERE, PackageChecks

BEYOND = 3


async def test_packages_beyond_the_places_are_not_taken_in(
    auditor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, held = asyncio.Event(), asyncio.Semaphore(0)

    async def slow(_checks: PackageChecks, file: Path, _root: VerifierKey) -> dict[str, Any]:
        assert await asyncio.to_thread(file.exists)
        held.release()
        await go_on.wait()
        return {"verified": False, "findings": [], "findings_count": 0, "remarks": []}

    monkeypatch.setattr(PackageChecks, "check", slow)

    async def dropped() -> int:
        files = {"package": ("vu-viec.zip", b"PK", "application/zip")}
        return (await auditor.post("/audit/verify", files=files)).status_code

    kept = [asyncio.create_task(dropped()) for _ in range(MOST_HERE)]
    async with asyncio.timeout(20):
        for _ in kept:
            await held.acquire()
        assert [await dropped() for _ in range(BEYOND)] == [429] * BEYOND
        go_on.set()
        assert await asyncio.gather(*kept) == [200] * MOST_HERE
        assert await dropped() == 200
