"""What a test that ran out of time waited for: where each of its tasks stands."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Iterator
from types import CodeType, FrameType
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the unfinished tasks to the report of a timeout: its stack shows the event loop alone, which is never it."""
    report = yield
    if call.excinfo is not None and str(call.excinfo.value).startswith("Timeout ("):
        report.sections.append(("tasks at the timeout", "\n".join(unfinished_tasks())))
    return report


def unfinished_tasks() -> Iterator[str]:
    """Each unfinished task of this process: its name, then the places where it waits, the outermost first.

    The tests' own tasks come last, where a report that is cut still shows them.
    """
    # `asyncio.all_tasks` asks for a running loop, and this one no longer runs.
    stacks = [_stack(task) for task in list(asyncio.tasks._all_tasks) if not task.done()]  # type: ignore[attr-defined]
    for stack in sorted(stacks, key=lambda lines: (any("/tests/" in line for line in lines), lines)):
        yield from stack


def _stack(task: asyncio.Task[Any]) -> list[str]:
    lines = [task.get_name()]
    awaited: Any = task.get_coro()
    while awaited is not None:
        frame, code = _where(awaited)
        lines.append(
            f"    {code.co_filename}:{frame.f_lineno} {code.co_qualname}" if frame and code else f"    {awaited!r}"
        )
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "gi_yieldfrom", None)
    return lines


def _where(awaited: Any) -> tuple[FrameType | None, CodeType | None]:
    for kind in ("cr", "gi", "ag"):
        if (frame := getattr(awaited, f"{kind}_frame", None)) is not None:
            return frame, frame.f_code
    return None, None
