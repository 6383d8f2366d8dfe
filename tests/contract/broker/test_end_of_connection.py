"""A connection can be ended while the broker is away: no attempt to reconnect outlives it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from faststream.nats import NatsBroker

from services.broker.connection import ConnectionLog, connect, end_connection
from services.broker.reader import faststream_options, stop_reading
from services.broker.server import EmbeddedBroker
from tests.contract.broker.network_under_test import PROVINCE, credentials, make_network

pytestmark = pytest.mark.broker


class Attempts:
    """Stands in for connecting: refused, and `deaf` times a cancellation comes out as a refusal, as `wait_for` can."""

    def __init__(self, deaf: int) -> None:
        self.deaf = deaf
        self.begun = asyncio.Event()

    async def connect(self, _server: Any) -> None:
        self.begun.set()
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            if not self.deaf:
                raise
            self.deaf -= 1
        self.begun.clear()
        raise ConnectionRefusedError(111, "Connect call failed")


async def test_attempts_end_even_if_a_cancellation_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = Attempts(deaf=2)
    async with EmbeddedBroker(make_network(tmp_path), PROVINCE) as broker:
        client = await connect(broker.url, credentials(tmp_path, "police"), "police")
        monkeypatch.setattr(client, "_connect_to_server", attempts.connect)
    async with asyncio.timeout(20):
        await attempts.begun.wait()
        await end_connection(client)
    assert client.is_closed
    assert attempts.deaf == 0
    assert client._reconnection_task is not None
    assert client._reconnection_task.done()


async def test_a_reader_stops_while_the_broker_is_away(tmp_path: Path) -> None:
    failed = asyncio.Event()

    async def note(_: Exception) -> None:
        failed.set()

    async with EmbeddedBroker(make_network(tmp_path), PROVINCE) as broker:
        log = ConnectionLog("police", note)
        station = NatsBroker(**faststream_options(broker.url, credentials(tmp_path, "police"), "police", log))
        client = await station.connect()
    async with asyncio.timeout(20):
        await failed.wait()
        await stop_reading(station)
        await end_connection(client)
    assert client.is_closed
