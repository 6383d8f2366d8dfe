"""Waking a running service: the command line writes the record itself and then says so through a local socket.

A datagram socket in the agency's folder, open to its owner alone; what is sent does not matter. If no service runs,
nobody is woken and nothing is lost: the service reads the record when it starts. The other way round, whoever waits for
something to be recorded listens under `waiting/`, and the service says so there after each commit.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from services.identity.disk import make_private_folder

_WAITING = "waiting"
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


def tell_waiting(agency_folder: Path) -> None:
    """Say to everybody who waits beside the service that the record has grown."""
    try:
        waiting = list((agency_folder / _WAITING).iterdir())
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        for path in waiting:
            try:
                with _short_path(path) as short:
                    sender.sendto(b"1", short)
            except ConnectionRefusedError:
                path.unlink(missing_ok=True)  # its process was killed
            except OSError:
                continue  # it has ended, or so many words wait for it that one more says nothing new


class RecordGrowth:
    """Waits, in a process beside the service, until the service has written to the record; a context manager.

    What is written from its beginning on is noticed: look at the record after it, then wait.
    """

    def __init__(self, agency_folder: Path) -> None:
        self._path = agency_folder / _WAITING / f"{uuid.uuid4().hex}.sock"
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def __enter__(self) -> Self:
        make_private_folder(self._path.parent)
        previous = os.umask(0o177)
        try:
            with _short_path(self._path) as path:
                self._listener.bind(path)
        finally:
            os.umask(previous)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def wait(self, timeout_seconds: float) -> bool:
        """Whether the record has grown since the last call, waiting at most so long for it."""
        try:
            self._listener.settimeout(max(0.0, timeout_seconds))
            self._listener.recv(1)
        except (TimeoutError, BlockingIOError):
            return False
        with contextlib.suppress(BlockingIOError):
            self._listener.settimeout(0.0)
            while True:  # commits that came meanwhile are looked at together
                self._listener.recv(1)
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
