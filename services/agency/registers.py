"""The registers within a transaction: numbers of a year, from 1 and without gaps (Decree 30/2020)."""

from __future__ import annotations

from datetime import datetime

from eventsourcing.sqlite import SQLiteCursor

from events.instants import vietnam_date


class Registers:
    """The registers as they stand, this transaction's own numbers included. A part of `RecordTransaction`."""

    def __init__(self, cursor: SQLiteCursor) -> None:
        self.cursor = cursor
        self._numbers: dict[tuple[int, int], int] = {}
        self._register_rows: list[tuple[int, int, int, int]] = []

    def number_is_given(self, direction: int, year: int, number: int) -> bool:
        """Whether a number of a register is taken."""
        if any(row[:3] == (direction, year, number) for row in self._register_rows):
            return True
        self.cursor.execute(
            "SELECT 1 FROM registers WHERE direction = ? AND year = ? AND number = ?", (direction, year, number)
        )
        return self.cursor.fetchone() is not None

    def next_number(self, direction: int, moment: datetime) -> tuple[int, int]:
        """Year and the next free number of the outgoing or incoming register (Decree 30/2020)."""
        year = vietnam_date(moment).year
        key = (direction, year)
        if key not in self._numbers:
            self.cursor.execute("SELECT MAX(number) FROM registers WHERE direction = ? AND year = ?", key)
            self._numbers[key] = self.cursor.fetchone()[0] or 0
        return year, self._numbers[key] + 1

    def _register(self, direction: int, year: int, number: int, position: int) -> None:
        self._register_rows.append((direction, year, number, position))
        self._numbers[direction, year] = max(number, self._numbers.get((direction, year), 0))

    def _write_registers(self) -> None:
        self.cursor.executemany("INSERT INTO registers VALUES (?,?,?,?)", self._register_rows)
