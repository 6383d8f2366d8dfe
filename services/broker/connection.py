"""An agency's connection to the broker."""

from __future__ import annotations

import asyncio
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
from services.broker.names import JETSTREAM_PREFIX, inbox_prefix

harden_client()
_log = structlog.get_logger(__name__)

CONNECT_SECONDS = 5
# The broker comes back within a second when it is restarted: do not sit out the default 2 s.
RECONNECT_WAIT_SECONDS = 0.25

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

    def on_return(self, listener: OnEvent) -> None:
        """Have `listener` called whenever a lost connection is back."""
        self._on_return.append(listener)

    async def error(self, error: Exception) -> None:
        """Something failed outside a call; the client goes on."""
        self.last_error = error
        text = str(error).lower()
        if "permissions violation" in text:
            self._log.error("broker refuses a subject", reason=str(error))
        elif "authorization" in text or "authentication" in text or "revoked" in text:
            self._log.error("broker refuses the key", reason=str(error))
        else:
            self._log.warning("connection error", reason=str(error), kind=type(error).__name__)
        if self._on_error:
            await self._on_error(error)

    async def lost(self) -> None:
        """The connection ended, by itself or because we closed it."""
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
    """The options of ``nats.connect`` and of FastStream's ``NatsBroker`` for an agency.

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


def faststream_options(
    url: str,
    creds_path: Path,
    agency: str,
    log: ConnectionLog,
    *,
    tls: TlsFiles | None = None,
) -> dict[str, Any]:
    """The arguments of FastStream's ``NatsBroker`` for an agency.

    ``apply_types`` is off: the handler takes raw messages, and injecting and validating
    arguments would cost more than the rest of the way. FastStream's own log is off, it
    would write lines for every batch; the reader logs what goes wrong.
    """
    return client_options(url, creds_path, agency, log, tls=tls) | {
        "js_options": {"prefix": JETSTREAM_PREFIX},
        "apply_types": False,
        "graceful_timeout": 30.0,
        "logger": None,
    }


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
    nc = Client()
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            # nats-py would try for ever on the first connection too.
            await nc.connect(**options | {"allow_reconnect": False})
    except (OSError, TimeoutError, nats.errors.Error) as error:
        raise _refusal(url, agency, log.last_error or error) from error
    if not nc.is_connected:
        await nc.close()
        raise _refusal(url, agency, log.last_error or ConnectionError("closed by the broker"))
    nc.options["allow_reconnect"] = True
    return nc


def _refusal(url: str, agency: str, error: Exception) -> Exception:
    text = str(error).lower()
    if isinstance(error, nats.errors.AuthorizationError) or "auth" in text or "revoked" in text:
        return AccessRefused(url, agency, str(error) or type(error).__name__)
    return BrokerUnreachable(url, str(error) or type(error).__name__)


def tls_context(tls: TlsFiles) -> ssl.SSLContext:
    """A client's TLS settings: our authority only, our certificate if the server wants one."""
    context = ssl.create_default_context(cafile=tls.authority)
    context.load_cert_chain(tls.certificate, tls.key)
    return context
