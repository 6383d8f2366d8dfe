"""Answers as files: CSV and XLSX, with instants in Vietnam's time and every text as text.

A cell that a spreadsheet could take for a formula is made one that it cannot: in CSV by an apostrophe before it, in
XLSX by the cell's own type. Files appear under their name when they are whole.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from events.instants import VIETNAM
from services.errors import CannotRun, UsageFault

Cell = str | int | datetime | bool | None
"""What may stand in a cell. Ids, numbers of documents and the like are texts; integers count something."""

XLSX_ROWS = 1_048_575
"""A sheet has so many rows below its head."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class SheetTooLong(UsageFault):
    """More rows than a sheet of XLSX holds."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.room = XLSX_ROWS
        super().__init__(
            what=f"{rows} rows do not fit into a sheet",
            why=f"XLSX holds {XLSX_ROWS}",
            next_step="narrow the question, set --limit, or write --csv",
        )


class FileNotWritten(CannotRun):
    """The disk refuses the file."""

    def __init__(self, path: Path, error: OSError) -> None:
        self.path = path
        self.reason = error.strerror or str(error)
        super().__init__(
            what=f"{path} cannot be written", why=self.reason, next_step="name another file, or make room on its disk"
        )


@dataclass(frozen=True)
class Sheet:
    """A question's answer in rows. `about` is said of the whole: what was asked, up to where the answer reaches."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    about: Sequence[str]


def write_csv(path: Path, sheet: Sheet) -> int:
    """Write a sheet as CSV (RFC 4180, UTF-8 with its mark, so that spreadsheets read Vietnamese); gives the rows.

    A last column holds what is said of the whole, so that a row that is passed on says up to where it reaches. Raises
    `FileNotWritten`.
    """
    about = " ".join(sheet.about)
    heads = [*sheet.heads, sheet.title]

    def write(temporary: Path) -> int:
        with temporary.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow([harmless(head) for head in heads])
            rows = 0
            for row in sheet.rows:
                writer.writerow([harmless(_text(cell)) for cell in (*row, about)])
                rows += 1
            return rows

    return _write(path, write)


def write_xlsx(path: Path, sheet: Sheet, rows: int) -> int:
    """Write a sheet of at most `rows` rows as XLSX, with a second sheet on the whole; gives the rows written.

    Raises `SheetTooLong`, `FileNotWritten`.
    """
    if rows > XLSX_ROWS:
        raise SheetTooLong(rows)

    def write(temporary: Path) -> int:
        import xlsxwriter  # noqa: PLC0415 - a tenth of a second, and seldom wanted

        # Nothing is guessed: a text stays a text, whatever it looks like. Rows go to the disk as they come.
        options = {
            "constant_memory": True,
            "strings_to_numbers": False,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        with xlsxwriter.Workbook(str(temporary), options) as book:
            # The date of making would make two files of one answer differ.
            book.set_properties({"title": sheet.title, "created": datetime(2000, 1, 1)})  # noqa: DTZ001 - as XLSX has it
            bold = book.add_format({"bold": True})
            page = book.add_worksheet("1")
            page.freeze_panes(1, 0)
            for column, head in enumerate(sheet.heads):
                page.write_string(0, column, head, bold)
            number = 0
            for number, row in enumerate(sheet.rows, start=1):
                for column, cell in enumerate(row):
                    if isinstance(cell, int) and not isinstance(cell, bool):
                        page.write_number(number, column, cell)
                    elif cell is not None:
                        page.write_string(number, column, _text(cell))
            about = book.add_worksheet("2")
            for line, text in enumerate((sheet.title, *sheet.about)):
                about.write_string(line, 0, text)
            return number

    return _write(path, write)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(VIETNAM).isoformat(sep=" ", timespec="milliseconds")
    if isinstance(cell, bool):
        return str(int(cell))
    return str(cell)


def _write(path: Path, write: Callable[[Path], int]) -> int:
    try:
        descriptor, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
        os.close(descriptor)
        temporary = Path(name)
        try:
            rows = write(temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise FileNotWritten(path, error) from error
    return rows
