"""One message must not stop another agency's reading for good, whatever bytes it is made of."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from faststream.nats import NatsBroker
from nats.aio.msg import Msg

from services.broker.connection import ConnectionLog, connect
from services.broker.reader import faststream_options, make_reader
from services.broker.server import EmbeddedBroker
from services.broker.wire import send_commands
from tests.contract.broker.network_under_test import credentials

pytestmark = pytest.mark.broker

PLAIN = b"NATS/1.0\r\nA: b\r\n\r\n"
POISONS = {
    "subject not UTF-8": (b"X\xff", PLAIN),
    "subject with vertical tab": (b"X\x0b1", PLAIN),
    "subject with form feed": (b"X\x0c1", PLAIN),
    "subject with NUL": (b"X\x001", PLAIN),
    "long subject": (b"X" * 3_900, PLAIN),
    "headers cut off": (b"X", b"NATS/1.0"),
    "headers without a version": (b"X", b"N"),
    "headers of garbage": (b"X", b"\x00\xff" * 50),
    "header names not ASCII": (b"X", b"NATS/1.0\r\nA\xff: b\xff\r\n: \r\nfoo\r\n\r\n"),
    "posing as no responders": (b"X", b"NATS/1.0 503\r\n\r\n"),
    "posing as an ended fetch": (b"X", b"NATS/1.0\r\nStatus: 409\r\nNats-Pending-Messages: 999\r\n\r\n"),
    "posing as a broken status": (b"X", b"NATS/1.0 \xff\xff\xff\r\n\r\n"),
}


@pytest.mark.parametrize(("token", "headers"), POISONS.values(), ids=POISONS.keys())
async def test_mail_after_an_odd_message_still_arrives(
    token: bytes, headers: bytes, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    log = ConnectionLog("police")
    station = NatsBroker(**faststream_options(broker.url, credentials(tmp_path, "police"), "police", log))
    bodies: list[bytes] = []
    arrived = asyncio.Event()

    async def take_in(messages: list[Msg]) -> None:
        bodies.extend(message.data for message in messages)
        if b"next" in bodies:
            arrived.set()

    make_reader(station, "lao-cai", "police", take_in, log)
    async with station, await connect(broker.url, credentials(tmp_path, "dic"), "dic") as dic:
        await station.start()
        size = len(headers)
        head = b"HPUB coord.lao-cai.dic.police.%b %d %d\r\n" % (token, size, size + 3)
        await send_commands(dic, head + headers + b"odd\r\n")
        await dic.request("coord.lao-cai.dic.police.Noted", b"next", timeout=5)
        async with asyncio.timeout(5):
            await arrived.wait()
    assert len(bodies) == 2
    assert bodies[0].endswith(b"odd")


@pytest.mark.parametrize("number", [1, 100])
async def test_empty_messages_hold_up_no_mail_that_follows(number: int, broker: EmbeddedBroker, tmp_path: Path) -> None:
    # Between accounts an empty message ends the answer to a fetch: what the server delivers after it reaches nobody.
    log = ConnectionLog("police")
    station = NatsBroker(**faststream_options(broker.url, credentials(tmp_path, "police"), "police", log))
    bodies: list[bytes] = []
    arrived = asyncio.Event()

    async def take_in(messages: list[Msg]) -> None:
        bodies.extend(message.data for message in messages)
        if b"next" in bodies:
            arrived.set()

    make_reader(station, "lao-cai", "police", take_in, log)
    async with station, await connect(broker.url, credentials(tmp_path, "dic"), "dic") as dic:
        await station.start()
        await send_commands(dic, b"PUB coord.lao-cai.dic.police.Noted 0\r\n\r\n" * number)
        await dic.request("coord.lao-cai.dic.police.Noted", b"next", timeout=5)
        async with asyncio.timeout(5):  # the server itself delivers what got lost after a minute
            await arrived.wait()
    assert bodies.count(b"") >= number, "what was being acknowledged may come again"
