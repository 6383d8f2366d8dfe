"""The auditor's pages as `phoihop auditor run` opens them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from services.accounts.account import Role
from services.cli.commands import auditor_run

PASSWORD = "năm từ dễ nhớ mà khó đoán"
LONG_AGO, MUCH_LATER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)


async def test_people_sit_at_their_screens_by_the_real_clock_however_the_networks_leaps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []

    @contextmanager
    def house(_folder: Path, accounts: Any, _clock: Any) -> Iterator[Any]:
        opened.append(accounts)
        yield SimpleNamespace(follow=None)

    monkeypatch.setattr("services.web.auditing.house.AuditHouse", house)
    folder = SimpleNamespace(accounts=tmp_path / "accounts.sqlite", root=tmp_path)
    service: Any = SimpleNamespace(
        folder=folder,
        agency="auditor",
        now=lambda: LONG_AGO,
        standing=SimpleNamespace(begin=lambda *_: None),
        views=None,
    )

    async def serve(_houses: Any, _stack: AsyncExitStack) -> str:
        return "http://127.0.0.1:1"

    web: Any = SimpleNamespace(serve=serve)
    async with AsyncExitStack() as stack:
        await auditor_run._pages(service, web, stack)
        (accounts,) = opened
        accounts.add("kiem.tra", "Lê Thị Ước", Role.AUDITOR, PASSWORD, LONG_AGO)
        token = accounts.enter("kiem.tra", PASSWORD, LONG_AGO)
        assert accounts.session(token, MUCH_LATER) is not None
