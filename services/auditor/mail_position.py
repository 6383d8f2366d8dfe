"""Where the auditor's mail is read from at a start: right behind what the ledger holds, so that it comes in order."""

from __future__ import annotations

import json
from datetime import datetime
from typing import NamedTuple

import structlog
from nats.aio.client import Client

from services.auditor.position import Position
from services.broker.names import AUDITOR, JETSTREAM_PREFIX, stream_name
from services.broker.requests import api_request

_log = structlog.get_logger(__name__)


class Placed(NamedTuple):
    """Where the reader stands. `waiting_since` is the broker's time at which mail was waiting, None if none was."""

    position: Position
    waiting_since: datetime | None


async def place_reader(nc: Client, province: str, held: Position | None) -> Placed:
    """Set the auditor's durable right behind what is held.

    A durable that is not the one of the ledger's last message, or that has handed out less than the ledger holds,
    belongs to a broker that was set up anew or put back: it is read from its beginning, and repeats are recognised.
    Raises `BrokerUnreachable`, `RequestRefused`.
    """
    durable = f"{stream_name(province)}.{AUDITOR}"
    info = await api_request(nc, f"{JETSTREAM_PREFIX}.CONSUMER.INFO.{durable}")
    made, handed_out = str(info["created"]), int(info["delivered"]["stream_seq"])
    known = held is not None and held.durable == made and held.stream_sequence <= handed_out
    behind = held.stream_sequence if held is not None and known else 0
    if behind < handed_out:
        reset = json.dumps({"seq": behind + 1}).encode()
        await api_request(nc, f"{JETSTREAM_PREFIX}.CONSUMER.RESET.{durable}", reset)
        _log.info("mail is read again", agency=AUDITOR, after_sequence=behind, handed_out=handed_out)
        info = await api_request(nc, f"{JETSTREAM_PREFIX}.CONSUMER.INFO.{durable}")
    waits = bool(info["num_pending"] or info["num_ack_pending"])
    return Placed(Position(made, behind), datetime.fromisoformat(info["ts"]) if waits else None)
