"""What the auditor's questions share on the command line: views brought up, files, and up to where answers reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from projections.deliveries_told import Outcome, Told
from services.audit.output import Sheet, write_csv, write_xlsx
from services.audit.questions.book import Book, Progress, Standing, open_book
from services.cli.frame import common_options, option
from services.cli.session import Session
from services.moments import show_moment

_Function = TypeVar("_Function", bound=Callable[..., Any])

SHOWN = 200
"""So many rows are shown where no limit is set; files hold all of them."""


def answer_options(*, limit: bool = True) -> Callable[[_Function], _Function]:
    """`--csv` and `--xlsx`, with `--limit` where an answer may be long, and the options of all commands."""

    def decorate(function: _Function) -> _Function:
        file = click.Path(dir_okay=False, path_type=Path)
        options = [
            option("--xlsx", type=file, metavar="FILE", text="audit_xlsx"),
            option("--csv", type=file, metavar="FILE", text="audit_csv"),
        ]
        if limit:
            options.append(option("--limit", type=click.IntRange(1, 10_000_000), text="audit_limit"))
        for add in options:
            function = add(function)
        return common_options(agency=False)(function)

    return decorate


@contextmanager
def asked(session: Session) -> Iterator[Book]:
    """The auditor's views, brought up to the ledger, with a bar on standard error if that takes its time."""
    with _bar(session) as progress, open_book(session.folder, progress) as book:
        yield book


@contextmanager
def _bar(session: Session) -> Iterator[Progress | None]:
    console = session.console(error=True)
    if not console.is_terminal:
        yield None
        return
    from rich.progress import Progress as Bar  # noqa: PLC0415 - only where it is drawn

    with Bar(console=console, transient=True) as bar:
        task = bar.add_task(session.texts("audit_answer.catching_up"), total=None, visible=False)
        yield lambda done, of: bar.update(task, completed=done, total=of, visible=True)


def reach(session: Session, standing: Standing) -> list[str]:
    """Up to where an answer reaches, and what it cannot show."""
    texts = session.texts
    until = show_moment(standing.stored_until) or "-"
    lines = [texts("audit_answer.reach", size=standing.log_size, stored=until, version=standing.directory_version)]
    if not standing.times_proven:
        lines.append(texts("audit_answer.simulated"))
    if standing.unread:
        lines.append(texts("audit_answer.unread", count=standing.unread))
    return lines


def write_files(session: Session, sheet: Callable[[], Sheet], rows: int, csv: Path | None, xlsx: Path | None) -> None:
    """Write the files that were asked for, and say so on standard error; `sheet` is asked for each anew."""
    if csv is not None:
        session.note("audit_answer.written", rows=write_csv(csv, sheet()), file=csv)
    if xlsx is not None:
        session.note("audit_answer.written", rows=write_xlsx(xlsx, sheet(), rows), file=xlsx)


def heads(session: Session, columns: tuple[str, ...]) -> list[str]:
    """The heads of a file's columns."""
    return [session.texts(f"audit_column.{column}") for column in columns]


def say_shown(session: Session, shown: int, total: int) -> None:
    """How many of how many rows were shown."""
    session.say("audit_answer.shown", shown=shown, total=total)


# --- words ---


def event_name(session: Session, event_type: str) -> str:
    """What a document of this type states."""
    return session.texts.word("event", event_type)


def document_name(told: Told) -> str:
    """Number and symbol: `05/CV-CA`. A number is of the year in which it was signed."""
    return f"{told.docnumber}/{told.docsymbol}"


def outcome_name(session: Session, told: Told) -> str:
    """What became of a delivery and when, in words."""
    name = session.texts.word("audit_outcome", told.outcome)
    if told.admitted_at is not None:
        name += f" {show_moment(told.admitted_at)}"
    if told.incoming_number is not None:
        name += ", " + session.texts("ledger.incoming", number=told.incoming_number)
    if told.outcome is Outcome.REFUSED and (told.refusal_clause or told.refusal_reason):
        name += f": {told.refusal_clause or told.refusal_reason}"
    return name


def span_name(session: Session, seconds: int | None) -> str:
    """A length of time in days, hours and minutes; empty for none."""
    if seconds is None:
        return ""
    days, rest = divmod(seconds, 86_400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    if days:
        return session.texts("audit_answer.days", days=days, hours=hours)
    return session.texts("audit_answer.hours", hours=hours, minutes=minutes)
