"""The embedded broker: a real nats-server as a child of this process.

Started on a loopback port, checked, provisioned, supervised and stopped in order.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
from pathlib import Path
from typing import Self

import structlog

from services.broker.configuration import TlsFiles, server_configuration
from services.broker.endpoint import Endpoint, remove_endpoint, write_endpoint
from services.broker.errors import BrokerError, DiskFull, PortTaken, ServerNotReady
from services.broker.files import private_folder, write_private
from services.broker.monitor import monitor_get
from services.broker.network import BrokerFolder
from services.broker.process import (
    check_configuration,
    lock_folder,
    server_binary,
    start_server,
)
from services.broker.provision import provision

_log = structlog.get_logger(__name__)

_READY_SECONDS = 30.0
_STOP_SECONDS = 15.0
_POLL_SECONDS = 0.01
_RESTART_PAUSE_SECONDS = 0.2
_NO_LOCK = -1
MIN_FREE_BYTES = 64 * 1024 * 1024


class EmbeddedBroker:
    """Used as ``async with EmbeddedBroker(folder, province) as broker: broker.url``.

    `folder` is ``<dir>/broker``; the network in it is made if it is missing, and the
    stream and every member's durable with it. Without `port`, the port of the last
    time is taken again if it is free, so that clients find the server after a restart.
    A server that dies is started again, unless `supervised` is false.

    Raises BinaryMissing, FolderLocked, PortTaken, DiskFull, ConfigurationRefused,
    ServerNotReady, NetworkDiffers, ConfigurationDiffers.
    """

    def __init__(
        self,
        folder: Path | BrokerFolder,
        province: str,
        *,
        port: int | None = None,
        tls: TlsFiles | None = None,
        min_free_bytes: int = MIN_FREE_BYTES,
        supervised: bool = True,
    ) -> None:
        self.folder = folder if isinstance(folder, BrokerFolder) else BrokerFolder(folder)
        self.province = province
        self._port = port
        self._tls = tls
        self._min_free_bytes = min_free_bytes
        self._supervised = supervised
        self._process: asyncio.subprocess.Process | None = None
        self._endpoint: Endpoint | None = None
        self._lock = _NO_LOCK
        self._watch: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()

    @property
    def url(self) -> str:
        """``nats://127.0.0.1:<port>``, or ``tls://…``."""
        return self._running().url

    @property
    def monitor_url(self) -> str:
        """``http://127.0.0.1:<port>``."""
        return self._running().monitor_url

    @property
    def pid(self) -> int:
        """The process id of nats-server; another after a restart."""
        return self._running().pid

    async def __aenter__(self) -> Self:
        binary = server_binary()
        private_folder(self.folder.path)
        self._lock = await lock_folder(self.folder.path)
        try:
            self.folder.init(self.province)
            await self._start(binary)
            await provision(self.url, self.folder, tls=self._tls)
        except BaseException:
            await self._stop()
            raise
        if self._supervised:
            self._watch = asyncio.create_task(self._keep_alive(), name="broker-watch")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    async def restart(self) -> None:
        """Stop the server in order and start it on the same port and store."""
        async with self._changing:
            await self._terminate()
            await self._start(server_binary())

    def _running(self) -> Endpoint:
        if self._endpoint is None:
            raise RuntimeError("the broker is not running: enter its context first")
        return self._endpoint

    async def _start(self, binary: Path) -> None:
        path = self.folder.path
        free_bytes = shutil.disk_usage(path).free
        if free_bytes < self._min_free_bytes:
            raise DiskFull(path, free_bytes, self._min_free_bytes)
        port, monitor_port = self._remembered_ports()
        # Clients and monitors that know the old ports find the server again; a port taken meanwhile is given up.
        choices = [(self._port or port, monitor_port), (self._port or port, -1)]
        if self._port is None:
            choices.append((-1, -1))
        for number, choice in enumerate(choices, start=1):
            try:
                await self._start_on(binary, *choice)
            except PortTaken:
                if number == len(choices):
                    raise
            else:
                return

    async def _start_on(self, binary: Path, port: int, monitor_port: int) -> None:
        folder = self.folder.path
        system = self.folder.network.system
        configuration = folder / "nats.conf"
        write_private(
            configuration,
            server_configuration(
                name=f"phoihop-{self.province}",
                listen=f"127.0.0.1:{port}",
                monitor=f"127.0.0.1:{monitor_port}",
                folder=folder.absolute(),
                system_account=system,
                system_jwt=self.folder.account_jwt(system),
                tls=self._tls,
            ),
        )
        await check_configuration(binary, configuration)
        ports = private_folder(folder / "ports")
        for stale in ports.glob("*.ports"):
            stale.unlink()
        log = folder / "server.log"
        start_of_log = log.stat().st_size if log.exists() else 0
        self._process = await start_server(binary, configuration, ports, log, self._lock)
        try:
            async with asyncio.timeout(_READY_SECONDS):
                self._endpoint = await self._ready(self._process, ports, log, start_of_log, port)
        except TimeoutError:
            await self._terminate()
            raise ServerNotReady(f"not healthy after {_READY_SECONDS:.0f} s", log) from None
        write_endpoint(folder, self._endpoint)
        ports_now = (self._endpoint.url, self._endpoint.monitor_url)
        write_private(folder / "port", " ".join(url.rsplit(":", 1)[1] for url in ports_now))
        _log.info("broker started", url=self.url, pid=self.pid)

    async def _ready(
        self,
        process: asyncio.subprocess.Process,
        ports: Path,
        log: Path,
        start_of_log: int,
        port: int,
    ) -> Endpoint:
        while process.returncode is None:
            with contextlib.suppress(OSError, ValueError, StopIteration, LookupError):
                found = _ports_told(ports)
                endpoint = Endpoint(found["nats"][0], found["monitoring"][0], process.pid)
                health = await monitor_get(endpoint.monitor_url, "/healthz")
                if health.get("status") == "ok":
                    return endpoint
            await asyncio.sleep(_POLL_SECONDS)
        with log.open("rb") as file:
            file.seek(start_of_log)
            said = file.read().decode(errors="replace")
        if "address already in use" in said:
            raise PortTaken(port)
        if "no space left on device" in said:
            free_bytes = shutil.disk_usage(self.folder.path).free
            raise DiskFull(self.folder.path, free_bytes, self._min_free_bytes)
        fatal = [line for line in said.splitlines() if "[FTL]" in line or "nats-server:" in line]
        raise ServerNotReady(fatal[-1] if fatal else f"it ended with code {process.returncode}", log)

    def _remembered_ports(self) -> tuple[int, int]:
        """The ports of clients and monitor at the last start; -1 where none is known."""
        try:
            port, _, monitor_port = (self.folder.path / "port").read_text("utf-8").partition(" ")
            return int(port), int(monitor_port or -1)
        except (FileNotFoundError, ValueError):
            return -1, -1

    async def _keep_alive(self) -> None:
        while process := self._process:
            await process.wait()
            async with self._changing:
                if self._process is not process:
                    continue  # restarted on purpose
                _log.error("broker died, starting it again", exit_code=process.returncode)
                try:
                    await self._start(server_binary())
                except (BrokerError, OSError) as error:
                    _log.error("broker cannot be started again", error=str(error))
                    await asyncio.sleep(_RESTART_PAUSE_SECONDS)

    async def _stop(self) -> None:
        if self._watch:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None
        await self._terminate()
        remove_endpoint(self.folder.path)
        self._endpoint = None
        if self._lock != _NO_LOCK:
            os.close(self._lock)
            self._lock = _NO_LOCK

    async def _terminate(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            _log.warning("broker did not stop in time, killing it", pid=process.pid)
            process.kill()
            await process.wait()


def _ports_told(ports: Path) -> dict[str, list[str]]:
    """What the server wrote about where it listens. Raises StopIteration before it has."""
    told: dict[str, list[str]] = json.loads(next(ports.glob("*.ports")).read_text("utf-8"))
    return told
