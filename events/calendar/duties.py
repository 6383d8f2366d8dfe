"""The calendar's duties as data: `data/duties.toml`, a row each, held against the clause list.

Members of a row: `debtors` are roles that owe it, `creditors` roles to whom it is owed (the first whose holder is not
the debtor itself); `period` how long a reporting period is, `first_year` where two-year periods begin to be counted;
`due` the day: `month` of the period from 1, and `day` of that month or `last`; `shown_days_before` how long before
it shows as owed; `shown_to_debtor_alone` where the creditor need not hold the event that settles it. A row without a
period is owed once, by whoever holds the role, and has no due day.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from events.errors import RulesInvalid
from events.regulation import vocabulary
from events.regulation.row import Origin
from events.values.period import PeriodKind

DutyKind = Literal["submit_report", "consolidate_report", "hold_briefing", "hold_review", "designate_focal_point"]
"""What has to be done."""

_FILE = "duties.toml"
_MONTHS = {PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6, PeriodKind.TWO_YEARS: 24}
_Words = Annotated[tuple[str, ...], Field(min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DueDay(_Entry):
    """A day of a period: of its `month`-th month, counted from 1, the `day`-th or the last."""

    month: Annotated[int, Field(ge=1, le=24)]
    day: Annotated[int, Field(ge=1, le=28)] | Literal["last"]


class Duty(_Entry):
    """One row; see the module's docstring."""

    regulation: str
    clause: str
    kind: DutyKind
    event: str
    debtors: _Words
    creditors: _Words
    shown_to_debtor_alone: bool = False
    period: PeriodKind | None = None
    period_origin: Origin = "text"
    first_year: int | None = None
    due: DueDay | None = None
    due_origin: Origin = "text"
    shown_days_before: Annotated[int, Field(ge=0, le=365)] = 0
    text_vi: Annotated[str, Field(min_length=1)]
    text_en: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.period is None) != (self.due is None):
            raise ValueError("a period and a due day go together")
        if self.period is not None and self.due is not None:
            if self.period is PeriodKind.AD_HOC:
                raise ValueError("ad hoc reports fall due when asked for, not by the calendar")
            if self.due.month > _MONTHS[self.period]:
                raise ValueError(f"the period has {_MONTHS[self.period]} months, not {self.due.month}")
        if (self.period is PeriodKind.TWO_YEARS) != (self.first_year is not None):
            raise ValueError("two-year periods, and they alone, name the year from which they are counted")
        return self

    def text(self, lang: str = "vi") -> str:
        """What is owed, in Vietnamese (`vi`) or English (`en`)."""
        return self.text_en if lang == "en" else self.text_vi


@cache
def duties_of(regulation: str) -> tuple[Duty, ...]:
    """The calendar's duties under a regulation, such as `dak-lak-39-2010`.

    Raises `RulesInvalid` for a file that does not hold together, naming the row.
    """
    text = (resources.files("events.calendar") / "data" / _FILE).read_text("utf-8")
    return tuple(duty for duty in parse_duties(text) if duty.regulation == regulation)


def parse_duties(text: str) -> tuple[Duty, ...]:
    """The rows of a file of duties; raises `RulesInvalid` that names the row, counted from 1."""
    try:
        entries = tomllib.loads(text)["duty"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise RulesInvalid(_FILE, "-", f"is no file of duties: {error}") from error
    found: list[Duty] = []
    for number, entry in enumerate(entries, start=1):
        row = f"{number} ({entry.get('clause', '?')}/{entry.get('kind', '?')})"
        try:
            duty = Duty.model_validate(entry)
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'row'}: {e['msg']}" for e in error.errors())
            raise RulesInvalid(_FILE, row, faults) from error
        if problem := _problem(duty, found):
            raise RulesInvalid(_FILE, row, problem)
        found.append(duty)
    return tuple(found)


def _problem(duty: Duty, before: list[Duty]) -> str | None:
    if duty.regulation not in vocabulary.REGULATIONS:
        return f"no regulation {duty.regulation!r}"
    clause = vocabulary.clauses(duty.regulation).get(duty.clause)
    if clause is None:
        return f"{duty.regulation} has no clause {duty.clause!r}"
    if duty.event not in clause.events:
        return f"{duty.clause} names no event {duty.event!r}, but {', '.join(sorted(clause.events))}"
    known = vocabulary.roles(duty.regulation)
    if unknown := [role for role in (*duty.debtors, *duty.creditors) if role not in known]:
        return f"{duty.regulation} knows no role {', '.join(unknown)}"
    key = (duty.regulation, duty.clause, duty.kind, duty.period)
    if any(key == (other.regulation, other.clause, other.kind, other.period) for other in before):
        return "stands twice"
    return None
