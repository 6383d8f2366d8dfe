"""Answers as files: nothing in them is taken for a formula, and they appear whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from services.audit import output
from services.audit.output import Cell, FileNotWritten, Sheet, SheetTooLong, harmless, write_csv, write_xlsx

AT = datetime(2026, 11, 20, 18, 30, 0, 5000, tzinfo=UTC)
DANGEROUS = ["=1+1", "+84912", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]


def sheet(*rows: tuple[Cell, ...]) -> Sheet:
    return Sheet("Ai đã thông tin", ["Số", "Chữ", "Lúc"], list(rows), ["Tính đến mục 7.", "Đồng hồ mô phỏng."])


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_csv_has_instants_in_vietnams_time_and_says_up_to_where_it_reaches(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert write_csv(path, sheet((7, 'Yêu cầu; có dấu "ngoặc"\nhai dòng', AT), (None, None, None))) == 2
    head, first, second = read(path)
    assert head == ["Số", "Chữ", "Lúc", "Ai đã thông tin"]
    assert first[:3] == ["7", 'Yêu cầu; có dấu "ngoặc"\nhai dòng', "2026-11-21 01:30:00.005+07:00"]
    assert second[:3] == ["", "", ""]
    assert first[3] == second[3] == "Tính đến mục 7. Đồng hồ mô phỏng."
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "spreadsheets take it for UTF-8"
    assert path.read_bytes().count(b"\r\n") == 3


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_cell_of_csv_is_no_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, Sheet(text, [text], [(text,)], [text]))
    cells = [cell for row in read(path) for cell in row]
    assert cells == [f"'{text}"] * 4


def test_what_is_no_formula_stays_as_it_is() -> None:
    for text in ("", "5", "LC-10.1", "a=b", "'=1", "05/CV"):
        assert harmless(text) == text


def test_xlsx_holds_text_as_text_and_counts_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    texts = [*DANGEROUS, "{=1}", "http://example.vn", "0012", "1e5", "\x01\x1f", "x" * 30_000]
    assert write_xlsx(path, sheet(*((3, text, AT) for text in texts)), len(texts)) == len(texts)
    page, about = openpyxl.load_workbook(path)
    rows = list(page.iter_rows(min_row=2))
    for row, text in zip(rows, texts, strict=True):
        assert (row[0].value, row[0].data_type) == (3, "n")
        assert row[1].data_type == "s"
        if text.isprintable() or text in DANGEROUS:
            assert str(row[1].value).replace("_x000D_", "\r") == text.replace("_x000D_", "\r")
        assert row[1].hyperlink is None
        assert row[2].value == "2026-11-21 01:30:00.005+07:00"
    assert [cell.value for (cell,) in about.iter_rows()] == ["Ai đã thông tin", "Tính đến mục 7.", "Đồng hồ mô phỏng."]
    again = tmp_path / "b.xlsx"
    write_xlsx(again, sheet(*((3, text, AT) for text in texts)), len(texts))
    assert again.read_bytes() == path.read_bytes(), "one answer, one file"


def test_more_rows_than_a_sheet_holds_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(SheetTooLong, match="1048576 rows"):
        write_xlsx(tmp_path / "a.xlsx", sheet(), output.XLSX_ROWS + 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_file_that_breaks_off_leaves_the_old_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"old")

    def breaks_off() -> Iterator[tuple[Cell, ...]]:
        yield (1, "a", None)
        raise KeyboardInterrupt

    broken = Sheet("t", ["a", "b", "c"], breaks_off(), [])
    with pytest.raises(KeyboardInterrupt):
        write_csv(path, broken) if name.endswith("csv") else write_xlsx(path, broken, 2)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_folder_that_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    path = tmp_path / "nowhere" / name
    with pytest.raises(FileNotWritten) as refused:
        write_csv(path, sheet()) if name.endswith("csv") else write_xlsx(path, sheet(), 0)
    assert str(path) in refused.value.what
