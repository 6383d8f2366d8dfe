"""A small province whose agencies run as real processes beside a real broker, to be killed, frozen and robbed."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from services.agency.folder import AgencyFolder
from services.agency.recovery import begin_anew
from services.broker.server import EmbeddedBroker
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.network_setup import set_up_network
from services.provinces import load_province
from tests.faults.agency_process import PASSPHRASE
from tests.faults.forked import ended, fork_agency

PROVINCE = "lao-cai"
AGENCIES = ("dic", "police", "viettel", "vnpt")
_LINE_BYTES = 1 << 24
_ANSWER_SECONDS = 30.0


class Refused(Exception):
    """The process answered a command with an error; `kind` is the error's class."""

    def __init__(self, kind: str, says: str) -> None:
        super().__init__(f"{kind}: {says}")
        self.kind = kind


def report(*recipients: str) -> dict[str, Any]:
    """What an enterprise writes to DIC and police."""
    return {
        "type": "SuspicionReported",
        "recipients": list(recipients),
        "content": {
            "subject": "Nghi vấn trộm cắp cước",
            "category": "charge_theft",
            "fields": ["telecom"],
            "summary": "Lưu lượng bất thường, nghi dùng SIM box.",
            "discovered_at": "2026-01-20T01:02:03.000Z",
            "attestation": True,
        },
    }


def tip(*recipients: str, text: str = "Dùng SIM box đặt tại nhà trọ.") -> dict[str, Any]:
    """What anybody may write to anybody: a trick of offenders."""
    content = {"subject": "Thủ đoạn mới", "kind": "modus_operandi", "title": "SIM box", "text": text}
    return {"type": "InfoShared", "recipients": list(recipients), "content": content}


class Agency:
    """One agency's process as its driver sees it."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.folder = AgencyFolder(folder, name)
        self._root = folder
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._process: ForkServerProcess | None = None
        self._commands: asyncio.StreamWriter | None = None
        self._reader: asyncio.Task[None] | None = None
        self.started: asyncio.Future[dict[str, Any]]

    @property
    def log(self) -> Path:
        return self.folder.path / "service.log"

    @property
    def pid(self) -> int:
        assert self._process is not None
        assert self._process.pid is not None
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.is_alive()

    async def launch(self) -> None:
        """Start the process without waiting until it is ready."""
        self.log.touch()
        mine, its = socket.socketpair()
        with its:
            self._process = await fork_agency(self._root, self.name, its, self.log)
        answers, self._commands = await asyncio.open_connection(sock=mine, limit=_LINE_BYTES)
        self.started = asyncio.get_running_loop().create_future()
        self._reader = asyncio.create_task(self._read(answers, self._commands, self.started))

    async def start(self) -> None:
        """Start the process; raises `Refused` if the service would not start."""
        await self.launch()
        first = await asyncio.wait_for(self.started, _ANSWER_SECONDS)
        if "ready" not in first:
            raise Refused(first.get("failed", "ended"), f"{first.get('says', '')}\n{self.last_words()}")

    async def ask(self, do: str, *, within_seconds: float = _ANSWER_SECONDS, **command: Any) -> dict[str, Any]:
        """The answer to a command; raises `Refused`, or `ConnectionError` if the process ends meanwhile."""
        assert self._commands is not None
        number = next(self._numbers)
        future: asyncio.Future[dict[str, Any]]
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._commands.write(json.dumps({"n": number, "do": do, **command}).encode() + b"\n")
        await self._commands.drain()
        answer = await asyncio.wait_for(future, within_seconds)
        if "error" in answer:
            raise Refused(answer["error"], answer["says"])
        return answer

    async def kill(self) -> None:
        """SIGKILL, and wait until the process is gone."""
        await self.end(signal.SIGKILL)

    async def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the exit code."""
        if not self.runs:
            if self._reader is not None:
                await self._reader
            return 0
        assert self._process is not None
        os.kill(self.pid, number)
        code = await asyncio.wait_for(ended(self._process), _ANSWER_SECONDS)
        assert self._reader is not None
        await self._reader
        return code

    def begin_anew(self) -> None:
        """As `phoihop agency recover --record-lost` does where there is no backup."""
        begin_anew(self.folder, PROVINCE, datetime.now(UTC))

    def last_words(self) -> str:
        """The end of the process's log."""
        return "\n".join(self.log.read_text("utf-8").splitlines()[-15:])

    async def _read(
        self, answers: asyncio.StreamReader, commands: asyncio.StreamWriter, started: asyncio.Future[dict[str, Any]]
    ) -> None:
        while line := await _line(answers):
            answer = json.loads(line)
            if "n" in answer:
                self._waiting.pop(answer["n"]).set_result(answer)
            elif not started.done():
                started.set_result(answer)
        if not started.done():
            started.set_result({"failed": "ended"})
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionError(f"{self.name} has ended"))
                future.exception()  # Nobody may be waiting for it any more.
        self._waiting.clear()
        commands.close()
        with contextlib.suppress(ConnectionError):  # the other end may be gone with words unread
            await commands.wait_closed()


