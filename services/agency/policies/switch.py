"""The pluggable end of a suspension: what stops and restores a service in the enterprise's own network.

A switch is an async callable. It may be called again with a task that it has done (after a crash), and then answers as
it did before; `SwitchTask.order` names the task. If it cannot say whether it has acted it raises `SwitchUnavailable`,
and is called again later.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from events.canonical import JSON, parse_canonical
from events.envelope import Envelope
from events.instants import format_instant, parse_instant, whole_milliseconds
from events.types.suspension import ImpossibleReason, SuspensionLifted, SuspensionOrdered
from events.values.service import ServiceTarget
from services.agency.clock import Clock, system_now
from services.identity.disk import PRIVATE, replace_file

_MAX_EXPLANATION = 2000


class SwitchUnavailable(Exception):  # not of the project's tree: the reactor retries on it instead of giving up
    """The switch gave no answer: nothing is reported, it is called again."""


@dataclass(frozen=True)
class SwitchTask:
    """What is to be done: `suspend` by an order, or `restore` when it was lifted. `order` is the order's event id."""

    action: Literal["suspend", "restore"]
    order: str
    agency: str
    envelope: Envelope
    content: SuspensionOrdered | SuspensionLifted
    targets: tuple[ServiceTarget, ...]

    def to_json(self) -> JSON:
        """What a program gets on its standard input."""
        return {
            "action": self.action,
            "order": self.order,
            "agency": self.agency,
            "event": self.envelope.id,
            "sender": self.envelope.sender,
            "case": self.envelope.case,
            "time": format_instant(self.envelope.time),
            "content": parse_canonical(self.content.to_bytes()),
            "targets": [target.model_dump(mode="json", exclude_defaults=True) for target in self.targets],
        }


@dataclass(frozen=True)
class Done:
    """The service is stopped (or restored) since `at`."""

    at: datetime


@dataclass(frozen=True)
class Impossible:
    """It cannot be done, for a reason that the regulation's answer knows."""

    reason: ImpossibleReason
    explanation: str


SwitchAnswer = Done | Impossible
SuspensionSwitch = Callable[[SwitchTask], Awaitable[SwitchAnswer]]


class RecordOnlySwitch:
    """A simulated switch: notes each task in a JSON file and answers that it is done. For demonstrations.

    The file is a list of objects `{"action", "order", "targets", "at"}`, mode 0600.
    """

    def __init__(self, file: Path, now: Clock = system_now) -> None:
        self._file = file
        self._now = now

    async def __call__(self, task: SwitchTask) -> Done:
        """Note the task, once."""
        return await asyncio.to_thread(self._note, task)

    def _note(self, task: SwitchTask) -> Done:
        noted = json.loads(self._file.read_text("utf-8")) if self._file.exists() else []
        for line in noted:
            if (line["action"], line["order"]) == (task.action, task.order):
                return Done(parse_instant(line["at"]))
        now = whole_milliseconds(self._now())
        line = {
            "action": task.action,
            "order": task.order,
            "targets": task.to_json()["targets"],
            "at": format_instant(now),
        }
        text = json.dumps([*noted, line], ensure_ascii=False, indent=1)
        replace_file(self._file, text.encode("utf-8"), PRIVATE)
        return Done(now)


class CommandSwitch:
    """Runs a program of the enterprise with the task as JSON on its standard input.

    Exit code 0: done. Exit code 1: impossible; standard output then is `{"reason": …, "explanation": …}`, with a reason
    of `ImpossibleReason`, or plain text that becomes the explanation. Any other end is no answer.
    """

    def __init__(self, program: tuple[str, ...], timeout_seconds: float = 60.0) -> None:
        self._program = program
        self._timeout_seconds = timeout_seconds

    async def __call__(self, task: SwitchTask) -> SwitchAnswer:
        """Run the program; raises `SwitchUnavailable` if it cannot be run or gives no answer in time."""
        code, output = await self._run(json.dumps(task.to_json(), ensure_ascii=False).encode("utf-8"))
        if code == 0:
            return Done(whole_milliseconds(datetime.now(UTC)))
        if code == 1:
            return _impossible(output)
        raise SwitchUnavailable(
            f"{self._program[0]} ended with code {code}, which is neither 0 (done) nor 1 (impossible)"
        )

    async def _run(self, task: bytes) -> tuple[int, str]:
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(*self._program, stdin=pipe, stdout=pipe)
        except OSError as error:
            raise SwitchUnavailable(f"{self._program[0]} cannot be run: {error.strerror}") from error
        try:
            async with asyncio.timeout(self._timeout_seconds):
                output, _ = await process.communicate(task)
        except TimeoutError as error:
            raise SwitchUnavailable(f"{self._program[0]} gave no answer in {self._timeout_seconds:g} s") from error
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        return process.returncode or 0, output.decode("utf-8", "replace").strip()


_REASONS = {reason.value: reason for reason in ImpossibleReason}


def _impossible(output: str) -> Impossible:
    reason, explanation = ImpossibleReason.TECHNICALLY_IMPOSSIBLE, output
    try:
        answer = json.loads(output)
        if isinstance(answer, dict):
            explanation = str(answer.get("explanation", ""))
            reason = _REASONS.get(str(answer.get("reason")), reason)
    except ValueError:
        pass
    printable = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in explanation).strip()
    return Impossible(reason, printable[:_MAX_EXPLANATION] or reason.vi)
