"""Waking a running service: the command line writes the record itself and then says so through a local socket.

A datagram socket in the agency's folder, open to its owner alone; what is sent does not matter. If no service runs,
nobody is woken and nothing is lost: the service reads the record when it starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

_LONGEST_SOCKET_PATH = 100
"""Unix sockets allow 108 bytes of path."""


def wake_path(agency_folder: Path) -> Path:
    """Where the service of an agency listens."""
    return agency_folder / "wake.sock"


def wake(agency_folder: Path) -> bool:
    """Wake the agency's service; false if none listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        try:
            with _short_path(wake_path(agency_folder)) as path:
                sender.sendto(b"1", path)
        except OSError:
            return False
    return True


class WakeListener:
    """Calls `on_wake` whenever somebody wakes the service; an async context manager."""

    def __init__(self, agency_folder: Path, on_wake: Callable[[], None]) -> None:
        self._path = wake_path(agency_folder)
        self._on_wake = on_wake
        self._transport: asyncio.BaseTransport | None = None

    async def __aenter__(self) -> Self:
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.setblocking(False)
        previous = os.umask(0o177)
        try:
            with _short_path(self._path) as path:
                listener.bind(path)
        finally:
            os.umask(previous)
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: _Protocol(self._on_wake), sock=listener)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._transport is not None:
            self._transport.close()
        self._path.unlink(missing_ok=True)


class _Protocol(asyncio.DatagramProtocol):
    def __init__(self, on_wake: Callable[[], None]) -> None:
        self._on_wake = on_wake

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - asyncio's signature
        self._on_wake()


@contextlib.contextmanager
def _short_path(path: Path) -> Iterator[str]:
    """The path, or a shorter spelling of it through an open folder where it is too long for a socket."""
    if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
