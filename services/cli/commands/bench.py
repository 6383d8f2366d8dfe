"""`phoihop bench`: the bus against the raw broker and store, a replay against libsodium, the pages over many cases.

Or a large data set made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import click

from services.cli.frame import TextCommand, common_options, option
from services.cli.running import configure_log
from services.cli.session import Session
from services.cli.tables import draw_table

Progress = Callable[[str, int, int], None]


@click.command("bench", cls=TextCommand)
@common_options(agency=False)
@option("--events", type=click.IntRange(100), default=50_000, text="bench_events")
@option("--content-bytes", type=click.IntRange(200, 200_000), default=1024, text="bench_content_bytes")
@option("--singles", type=click.IntRange(10), default=300, text="bench_singles")
@option("--growth", is_flag=True, text="bench_growth")
@option("--audit", is_flag=True, text="bench_audit")
@option("--web", is_flag=True, text="bench_web")
@option("--cases", type=click.IntRange(100), default=100_000, metavar="N", text="bench_cases")
@option("--deliveries", type=click.IntRange(100), default=1_000_000, metavar="N", text="bench_deliveries")
@option("--seed", "seeded", type=click.IntRange(1), metavar="N", text="bench_seed")
@option("--seed-of", type=click.Choice(["agency", "auditor"]), default="agency", text="bench_seed_of")
@click.pass_obj
def command(
    session: Session,
    events: int,
    content_bytes: int,
    singles: int,
    cases: int,
    deliveries: int,
    seeded: int | None,
    seed_of: str,
    *,
    growth: bool,
    audit: bool,
    web: bool,
) -> None:
    """The text `help.bench` of the catalogue."""
    from rich.progress import Progress as Bar  # noqa: PLC0415 - only where it is drawn

    configure_log(quiet=True)
    console = session.console(error=True)
    with Bar(console=console, disable=not console.is_terminal, transient=True) as bar:
        tell = _shown_on(bar)
        figures: dict[str, Any]
        if seeded is not None and seed_of == "auditor":
            from services.bench.seed_audit import seed_auditor  # noqa: PLC0415 - loads what only this needs

            figures = seed_auditor(session.folder, seeded, progress=tell)
        elif seeded is not None:
            from services.bench.seed import seed  # noqa: PLC0415 - as above

            figures = seed(session.folder, seeded, content_bytes=content_bytes, progress=tell)
        elif audit:
            from services.bench.audit import measure_audit  # noqa: PLC0415 - as above; its memory is measured

            figures = measure_audit(session.folder if session.folder_is_named else None, events, progress=tell)
        elif web:
            from services.bench.web import measure_web  # noqa: PLC0415 - as above

            folder = session.folder if session.folder_is_named else None
            measured = measure_web(folder, cases=cases, deliveries=deliveries, events=events, progress=tell)
            figures = asyncio.run(measured)
        elif growth:
            from services.bench.growth import measure_growth  # noqa: PLC0415 - as above

            figures = measure_growth(content_bytes=content_bytes, progress=tell)
        else:
            from services.bench.run import run_bench  # noqa: PLC0415 - as above

            work = run_bench(events=events, content_bytes=content_bytes, singles=singles, progress=tell)
            figures = asyncio.run(work)

    def draw() -> None:
        if web:
            _draw_web(session, figures)
            return
        for name, value in figures.items():
            click.echo(f"{name:24} {value}")

    session.show(figures, draw)


def _draw_web(session: Session, figures: dict[str, Any]) -> None:
    for whose in ("agency", "auditor"):
        pages = figures[whose]["pages"]
        rows = [
            (route, str(of["calls"]), f"{of['p50_ms']:.1f}", f"{of['max_ms']:.1f}", of["slowest"])
            for route, of in pages.items()
        ]
        draw_table(session, session.texts(f"bench_web.{whose}"), _WEB_COLUMNS, rows)
    slow = figures["pages_over_limit"]
    session.say("bench_web.verdict", pages=figures["pages"], over=len(slow), limit=figures["limit_ms"])
    live = figures["live"]
    session.say(
        "bench_web.live",
        pages=live["live_pages"], ratio=live["ratio"], having=live["with_per_second"],
        without=live["without_per_second"],
    )  # fmt: skip


_WEB_COLUMNS = ("page", "calls!", "p50_ms!", "max_ms!", "slowest")


def _shown_on(bar: Any) -> Progress:
    tasks: dict[str, Any] = {}

    def tell(stage: str, done: int, of: int) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=of)
        bar.update(tasks[stage], completed=done, total=of)

    return tell
