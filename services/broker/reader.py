"""FastStream's batch subscriber, fed by `MailPull`.

FastStream's own pull loop waits out its time-out even when mail is there, and drops
what a broken fetch had collected. This subscriber replaces that loop and keeps
everything else of FastStream: life cycle, middlewares, draining, the handler call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import nats.errors
import structlog
from faststream import AckPolicy
from faststream._internal.broker.registrator import Registrator
from faststream._internal.endpoint.subscriber.call_item import CallsCollection
from faststream.message import StreamMessage
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.security import NatsCredentials
from faststream.nats.subscriber.config import (
    NatsSubscriberConfig,
    NatsSubscriberSpecificationConfig,
)
from faststream.nats.subscriber.specification import NatsSubscriberSpecification
from faststream.nats.subscriber.usecases import BatchPullStreamSubscriber
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig

from services.broker.configuration import TlsFiles
from services.broker.connection import ConnectionLog, client_options
from services.broker.fetch import BATCH, MailPull
from services.broker.names import JETSTREAM_PREFIX, mail_filter, stream_name
from services.broker.provision import FETCH_SECONDS

_log = structlog.get_logger(__name__)

Handler = Callable[[list[Msg]], Awaitable[None]]

_FIRST_RETRY_SECONDS = 0.1
_LONGEST_RETRY_SECONDS = 10.0


class MailSubscriber(BatchPullStreamSubscriber):
    """Hands an agency's mail to its handler, batch by batch, in the stream's order.

    A batch is acknowledged when the handler has returned. When it raised, the same
    batch is handed over again after a pause, and nothing after it until then: an
    agency whose disk is full falls behind, it does not lose or reorder its mail.
    """

    __slots__ = ("agency", "connection_log", "delivered", "province", "pull")

    province: str
    agency: str
    connection_log: ConnectionLog
    pull: MailPull | None
    delivered: bool

    async def _create_subscription(self) -> None:
        if self.pull is not None:
            return
        self.pull = MailPull(self.connection, self.province, self.agency)
        await self.pull.open()
        self.connection_log.on_return(self.pull.reconnected)
        self.add_task(self._consume_pull)

    async def _consume_pull(self) -> None:
        pull = self.pull
        while pull and self.running:
            messages = await pull.batch(BATCH)
            pause_seconds = _FIRST_RETRY_SECONDS
            while self.running:
                self.delivered = False
                await self.consume(messages)
                if self.delivered:
                    await pull.acknowledge(messages)
                    break
                await asyncio.sleep(pause_seconds)
                pause_seconds = min(_LONGEST_RETRY_SECONDS, 2 * pause_seconds)

    async def stop(self) -> None:
        """Let the handler finish its batch, then stop to listen."""
        await super().stop()
        pull, self.pull = self.pull, None
        if pull is not None:
            await pull.unsubscribe()


async def stop_reading(broker: NatsBroker) -> None:
    """Stop the subscribers and drain the connection; one that is down, or goes down meanwhile, cannot be drained.

    What was not acknowledged comes again after the next start.
    """
    try:
        await broker.stop()
    except (nats.errors.Error, OSError) as error:  # TimeoutError is an OSError
        _log.info("the connection was not drained", reason=str(error) or type(error).__name__)


def faststream_options(
    url: str, creds_path: Path, agency: str, log: ConnectionLog, *, tls: TlsFiles | None = None
) -> dict[str, Any]:
    """The arguments of FastStream's ``NatsBroker`` for an agency.

    ``apply_types`` is off: the handler takes raw messages, and injecting and validating
    arguments would cost more than the rest of the way. FastStream's own log is off, it
    would write lines for every batch; the reader logs what goes wrong.

    Raises KeyFileMissing, KeyFileOpen.
    """
    options = client_options(url, creds_path, agency, log, tls=tls)
    security = NatsCredentials.from_file(options.pop("user_credentials"), ssl_context=options.pop("tls", None))
    return options | {
        "security": security,
        "js_options": {"prefix": JETSTREAM_PREFIX},
        "apply_types": False,
        "graceful_timeout": 30.0,
        "logger": None,
    }


def make_reader(
    broker: NatsBroker,
    province: str,
    agency: str,
    handler: Handler,
    connection_log: ConnectionLog,
) -> MailSubscriber:
    """Have `handler` called with `agency`'s mail once `broker` is started.

    `broker` is made with `faststream_options`; `connection_log` is the one given there.
    `handler` gets the raw messages (`data` are the bytes that travelled, `subject`,
    `headers`, `metadata` with the stream's sequence and time), must store them before
    it returns, and must know a message it gets twice.
    """
    stream = stream_name(province)
    subject = mail_filter(province, agency)
    calls = CallsCollection[Any]()
    described = NatsSubscriberSpecificationConfig(
        subject=subject, queue=None, title_=f"mail of {agency}", description_=None
    )
    subscriber = MailSubscriber(
        NatsSubscriberConfig(
            subject=subject,
            sub_config=ConsumerConfig(durable_name=agency),
            no_reply=True,
            _outer_config=broker.config.broker_config,
            _ack_policy=AckPolicy.MANUAL,
        ),
        NatsSubscriberSpecification(
            _outer_config=broker.config.broker_config,
            calls=calls,
            specification_config=described,
        ),
        calls,
        stream=JStream(stream, declare=False),
        pull_sub=PullSub(batch_size=BATCH, timeout=FETCH_SECONDS, batch=True),
    )
    subscriber.province = province
    subscriber.agency = agency
    subscriber.connection_log = connection_log
    subscriber.pull = None

    async def deliver(messages: list[Msg]) -> None:
        try:
            await handler(messages)
        except Exception:  # noqa: BLE001 - whatever a handler raises, its mail must come again
            _log.exception("mail could not be taken in", agency=agency, messages=len(messages))
        else:
            subscriber.delivered = True

    # Our own subclass cannot come from `broker.subscriber(...)`, which picks the class.
    Registrator.subscriber(broker, subscriber)
    subscriber.add_call(parser_=None, decoder_=_raw, dependencies_=())(deliver)
    return subscriber


async def _raw(message: StreamMessage[list[Msg]]) -> list[Msg]:
    """The messages themselves: what was signed is their bytes, not what JSON makes of them."""
    return message.raw_message
