"""Tables for people, readable at 100 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from events.values.matter import Category
from services.cli.session import Session

if TYPE_CHECKING:
    from rich.table import Table

SHORT_ID = 13
"""So much of an id is shown: its milliseconds, since ids begin with their time. Commands take it as it stands."""


def short(identifier: str | None) -> str:
    """The beginning of an id."""
    return (identifier or "")[:SHORT_ID]


def category_name(session: Session, category: str | None) -> str:
    """The name of a category of violation; the word itself for one that this program does not know."""
    return next((known.label(session.texts.lang) for known in Category if known.value == category), category or "")


def table(session: Session, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table with a column for each key under `column.`; a key ending in `!` must not be broken over lines."""
    from rich import box  # noqa: PLC0415 - loaded when something is drawn
    from rich.table import Table  # noqa: PLC0415

    made = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for column in columns:
        name = column.removesuffix("!")
        made.add_column(session.texts(f"column.{name}"), no_wrap=column.endswith("!"), overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


def draw_table(session: Session, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table, or that there is nothing to show."""
    if not rows:
        session.say("frame.nothing", title=title)
        return
    session.console().print(table(session, title, columns, rows))


def draw_facts(session: Session, title: str, facts: Iterable[tuple[str, str]]) -> None:
    """Print names and values, one a line; names are keys under `fact.`."""
    from rich.table import Table  # noqa: PLC0415

    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(overflow="fold")
    for key, value in facts:
        grid.add_row(session.texts(f"fact.{key}"), value)
    console = session.console()
    console.print(title, style="bold")
    console.print(grid)
