"""How soon an answer is wanted by a document's degree of urgency, where its sender names no time.

Decree 30/2020/NĐ-CP (annex I) knows the degrees Khẩn, Thượng khẩn and Hỏa tốc and how they are stamped, but no times:
the times here are ours. A document without a degree has no default: its sender names the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from events.calendar.working_days import WorkingCalendar
from events.calendar.working_time import add_working_time
from events.instants import whole_milliseconds
from events.values.document import Urgency


@dataclass(frozen=True)
class AnswerTime:
    """How long an answer may take; `round_the_clock` time runs also while offices are closed."""

    within: timedelta
    round_the_clock: bool = False


ANSWER_WITHIN: Mapping[Urgency, AnswerTime] = MappingProxyType(
    {
        Urgency.KHAN: AnswerTime(timedelta(hours=8)),
        Urgency.THUONG_KHAN: AnswerTime(timedelta(hours=4)),
        Urgency.HOA_TOC: AnswerTime(timedelta(minutes=60), round_the_clock=True),
    }
)
"""Degree → time to answer: a working day, half a working day, an hour of any day."""

ASKS_FOR_ANSWER = frozenset(
    {
        "InfoRequested",
        "CoordinationRequested",
        "LookupRequested",
        "ReportRequested",
        "SuspensionOrdered",
        "ProvisionOrdered",
        "InspectionRequested",
        "EnforcementRequested",
        "SupportRequested",
        "ExpertAssessmentRequested",
        "PublicityRequested",
    }
)
"""The event types that ask their recipients for something."""


def answer_by(urgency: Urgency, asked_at: datetime, calendar: WorkingCalendar) -> datetime | None:
    """The instant by which to answer what was asked at `asked_at`; None where the degree sets no time.

    Raises `CalendarUnknown` if the calendar does not cover the days needed.
    """
    answer_time = ANSWER_WITHIN.get(urgency)
    if answer_time is None:
        return None
    if answer_time.round_the_clock:
        return whole_milliseconds(asked_at + answer_time.within)
    return whole_milliseconds(add_working_time(asked_at, answer_time.within, calendar))
