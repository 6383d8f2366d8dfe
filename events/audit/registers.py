"""Registers: numbers of a year from 1 without gaps or repeats, in the order of time (Decree 30/2020).

The outgoing register is in the envelopes of an agency's documents, the incoming one in its receipts. A number may
become known late; it is held until those before it are there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice

from events.audit.finding import AuditCheck, Finding
from events.instants import VIETNAM, format_instant, parse_instant, vietnam_date

CLOCK_STEP = timedelta(minutes=10)
"""An agency's clock may be corrected by so much; what goes back further was dated back."""

_MAX_LISTED = 5


def register_year(at: str) -> int:
    """The year of an instant in Vietnam, with which registers change."""
    return _year_of_hour(at[:13])


@lru_cache(maxsize=100_000)
def _year_of_hour(hour: str) -> int:
    return vietnam_date(parse_instant(f"{hour}:00:00.000Z")).year


@dataclass(slots=True)
class _Register:
    year: int
    until: str
    next: int = 1
    at: str = ""
    waiting: dict[int, tuple[str, str, str]] = field(default_factory=dict)


class Registers:
    """The registers of one direction (`outgoing` or not), of all agencies and years."""

    def __init__(self, found: Callable[[Finding], None], *, outgoing: bool) -> None:
        self._found = found
        self._outgoing = outgoing
        self._registers: dict[tuple[str, int], _Register] = {}
        self._current: dict[str, _Register] = {}

    def add(self, agency: str, number: int, at: str, event: str, index: int) -> int:
        """Take in a number given at an instant; gives its year."""
        register = self._current.get(agency)
        if register is not None and number == register.next and register.at <= at < register.until:
            register.next += 1
            register.at = at
            if not register.waiting:
                return register.year
        else:
            register = self._add(agency, number, at, event, index)
        while register.next in register.waiting:
            self._next(register, agency, *register.waiting.pop(register.next))
        return register.year

    def _add(self, agency: str, number: int, at: str, event: str, index: int) -> _Register:
        year = register_year(at)
        register = self._registers.get((agency, year))
        if register is None:
            until = format_instant(datetime(year + 1, 1, 1, tzinfo=VIETNAM))
            register = self._registers[agency, year] = _Register(year, until)
        self._current[agency] = register
        if number == register.next:
            self._next(register, agency, at, event, f"entry {index}")
        elif number < register.next or number in register.waiting:
            self._twice(agency, year, number, event, index)
        else:
            register.waiting[number] = at, event, f"entry {index}"
        return register

    def finish(self, excused: Callable[[str], bool]) -> None:
        """Nothing more comes; `excused` agencies have declared events lost, and numbers with them."""
        for (agency, year), register in self._registers.items():
            if not register.waiting or excused(agency):
                continue
            first = min(register.waiting)
            _, event, where = register.waiting[first]
            # Whoever gives a number gives any: a gap is never gone through to its end.
            gaps = (str(n) for n in range(register.next, max(register.waiting)) if n not in register.waiting)
            missing = list(islice(gaps, _MAX_LISTED + 1))
            listed = ", ".join(missing[:_MAX_LISTED]) + (" …" if len(missing) > _MAX_LISTED else "")
            name_vi, name_en = self._name
            self._found(
                Finding(
                    AuditCheck.REGISTER, event, where,
                    f"Sổ {name_vi} năm {year} của {agency} thiếu số {listed}.",
                    f"The {name_en} register of {agency} for {year} lacks {listed}, though later numbers were given.",
                )
            )  # fmt: skip

    def _next(self, register: _Register, agency: str, at: str, event: str, where: str) -> None:
        if at >= register.at:
            register.at = at
        elif parse_instant(at) < parse_instant(register.at) - CLOCK_STEP:
            self._dated_back(agency, register, at, event, where)
        register.next += 1

    def _dated_back(self, agency: str, register: _Register, at: str, event: str, where: str) -> None:
        number = register.next
        if self._outgoing:
            check = AuditCheck.BACK_DATED
            en = (
                f"Dated {at}, but document number {number} of {agency}: an earlier number is dated {register.at}, so "
                "it was signed later than it says."
            )
            vi = f"Ghi thời điểm {at} nhưng mang số {number} của {agency}: số đứng trước ghi {register.at}."
        else:
            check = AuditCheck.RECEIPT_MISMATCH
            en = f"{agency} says that it took in number {number} at {at}, and the number before at {register.at}."
            vi = f"{agency} xác nhận tiếp nhận số {number} lúc {at}, trước số đứng trước ({register.at})."
        self._found(Finding(check, event, where, vi, en))

    def _twice(self, agency: str, year: int, number: int, event: str, index: int) -> None:
        name_vi, name_en = self._name
        self._found(
            Finding(
                AuditCheck.REGISTER, event, f"entry {index}",
                f"Sổ {name_vi} năm {year} của {agency} cấp số {number} hai lần.",
                f"The {name_en} register of {agency} for {year} has given number {number} twice.",
            )
        )  # fmt: skip

    @property
    def _name(self) -> tuple[str, str]:
        return ("công văn đi", "outgoing") if self._outgoing else ("công văn đến", "incoming")
