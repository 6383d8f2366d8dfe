"""`phoihop bench --seed N --seed-of auditor`: a long history at the auditor, its views folded, and what questions cost.

The history is that of `services.bench.history`: real signatures, chains, receipts, checkpoints and witnesses. Every
question is asked of the views in this process, with other words each time, and once as a command of its own.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any

from events.instants import format_instant
from projections.deliveries import DeliveryViews
from projections.deliveries_knowledge import knowers, knowledge
from projections.deliveries_told import QUESTIONS, ToldFilter, count_told, timeline, told
from services.agency.clock import system_now
from services.audit.questions.book import Book, catch_up, open_book, views_file
from services.audit.questions.silence import silence
from services.auditor.ledger import Ledger
from services.auditor.places import ledger_file
from services.bench.history import make_history
from services.bench.load import PROVINCE
from services.errors import UsageFault

EVENTS_A_DELIVERY = 1.175
"""A history of so many events for each delivery wanted has a case for every ten of them, and more deliveries."""

_SHOWN = 200
_REPEATS = 30

Progress = Callable[[str, int, int], None]
"""(stage, how many are done, of how many)."""


def seed_auditor(folder: Path, deliveries: int, *, progress: Progress) -> dict[str, Any]:
    """Make a history in an empty folder, or take the one that is there; fold it and time the questions.

    Raises `UsageFault` if the folder holds a network without such a history.
    """
    if not ledger_file(folder).exists():
        if (folder / "directory").exists():
            raise UsageFault(
                what=f"{folder} holds a network already",
                why="seeding makes one of its own, so that no real record is mixed with made-up events",
                next_step="name an empty folder with --dir",
            )
        make_history(folder, ceil(deliveries * EVENTS_A_DELIVERY), end=system_now(), progress=progress)
    fold_seconds = _fold(folder, progress)
    with open_book(folder) as book:
        counts = book.cursor.execute(QUESTIONS["sizes"]).fetchone()
        return {
            "folder": str(folder),
            "deliveries": counts["deliveries"],
            "cases": counts["cases"],
            "events": book.standing.events,
            "log_size": book.standing.log_size,
            "fold_events_per_second": round(book.standing.events / fold_seconds) if fold_seconds else None,
            "views_bytes": views_file(folder).stat().st_size,
            "questions": _time_questions(book, folder, progress),
        }


def _fold(folder: Path, progress: Progress) -> float | None:
    """Fold what the views lack; how many seconds it took, None if they lacked some only."""
    with Ledger(ledger_file(folder), PROVINCE, read_only=True) as ledger, DeliveryViews(views_file(folder)) as views:
        whole = views.position() == 0
        began = time.perf_counter()
        catch_up(views, ledger, lambda done, of: progress("views", done, of))
        return time.perf_counter() - began if whole else None


def _time_questions(book: Book, folder: Path, progress: Progress) -> dict[str, Any]:
    cases = [row[0] for row in book.cursor.execute(QUESTIONS["some_cases"], {"number": _REPEATS})]
    events = [row[0] for row in book.cursor.execute(QUESTIONS["some_events"], {"number": _REPEATS})]
    figures: dict[str, Any] = {}
    asked = list(_questions(book, cases, events))
    for done, (name, ask, command) in enumerate(asked):
        progress("questions", done, len(asked))
        seconds = []
        for turn in range(_REPEATS):
            began = time.perf_counter()
            ask(turn)
            seconds.append(time.perf_counter() - began)
        figures[name] = {
            "p50_ms": round(median(seconds) * 1000, 2),
            "max_ms": round(max(seconds) * 1000, 2),
            "process_ms": round(_process_seconds(folder, command) * 1000),
        }
    return figures


_Question = tuple[str, Callable[[int], object], list[str]]


def _questions(book: Book, cases: list[str], events: list[str]) -> Iterator[_Question]:
    end = book.standing.stored_until or datetime.now(UTC)
    moments = [end - timedelta(hours=hours) for hours in range(_REPEATS)]
    case, cursor = cases[0], book.cursor
    agencies = ("police", "dic", "customs", "vnpt")
    types = ("InfoRequested", "InfoProvided", "SuspicionReported", "CaseClosed")

    def tell(wanted: ToldFilter) -> object:
        return count_told(cursor, wanted), list(told(cursor, wanted, limit=_SHOWN))

    yield "who_told_all", lambda _: tell(ToldFilter()), ["who-told"]
    yield (
        "who_told_sender_type",
        lambda turn: tell(ToldFilter(sender=agencies[turn % 4], event_type=types[turn // 4 % 4])),
        ["who-told", "--sender", "police", "--type", "InfoRequested"],
    )
    yield (
        "who_told_period",
        lambda turn: tell(ToldFilter(recipient="dic", since=moments[turn] - timedelta(days=1), until=moments[turn])),
        ["who-told", "--recipient", "dic", "--from", "2026-01-01", "--by", "admitted"],
    )
    yield "who_told_case", lambda turn: tell(ToldFilter(case_id=cases[turn % len(cases)])), ["who-told", "--case", case]
    yield (
        "who_knew",
        lambda turn: knowledge(cursor, agencies[turn % 2], cases[turn % len(cases)], moments[turn]),
        ["who-knew", "--agency", "police", "--case", case],
    )
    yield (
        "who_knew_event",
        lambda turn: knowers(cursor, events[turn % len(events)], moments[turn]),
        ["who-knew", "--event", events[0]],
    )
    yield "silences_now", lambda _: silence(book, end + timedelta(days=1), _SHOWN), ["silences"]
    yield (
        "silences_then",
        lambda turn: silence(book, moments[turn], _SHOWN),
        ["silences", "--at", format_instant(moments[-1])],
    )
    yield (
        "timeline",
        lambda turn: list(timeline(cursor, cases[turn % len(cases)], limit=_SHOWN)),
        ["timeline", case],
    )
    at = [part for moment in (moments[-1], moments[0]) for part in ("--at", format_instant(moment))]
    yield (
        "compare",
        lambda turn: [knowledge(cursor, "police", cases[turn % len(cases)], at) for at in (moments[turn], end)],
        ["compare", "--agency", "police", "--case", case, *at],
    )


def _process_seconds(folder: Path, command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "services.cli", "audit", *command, "--dir", str(folder), "--json"],
        stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    return time.perf_counter() - began