async def _line(answers: asyncio.StreamReader) -> bytes:
    """The next whole line, or nothing: who was killed may have said half of one, or left a command unread."""
    try:
        line = await answers.readline()
    except ConnectionError:
        return b""
    return line if line.endswith(b"\n") else b""


class Network:
    """The broker and the agencies' processes over one state folder."""

    def __init__(self, folder: Path, broker: EmbeddedBroker, agencies: tuple[str, ...]) -> None:
        self.folder = folder
        self.broker = broker
        self.agencies = {name: Agency(folder, name) for name in agencies}

    def __getitem__(self, name: str) -> Agency:
        return self.agencies[name]

    async def start(self, *names: str) -> None:
        """Start agencies: those named, or all."""
        await asyncio.gather(*(self.agencies[name].start() for name in names or self.agencies))

    async def end(self, *names: str) -> None:
        """Stop agencies in order: those named, or all that run."""
        await asyncio.gather(*(self.agencies[name].end() for name in names or self.agencies))

    async def stop_broker(self) -> None:
        """Stop the broker in order; the agencies go on."""
        await self.broker.__aexit__(None, None, None)

    async def start_broker(self) -> None:
        """Start a broker on the folder as it is now, where the agencies look for it."""
        self.broker = EmbeddedBroker(self.folder / "broker", PROVINCE)
        await self.broker.__aenter__()

    @property
    def broker_store(self) -> Path:
        """The broker's disk."""
        return self.folder / "broker" / "jetstream"

    async def settled(self, within_seconds: float = 60.0, *names: str) -> None:
        """Wait until nobody owes or is owed anything any more."""
        watched = names or tuple(self.agencies)

        async def quiet() -> bool:
            status = [await self.agencies[name].ask("status") for name in watched]
            health = [await self.agencies[name].ask("health") for name in watched]
            for one in status:
                assert not one["failed"], one
            return all(
                not {p: n for p, n in s["unreceipted"].items() if p in watched}
                and s["views"] == s["published"] == s["position"]
                for s in status
            ) and all(not h["problems"] and not h["waiting"] and not h["unacknowledged"] for h in health)

        async def seen() -> str:
            states = {n: (await self.agencies[n].ask("status"), await self.agencies[n].ask("health")) for n in watched}
            return "\n".join(f"{name}: {state}" for name, state in states.items())

        await until(quiet, within_seconds, seen)


async def until(
    condition: Callable[[], Awaitable[bool]],
    within_seconds: float,
    otherwise: Callable[[], Awaitable[str]] | None = None,
) -> None:
    """Wait for a condition that only asking can tell."""
    deadline = time.monotonic() + within_seconds
    while not await condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_seconds} s: {await otherwise() if otherwise else condition}")
        await asyncio.sleep(0.05)


def set_up(folder: Path, agencies: tuple[str, ...] = AGENCIES) -> None:
    """A province of these agencies and the auditor, with keys, accounts and empty records."""
    set_up_network(
        folder,
        load_province(PROVINCE),
        agencies=[*agencies, "auditor"],
        passphrase_for=lambda _: PASSPHRASE,
        clock="real",
        now=datetime.now(UTC),
        policy=KeyPolicy(cost=DEMONSTRATION),
    )


@contextlib.asynccontextmanager
async def running_network(
    folder: Path, agencies: tuple[str, ...] = AGENCIES, *, started: bool = True
) -> AsyncIterator[Network]:
    """A network, set up where it is missing; every process is gone at the end."""
    if not (folder / "directory").exists():
        await asyncio.to_thread(set_up, folder, agencies)
    network = Network(folder, EmbeddedBroker(folder / "broker", PROVINCE), agencies)
    await network.broker.__aenter__()
    try:
        if started:
            await network.start()
        yield network
    finally:
        for agency in network.agencies.values():
            with contextlib.suppress(ProcessLookupError):
                await agency.kill()
        await network.stop_broker()
