"""One agency's service in a process of its own, driven by JSON lines: what the fault tests kill.

Commands and answers go over a socket, a line of JSON each. A command has an `n` that its answer repeats. The first line
of the answers is `{"ready": …}` or `{"failed": …}`. SIGTERM and SIGINT stop the service in order, as does the socket's
end.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from events.draft import draft_from_json
from events.errors import PhoihopError
from services.agency.recovery import recover
from services.agency.service import AgencyService
from services.broker.endpoint import read_endpoint
from services.identity.signer import FileSigner

PASSPHRASE = "fault-tests-only"
_LINE_BYTES = 1 << 24


class AgencyProcess:
    """The service and what it is told to do."""

    def __init__(self, service: AgencyService, head: FileSigner) -> None:
        self._service = service
        self._head = head
        self._load: asyncio.Task[None] | None = None
        self.issued = 0

    async def carry_out(self, command: dict[str, Any]) -> dict[str, Any]:
        """Do what a command asks; the answer without its number."""
        name: str = command["do"]
        do: Callable[[dict[str, Any]], Any] = getattr(self, f"_do_{name}")
        return await do(command) or {}

    async def _do_issue(self, command: dict[str, Any]) -> dict[str, Any]:
        signer = None if command.get("signer") == "service" else self._head
        entry = await self._service.issue(draft_from_json(command["draft"]), signer)
        counts = {r.agency: r.count for r in entry.event.envelope.recipients}
        envelope = entry.event.envelope
        return {"event": envelope.id, "case": envelope.case, "counts": counts, "number": envelope.docnumber}

    async def _do_load(self, command: dict[str, Any]) -> None:
        load = self._keep_issuing(command["drafts"], command["at_once"], command["pause_seconds"])
        self._load = asyncio.create_task(load)

    async def _do_rest(self, _: dict[str, Any]) -> dict[str, Any]:
        if self._load is not None:
            self._load.cancel()
            await asyncio.gather(self._load, return_exceptions=True)
        return {"issued": self.issued}

    async def _keep_issuing(self, drafts: list[dict[str, Any]], at_once: int, pause_seconds: float) -> None:
        parsed = [draft_from_json(draft) for draft in drafts]
        while True:
            await asyncio.gather(*(self._service.issue(draft, self._head) for draft in parsed for _ in range(at_once)))
            self.issued += len(parsed) * at_once
            # The rate of the load, not a wait for anything.
            await asyncio.sleep(pause_seconds)

    async def _do_status(self, _: dict[str, Any]) -> dict[str, Any]:
        service = self._service
        intake, counts = service.mailroom.totals, service.outbox.counts
        return {
            "position": service.record.last_position,
            "views": service.views.position,
            "published": service.outbox.published_position,
            "unreceipted": service.exchange.unreceipted,
            "signing_held": service.record.signing_held,
            "failed": service.failed,
            "connected": service.client.is_connected,
            "intake": {k: getattr(intake, k) for k in ("admitted", "refused", "parked", "repeated", "quarantined")},
            "publish": {k: getattr(counts, k) for k in ("batches", "fallbacks", "suspicious", "unknown")},
        }

    async def _do_health(self, _: dict[str, Any]) -> dict[str, Any]:
        health = await self._service.health()
        return {"problems": list(health.problems), "waiting": health.waiting, "unacknowledged": health.unacknowledged}

    async def _do_backup(self, command: dict[str, Any]) -> None:
        await asyncio.to_thread(self._service.record.backup, Path(command["to"]))

    async def _do_recover(self, command: dict[str, Any]) -> dict[str, Any]:
        done = await recover(
            self._service, without=command.get("without", ()), patience_seconds=command.get("patience_seconds", 20.0)
        )
        return done.to_json()


async def _main(folder: Path, agency: str, line: socket.socket) -> int:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    lines, answers = await asyncio.open_connection(sock=line, limit=_LINE_BYTES)
    endpoint = read_endpoint(folder / "broker")
    head = FileSigner.of(folder, agency, "head")
    head.unlock(PASSPHRASE)
    try:
        async with AgencyService(folder, agency, broker_url=endpoint.url, monitor_url=endpoint.monitor_url) as service:
            _say(answers, {"ready": agency})
            commands = asyncio.create_task(_obey(lines, answers, AgencyProcess(service, head), stopped))
            await stopped.wait()
            commands.cancel()
    except PhoihopError as error:
        _say(answers, {"failed": type(error).__name__, "says": str(error)})
        return 3
    else:
        _say(answers, {"stopped": agency})
        return 0
    finally:
        answers.close()
        with contextlib.suppress(ConnectionError):  # who drove it may be gone
            await answers.wait_closed()


async def _obey(
    lines: asyncio.StreamReader, answers: asyncio.StreamWriter, process: AgencyProcess, stopped: asyncio.Event
) -> None:
    running: set[asyncio.Task[None]] = set()
    while line := await lines.readline():
        task = asyncio.create_task(_answer(json.loads(line), answers, process))
        running.add(task)
        task.add_done_callback(running.discard)
    stopped.set()


async def _answer(command: dict[str, Any], answers: asyncio.StreamWriter, process: AgencyProcess) -> None:
    try:
        answer = await process.carry_out(command)
    except PhoihopError as error:
        answer = {"error": type(error).__name__, "says": str(error)}
    except Exception as error:  # noqa: BLE001 - whoever drives the process must see it, whatever it is
        answer = {"error": type(error).__name__, "says": repr(error), "unexpected": True}
    _say(answers, {"n": command["n"], **answer})


def _say(answers: asyncio.StreamWriter, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")


def serve(folder: Path, agency: str, line: socket.socket, log: Path) -> None:
    """Run an agency's service, the whole of this process; what it says on standard error is added to `log`."""
    with log.open("ab") as said:
        os.dup2(said.fileno(), sys.stderr.fileno())
    faulthandler.enable()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    sys.exit(asyncio.run(_main(folder, agency, line)))
