"""Pulling an agency's mail: as soon as something is there, and nothing dropped.

A `MailPull` keeps one or two pull requests open at the server and collects what
arrives. Compared with the client library's ``fetch`` it wakes on the first message
instead of the last, needs no request a batch under load, and never throws away what
came before a time-out. It notices by the deliveries' numbers, at the next heartbeat at
the latest, that one was lost on its way, and fetches again what `ack_wait` would hold
back for a minute.

Source: https://docs.nats.io/reference/reference-protocols/nats_api_reference
(CONSUMER.MSG.NEXT, CONSUMER.RESET); statuses as in NATS ADR-13.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from services.broker.errors import BrokerError, BrokerUnreachable
from services.broker.names import JETSTREAM_PREFIX, inbox_prefix, stream_name
from services.broker.provision import FETCH_SECONDS, MAX_FETCH_MESSAGES
from services.broker.requests import api_request, url_of
from services.broker.wire import acknowledge_command, send_commands

BATCH = 500
_HEARTBEAT_SECONDS = 5
_SILENCE_SECONDS = 2.5 * _HEARTBEAT_SECONDS
# What the server may send before we ask again; above it the client would drop messages.
_REQUEST_BYTES = 32 * 1024 * 1024
_PENDING_BYTES = 256 * 1024 * 1024
# Between accounts an empty message ends the answer to a request (nats-server, `processServiceImport`): what the server
# goes on to deliver for that request reaches nobody. Anybody may publish one, or thousands. So once one has come, mail
# is fetched by requests for one message each, which have nothing more to lose, until so many have come without one.
_SINGLY_AFTER_EMPTY = 1_000
_SINGLE_REQUESTS = 32
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 5.0

_HEARTBEAT, _EXPIRED = "100", "408"


class MailPull:
    """The open pull requests of one agency on its own durable, and what they brought.

    One at a time for a durable: opening it takes back what an earlier reader had
    fetched and not acknowledged, so that mail is not held up after a kill.
    """

    def __init__(self, nc: Client, province: str, agency: str) -> None:
        self._nc = nc
        durable = f"{stream_name(province)}.{agency}"
        self._next = f"{JETSTREAM_PREFIX}.CONSUMER.MSG.NEXT.{durable}"
        self._info = f"{JETSTREAM_PREFIX}.CONSUMER.INFO.{durable}"
        self._reset = f"{JETSTREAM_PREFIX}.CONSUMER.RESET.{durable}"
        self._inboxes = inbox_prefix(agency)
        self._log = structlog.get_logger(__name__).bind(agency=agency)
        self._arrived: deque[Msg] = deque()
        self._expected = 0
        self._wake = asyncio.Event()
        self._pause_seconds = 0.0
        self._stale = True
        self._delivered = 0
        """The durable's number of the newest delivery that came here."""
        self._singly = 0
        """How many messages more are fetched by requests of their own."""
        self._said = ""
        """Why mail could not be fetched, as logged last."""
        self._subscription: Subscription | None = None

    async def open(self) -> None:
        """Start to listen for mail."""
        inbox = f"{self._inboxes}.{self._nc.new_inbox().rsplit('.', 1)[1]}"
        self._subscription = await self._nc.subscribe(inbox, cb=self._receive, pending_bytes_limit=_PENDING_BYTES)

    async def unsubscribe(self) -> None:
        """Stop; what arrived and was not acknowledged stays the durable's."""
        subscription, self._subscription = self._subscription, None
        if subscription and not self._nc.is_closed:
            await subscription.unsubscribe()

    async def reconnected(self) -> None:
        """Have the next `batch` start anew: requests do not outlive a connection."""
        self._stale = True
        self._wake.set()

    async def batch(self, limit: int = BATCH) -> list[Msg]:
        """The next messages in the stream's order, at least one and at most `limit`.

        Waits as long as it takes: through quiet days, lost connections and restarts
        of the server, and a durable that is gone, which it reports in the log.
        """
        while True:
            # What has come is handed out first: whatever comes again, it need not.
            if self._stale and not self._arrived:
                await self._start_anew()
            if self._arrived:
                if not self._stale:
                    await self._ask()
                count = min(limit, len(self._arrived))
                return [self._arrived.popleft() for _ in range(count)]
            await self._pause()
            await self._ask()
            self._wake.clear()
            if self._arrived or self._stale:
                continue
            try:
                async with asyncio.timeout(_SILENCE_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                # Not even a heartbeat: the request is lost, whatever the reason.
                self._log.warning("broker is silent, asking again", seconds=_SILENCE_SECONDS)
                self._stale = True

    async def acknowledge(self, messages: list[Msg]) -> None:
        """Tell the server that these are stored here; in one write, without an answer.

        One that gets lost brings its message again after `ack_wait`.
        """
        replies = [message.reply for message in messages if message.reply]
        await send_commands(self._nc, acknowledge_command(replies))

    async def rewind(self, sequence: int | None = None) -> None:
        """Go back: to the stream's sequence given, or else to the first unacknowledged message.

        Raises BrokerUnreachable, RequestRefused.
        """
        payload = b"" if sequence is None else json.dumps({"seq": sequence}).encode()
        # Before, not after: what the server sends from there may overtake its answer.
        self._arrived.clear()
        self._delivered = 0
        try:
            await api_request(self._nc, self._reset, payload)
        except BrokerError:
            self._stale = True  # so that what was dropped is asked for again
            raise

    async def _start_anew(self) -> None:
        self._expected = 0
        try:
            if not self._nc.is_connected:
                raise BrokerUnreachable(url_of(self._nc), "the connection is being restored")
            # Cleared first: a reconnection in the middle of this starts it again.
            self._stale = False
            # Under a new name: the server forgets the requests of the old one, also those whose answers get lost.
            await self.unsubscribe()
            await self.open()
            info = await api_request(self._nc, self._info)
            self._delivered = int(info["delivered"]["consumer_seq"])
            if info["num_ack_pending"] > 0:
                await self.rewind()
            self._said = ""
        except BrokerError as error:
            if (reason := str(error)) != self._said:  # it is tried again for as long as it takes, days if need be
                self._said = reason
                self._log.error("mail cannot be fetched", reason=reason)
            self._stale = True
            self._slow_down()
            await self._pause()

    async def _ask(self) -> None:
        """Keep the requests open filled up to the most the durable gives at a time."""
        if self._subscription is None:
            return
        most = _SINGLE_REQUESTS if self._singly else MAX_FETCH_MESSAGES
        held = self._expected + len(self._arrived)
        if held > most // 2:
            return
        requests = [1] * (most - held) if self._singly else [most - held]
        for messages in requests:
            request = {
                "batch": messages,
                "max_bytes": _REQUEST_BYTES,
                "expires": FETCH_SECONDS * 1_000_000_000,
                "idle_heartbeat": _HEARTBEAT_SECONDS * 1_000_000_000,
            }
            self._expected += messages
            await self._nc.publish(self._next, json.dumps(request).encode(), reply=self._subscription.subject)

    async def _receive(self, message: Msg) -> None:
        status = (message.headers or {}).get("Status")
        if status is None or message.reply:
            self._expected = max(0, self._expected - 1)
            self._pause_seconds = 0.0
            self._take(message)
        elif status == _HEARTBEAT:
            self._lost(int((message.headers or {}).get("Nats-Last-Consumer", 0)))
        else:
            self._request_ended(status, message)
        self._wake.set()

    def _take(self, message: Msg) -> None:
        number = _delivery_number(message)
        if self._lost(number - 1):
            return  # it comes again behind what got lost, so that mail stays in order
        self._delivered = number
        self._arrived.append(message)
        if message.data or message.headers is not None:
            self._singly = max(0, self._singly - 1)
            return
        # Requests for many are open only where none was expected.
        self._stale = self._stale or not self._singly
        self._singly = _SINGLY_AFTER_EMPTY

    def _lost(self, upto: int) -> bool:
        """Whether deliveries up to a number have not come, though what the server sent behind them has."""
        if upto <= self._delivered:
            return False
        if not self._stale:
            self._log.warning("deliveries were lost, fetching them again", messages=upto - self._delivered)
            self._stale = True
            self._slow_down()
        return True

    def _request_ended(self, status: str, message: Msg) -> None:
        headers = message.headers or {}
        left = headers.get("Nats-Pending-Messages")
        self._expected = max(0, self._expected - int(left)) if left else 0
        if status == _EXPIRED:
            self._singly = 0
        if status == _EXPIRED or (left and headers.get("Description", "").startswith("Batch")):
            return
        description = headers.get("Description", "nobody answers: the durable is missing")
        if "MaxBytes" not in description:
            self._log.warning("broker ended a fetch", status=status, reason=description)
            self._slow_down()

    def _slow_down(self) -> None:
        doubled = max(_FIRST_PAUSE_SECONDS, 2 * self._pause_seconds)
        self._pause_seconds = min(_LONGEST_PAUSE_SECONDS, doubled)

    async def _pause(self) -> None:
        """After a refusal, wait before asking again: longer each time, less if woken."""
        if self._pause_seconds and not self._expected:
            self._wake.clear()
            try:
                async with asyncio.timeout(self._pause_seconds):
                    await self._wake.wait()
            except TimeoutError:
                return


def _delivery_number(message: Msg) -> int:
    """The durable's own number of a delivery: it grows by one with each, also when a message comes again."""
    return int(message.metadata.sequence.consumer)
