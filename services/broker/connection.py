"""An agency's connection to the broker."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import nats.errors
import structlog
from nats.aio.client import Client

from services.broker.configuration import TlsFiles
from services.broker.errors import AccessRefused, BrokerUnreachable
from services.broker.files import check_private
from services.broker.hardening import harden_client
from services.broker.names import inbox_prefix
from services.ending_tasks import end_tasks

harden_client()
_log = structlog.get_logger(__name__)

CONNECT_SECONDS = 5
# The broker comes back within a second when it is restarted: do not sit out the default 2 s.
RECONNECT_WAIT_SECONDS = 0.25

_FIRST_ATTEMPTS = 4
_CLOSE_SECONDS = 1.0
_KEY_REFUSED = ("authorization", "authentication", "revoked", "expired")

OnEvent = Callable[[], Awaitable[None]]
OnError = Callable[[Exception], Awaitable[None]]


class ConnectionLog:
    """Logs what happens to one connection, and wakes those who wait for its return.

    A refused permission reaches a client only here, as ``-ERR``; the request itself
    merely times out.
    """

    def __init__(self, agency: str, on_error: OnError | None = None) -> None:
        self._log = _log.bind(agency=agency)
        self._on_error = on_error
        self._on_return: list[OnEvent] = []
        self.last_error: Exception | None = None
        self.refusal: str | None = None
        self.reset = False
        self._said: tuple[str, str] | None = None

    def on_return(self, listener: OnEvent) -> None:
        """Have `listener` called whenever a lost connection is back."""
        self._on_return.append(listener)

    async def error(self, error: Exception) -> None:
        """Something failed outside a call; the client goes on."""
        self.note(error)
        if "permissions violation" in str(error).lower():
            self._log.error("broker refuses a subject", reason=str(error))
        elif self.refusal:
            self._say_once(logging.ERROR, "broker refuses the key", reason=self.refusal)
        else:
            self._say_once(logging.WARNING, "connection error", reason=str(error), kind=type(error).__name__)
        if self._on_error:
            await self._on_error(error)

    def _say_once(self, level: int, event: str, **facts: str) -> None:
        """Log what is not what was logged last: the client tries four times a second, for days if need be."""
        if (saying := (event, facts["reason"])) != self._said:
            self._said = saying
            self._log.log(level, event, **facts)

    def forget(self) -> None:
        """Begin a new attempt to connect."""
        self.last_error = self.refusal = None
        self.reset = False

    def note(self, error: Exception) -> None:
        """Keep what tells a refused key from a broker that is away."""
        self.last_error = error
        text = str(error).lower()
        if any(word in text for word in _KEY_REFUSED):
            self.refusal = str(error)
        if isinstance(error, ConnectionResetError | BrokenPipeError | nats.errors.UnexpectedEOF):
            self.reset = True

    async def lost(self) -> None:
        """The connection ended, by itself or because we closed it."""
        self._said = None
        self._log.info("connection to the broker ended")

    async def returned(self) -> None:
        """A lost connection is back."""
        self._log.info("connection to the broker is back")
        for listener in self._on_return:
            await listener()

    async def closed(self) -> None:
        """We closed the connection, or the client gave up for good."""
        self._log.debug("connection to the broker closed")


def client_options(
    url: str,
    creds_path: Path,
    agency: str,
    log: ConnectionLog,
    *,
    tls: TlsFiles | None = None,
) -> dict[str, Any]:
    """The options of ``nats.connect`` for an agency.

    Raises KeyFileMissing, KeyFileOpen.
    """
    check_private(creds_path)
    options: dict[str, Any] = {
        "servers": [url],
        "user_credentials": str(creds_path),
        "inbox_prefix": inbox_prefix(agency),
        "name": agency,
        "allow_reconnect": True,
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": RECONNECT_WAIT_SECONDS,
        "connect_timeout": CONNECT_SECONDS,
        "ping_interval": 10,
        "max_outstanding_pings": 2,
        "pending_size": 64 * 1024 * 1024,
        "error_cb": log.error,
        "disconnected_cb": log.lost,
        "reconnected_cb": log.returned,
        "closed_cb": log.closed,
    }
    if tls:
        options["tls"] = tls_context(tls)
    return options


async def connect(
    url: str,
    creds_path: Path,
    agency: str,
    *,
    tls: TlsFiles | None = None,
    on_error: OnError | None = None,
    log: ConnectionLog | None = None,
) -> Client:
    """A client that stays connected: once in, it reconnects for ever.

    The first attempt is different, so that a wrong address or key is told at once.

    Raises BrokerUnreachable, AccessRefused, KeyFileMissing, KeyFileOpen.
    """
    log = log or ConnectionLog(agency, on_error)
    options = client_options(url, creds_path, agency, log, tls=tls)
    for attempt in range(1, _FIRST_ATTEMPTS + 1):
        nc, refusal = await _attempt(url, agency, options, log)
        if refusal is None:
            nc.options["allow_reconnect"] = True
            return nc
        if isinstance(refusal, AccessRefused) or not log.reset or attempt == _FIRST_ATTEMPTS:
            raise refusal
        # The server hangs up right after it has said why, and that can overtake the reason.
    raise AssertionError("the last attempt returns or raises")


async def end_connection(nc: Client) -> None:
    """Close a client for good, also one that tries to reconnect.

    nats-py 2.16 cancels its attempts once, and Python 3.11's `asyncio.wait_for` loses a cancellation that meets a
    refused connection: the attempts then go on for ever, and a program that waits for its tasks does not end.
    """
    # nats-py waits for ever to close a connection whose TLS failed.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_CLOSE_SECONDS):
            await nc.close()
    attempts = nc._reconnection_task  # noqa: SLF001 - nothing else tells whether it has ended
    if attempts is not None:
        await end_tasks([attempts])


async def _attempt(
    url: str, agency: str, options: dict[str, Any], log: ConnectionLog
) -> tuple[Client, BrokerUnreachable | AccessRefused | None]:
    nc = Client()
    log.forget()
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            # nats-py would try for ever on the first connection too.
            await nc.connect(**options | {"allow_reconnect": False})
    except (OSError, TimeoutError, nats.errors.Error) as error:
        log.note(error)
    if nc.is_connected:
        return nc, None
    await end_connection(nc)  # nats-py leaves a refused one open
    if log.refusal:
        return nc, AccessRefused(url, agency, log.refusal)
    return nc, BrokerUnreachable(url, str(log.last_error) or type(log.last_error).__name__)


def tls_context(tls: TlsFiles) -> ssl.SSLContext:
    """A client's TLS settings: our authority only, our certificate if the server wants one."""
    context = ssl.create_default_context(cafile=tls.authority)
    context.load_cert_chain(tls.certificate, tls.key)
    return context
