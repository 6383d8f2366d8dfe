"""Working days, office hours and urgency over a small calendar, and over the real holidays of Vietnam."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.calendar.urgency import ANSWER_WITHIN, ASKS_FOR_ANSWER, answer_by
from events.calendar.working_days import CalendarUnknown, WorkingCalendar, note_on_due_day
from events.calendar.working_time import OFFICE_HOURS, add_working_time
from events.catalogue import EVENT_TYPES
from events.instants import VIETNAM
from events.values.document import Urgency
from services.reports.public_holidays import calendar_around, working_calendar

VN_2025 = working_calendar(2024, 2027)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2025-01-29", "Tết Nguyên Đán"),
        ("2025-04-07", "Ngày Giỗ Tổ Hùng Vương"),
        ("2025-05-02", "Ngày nghỉ (thay cho ngày 26/04/2025)"),
        ("2025-09-01", "Quốc khánh"),
        ("2026-04-27", "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"),
        ("2025-11-22", "Thứ Bảy"),
        ("2025-11-23", "Chủ nhật"),
        ("2025-04-26", None),  # a Saturday worked in exchange for 2 May
        ("2025-11-24", None),  # a Monday; a public holiday only from 2026 on
        ("2026-11-24", "Ngày Văn hóa Việt Nam"),
    ],
)
def test_days_off_in_vietnam(day: str, why: str | None) -> None:
    assert VN_2025.day_off(date.fromisoformat(day)) == why


def test_a_saturday_worked_for_a_day_off_in_the_next_year_is_known() -> None:
    """27 December 2014 was worked for 2 January 2015: the pair lies across the year's end."""
    assert working_calendar(2014, 2014).is_working_day(date(2014, 12, 27))


def test_a_year_that_was_not_given_is_refused_and_named() -> None:
    with pytest.raises(CalendarUnknown, match="covers 2024 to 2027, not 2031-01-05"):
        VN_2025.is_working_day(date(2031, 1, 5))


def test_the_calendar_around_a_day_reaches_into_the_years_beside_it() -> None:
    calendar = calendar_around(date(2025, 12, 31))
    assert calendar.first_working_day_from(date(2026, 1, 1)) == date(2026, 1, 2)
    assert calendar.day_off(date(2024, 1, 1)) == "Tết Dương lịch"


@pytest.mark.clause("DL-12.1a")
def test_a_due_day_on_a_day_off_stays_and_names_the_next_working_day() -> None:
    sunday = date(2026, 9, 20)
    note = note_on_due_day(sunday, VN_2025)
    assert note is not None
    assert (note.why, note.next_working_day) == ("Chủ nhật", date(2026, 9, 21))
    assert note_on_due_day(date(2025, 3, 20), VN_2025) is None


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2025-11-20T08:00", 2, "2025-11-20T10:00"),
        ("2025-11-20T10:30", 2, "2025-11-20T14:00"),  # over the midday break
        ("2025-11-20T12:00", 1, "2025-11-20T14:00"),  # begins in it
        ("2025-11-20T05:00", 4, "2025-11-20T11:30"),  # exactly until offices close at noon
        ("2025-11-20T16:00", 8, "2025-11-21T16:00"),
        ("2025-11-21T16:00", 2, "2025-11-24T08:30"),  # over a weekend
        ("2025-04-29T16:00", 2, "2025-05-05T08:30"),  # over two holidays, a bridge day and a weekend
        ("2025-04-25T16:30", 1, "2025-04-26T08:00"),  # the Saturday is worked
    ],
)
def test_working_time_runs_only_while_offices_are_open(start: str, hours: int, expected: str) -> None:
    assert add_working_time(local(start), timedelta(hours=hours), VN_2025) == local(expected)


@given(
    st.integers(0, 700 * 24 * 60).map(lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.integers(1, 3000),
    st.integers(1, 3000),
)
def test_working_time_adds_up_and_ends_while_offices_are_open(start: datetime, first: int, second: int) -> None:
    begun, more = timedelta(minutes=first), timedelta(minutes=second)
    end = add_working_time(start, begun + more, VN_2025)
    assert end == add_working_time(add_working_time(start, begun, VN_2025), more, VN_2025)
    there = end.astimezone(VIETNAM)
    assert VN_2025.is_working_day(there.date())
    assert any(opens <= there.time() <= closes for opens, closes in OFFICE_HOURS)
    assert end - start >= begun + more


@pytest.mark.clause("LC-2.4b")
@pytest.mark.parametrize(
    ("urgency", "asked", "expected"),
    [
        (Urgency.NORMAL, "2025-11-21T16:00", None),
        (Urgency.KHAN, "2025-11-21T16:00", "2025-11-24T16:00"),
        (Urgency.THUONG_KHAN, "2025-11-21T16:00", "2025-11-24T10:30"),
        (Urgency.HOA_TOC, "2025-11-21T23:30", "2025-11-22T00:30"),
    ],
)
def test_urgency_sets_the_time_to_answer(urgency: Urgency, asked: str, expected: str | None) -> None:
    assert answer_by(urgency, local(asked), VN_2025) == (local(expected) if expected else None)


def test_the_more_urgent_the_sooner() -> None:
    asked = local("2025-11-20T08:00")
    times = [answer_by(urgency, asked, VN_2025) for urgency in (Urgency.HOA_TOC, Urgency.THUONG_KHAN, Urgency.KHAN)]
    assert times == sorted(times, key=str)
    assert set(ANSWER_WITHIN) == set(Urgency) - {Urgency.NORMAL}


def test_types_that_ask_for_an_answer_exist() -> None:
    assert set(EVENT_TYPES) >= ASKS_FOR_ANSWER


def test_a_calendar_cannot_be_changed_through_what_it_was_made_of() -> None:
    days = {date(2025, 1, 1): "Tết Dương lịch"}
    calendar = WorkingCalendar(2025, 2025, days)
    days.clear()
    assert not calendar.is_working_day(date(2025, 1, 1))
