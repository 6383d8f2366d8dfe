"""Having the broker deliver all of an agency's mail once more, for a record that may lack some of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from services.broker.names import JETSTREAM_PREFIX, stream_name
from services.broker.requests import api_request
from services.errors import CannotRun

if TYPE_CHECKING:
    from services.agency.service import AgencyService

_LOOK_SECONDS = 0.1
STUCK_SECONDS = 120.0
"""If nothing is taken in for so long, waiting for more is in vain."""

Progress = Callable[[str, int, int], None]
"""(`ask`, `read` or `place`; how much is done; of how much)."""


class MailNotRead(CannotRun):
    """The mail is not being taken in; `left` messages wait."""

    def __init__(self, left: int) -> None:
        super().__init__(
            what="the record is not recovered yet; signing stays held",
            why=f"{left} messages wait at the broker, and none of them has been taken in for two minutes",
            next_step="see in the log why, such as a full disk, and run this again",
        )
        self.left = left


async def read_again(service: AgencyService, progress: Progress) -> None:
    """Have the mail delivered from the stream's start, and wait until it is taken in.

    Raises `MailNotRead`, `BrokerUnreachable`, `RequestRefused`.
    """
    clock = asyncio.get_running_loop().time
    durable = f"{stream_name(service.context.directory.province)}.{service.agency}"
    reset = json.dumps({"seq": 1}).encode()
    await api_request(service.client, f"{JETSTREAM_PREFIX}.CONSUMER.RESET.{durable}", reset)
    total, taken, since = 0, -1, clock()
    while True:
        info = await api_request(service.client, f"{JETSTREAM_PREFIX}.CONSUMER.INFO.{durable}")
        left = int(info["num_pending"]) + int(info["num_ack_pending"])
        total = max(total, left)
        progress("read", total - left, total)
        if not left:
            return
        if taken != info["ack_floor"]["consumer_seq"]:
            taken, since = info["ack_floor"]["consumer_seq"], clock()
        elif clock() - since > STUCK_SECONDS:
            raise MailNotRead(left)
        # The server tells nobody when a durable has caught up: it has to be asked.
        await asyncio.sleep(_LOOK_SECONDS)
