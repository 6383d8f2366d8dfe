"""Serving the pages from a loop that runs already: ready when this returns, stopped in order at the end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
import uvicorn
from starlette.types import ASGIApp

from services.connections import Connection
from services.errors import CannotRun
from services.web.warming import warm

_log = structlog.get_logger(__name__)
DEFAULT_PORT = 8080
_STOP_SECONDS = 3
_FORWARDERS = ["127.0.0.1", "::1"]
"""Whose word on the caller's address is believed, whatever the environment says."""


class PagesPortTaken(CannotRun):
    """The address where the pages should be cannot be had."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            what=f"the pages cannot be served on {host}:{port}",
            why=reason,
            next_step="choose another with --port, or 0 for a free one",
        )
        self.host, self.port, self.reason = host, port, reason


class _Server(uvicorn.Server):
    """A server with `ready`, which is set once it listens, or could not."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        try:
            await super().startup(sockets)
        finally:
            self.ready.set()


@asynccontextmanager
async def serving(
    app: ASGIApp,
    *,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    connection: type[Connection] = Connection,
    at_end: Callable[[], None] = lambda: None,
) -> AsyncIterator[str]:
    """Serve while the block runs; gives the address, such as `http://127.0.0.1:8080`. Port 0 is a free one.

    `at_end` is called before the connections are waited for: it ends answers that would never end by themselves.

    Raises `PagesPortTaken`.
    """
    await asyncio.to_thread(warm)
    listener = _listen(host, port)
    config = uvicorn.Config(
        app, http=connection, ws="none", log_config=None, access_log=False, lifespan="on", server_header=False,
        timeout_keep_alive=30, timeout_graceful_shutdown=_STOP_SECONDS, forwarded_allow_ips=_FORWARDERS,
    )  # fmt: skip
    server = _Server(config)
    task = asyncio.create_task(server._serve([listener]), name="web")  # noqa: SLF001 - `serve` would take the signals
    await server.ready.wait()
    if not server.started:
        await task
    bound_host, bound_port = listener.getsockname()[:2]
    address = f"http://{bound_host}:{bound_port}"
    _log.info("pages are served", address=address)
    try:
        yield address
    finally:
        at_end()
        server.should_exit = True
        await task
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PagesPortTaken(host, port, error.strerror or str(error)) from error
    return listener
