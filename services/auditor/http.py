"""The log over HTTP, as https://c2sp.org/tlog-tiles has it: static files, and nothing else.

    /checkpoint                   the newest, as the log signed it, with the cosignatures that it has got
    /witnessed                    the newest whose cosignatures make up the quorum
    /checkpoints/<size>           each that was ever signed
    /tile/<L>/<N>[.p/<W>]         tiles
    /tile/entries/<N>[.p/<W>]     entry bundles

Everything in it is public: tiles name nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from events.errors import InvalidValue
from events.transparency.tile_path import parse_path
from services.auditor.log_folder import CHECKPOINT, WITNESSED
from services.connections import Connection
from services.errors import CannotRun

_NOTE = re.compile(rf"{CHECKPOINT}|{WITNESSED}|checkpoints/[1-9][0-9]{{0,18}}", re.ASCII)
_START_SECONDS = 10.0
_CLOSE_SECONDS = 1
_NEVER_ALTERED = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Type": "application/octet-stream"}
_MAY_GROW = {"Cache-Control": "no-cache", "Content-Type": "text/plain; charset=utf-8"}


class AddressInUse(CannotRun):
    """The address at which the log is to be served cannot be had."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            what=f"the log cannot be served at {host}:{port}",
            why=reason,
            next_step="name another address with --http; port 0 takes a free one",
        )
        self.host, self.port, self.reason = host, port, reason


class Address(NamedTuple):
    """Host and port to serve at; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 0


def log_app(folder: Path) -> Starlette:
    """The application that serves a log's folder."""

    async def serve(request: Request) -> Response:
        path = request.path_params["path"]
        headers = _headers_of(path)
        data = await asyncio.to_thread(_read, folder / path) if headers is not None else None
        if data is None:
            return PlainTextResponse("there is no such file in this log\n", 404)
        return Response(data, headers={**(headers or {}), "X-Content-Type-Options": "nosniff"})

    return Starlette(routes=[Route("/{path:path}", serve, methods=["GET"])])


def _headers_of(path: str) -> dict[str, str] | None:
    """The headers of a file of the log; None for what is no path of one, so that nothing else is ever opened."""
    if _NOTE.fullmatch(path):
        return _MAY_GROW
    try:
        parse_path(path)
    except InvalidValue:
        return None
    return _NEVER_ALTERED


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the program's, not the server's."""
        yield


@asynccontextmanager
async def serving(folder: Path, address: Address) -> AsyncIterator[str]:
    """Serve a log's folder; gives its URL, once it answers. Raises `AddressInUse`."""
    with listening(address) as listener:
        host, port = listener.getsockname()[:2]
        async with server_on(listener, log_app(folder)):
            yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def server_on(listener: socket.socket, app: Starlette) -> AsyncIterator[None]:
    """Serve an application on a socket that listens, from when it answers."""
    server = _Server(
        uvicorn.Config(
            app, http=Connection, lifespan="off", ws="none", proxy_headers=False, log_config=None, access_log=False,
            server_header=False, timeout_graceful_shutdown=_CLOSE_SECONDS,
        )
    )  # fmt: skip
    task = asyncio.create_task(server.serve(sockets=[listener]), name="http")
    try:
        async with asyncio.timeout(_START_SECONDS):
            while not server.started:
                if task.done():
                    await task
                # uvicorn tells nobody when it listens: it has to be asked.
                await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        await asyncio.gather(task, return_exceptions=True)


@contextlib.contextmanager
def listening(address: Address) -> Iterator[socket.socket]:
    """A socket that listens at an address. Raises `AddressInUse`."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address.host, address.port))
            listener.listen(128)
        except OSError as error:
            raise AddressInUse(address.host, address.port, error.strerror or str(error)) from error
        yield listener
    finally:
        listener.close()
