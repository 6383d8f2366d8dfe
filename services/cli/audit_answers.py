"""What the auditor's questions share on the command line: views brought up, files, and up to where answers reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from projections.deliveries_told import Told
from services.audit.output import Sheet, write_csv, write_xlsx
from services.audit.questions.book import Book, Progress, Standing, open_book
from services.cli.frame import common_options, option
from services.cli.session import Session
from services.documents.deliveries import column_heads, document_name, outcome_words, reach_lines, span_words

__all__ = [
    "SHOWN", "answer_options", "asked", "document_name", "event_name", "heads", "outcome_name", "reach", "say_shown",
    "span_name", "write_files",
]  # fmt: skip

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
            options.append(option("--limit", type=click.IntRange(1, 100_000), text="audit_limit"))
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
    return reach_lines(session.texts, standing)


def write_files(session: Session, sheet: Callable[[], Sheet], rows: int, csv: Path | None, xlsx: Path | None) -> None:
    """Write the files that were asked for, and say so on standard error; `sheet` is asked for each anew."""
    if csv is not None:
        session.note("audit_answer.written", rows=write_csv(csv, sheet()), file=csv)
    if xlsx is not None:
        session.note("audit_answer.written", rows=write_xlsx(xlsx, sheet(), rows), file=xlsx)


def heads(session: Session, columns: tuple[str, ...]) -> list[str]:
    """The heads of a file's columns."""
    return column_heads(session.texts, columns)


def say_shown(session: Session, shown: int, total: int) -> None:
    """How many of how many rows were shown."""
    session.say("audit_answer.shown", shown=shown, total=total)


# --- words ---


def event_name(session: Session, event_type: str) -> str:
    """What a document of this type states."""
    return session.texts.word("event", event_type)


def outcome_name(session: Session, told: Told) -> str:
    """What became of a delivery and when, in words."""
    return outcome_words(session.texts, told)


def span_name(session: Session, seconds: int | None) -> str:
    """A length of time in days, hours and minutes; empty for none."""
    return span_words(session.texts, seconds)
