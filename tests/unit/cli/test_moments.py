from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from events.errors import InvalidValue
from services.moments import read_beginning, read_moment, show_moment

NOW = datetime(2026, 11, 21, 3, 4, 5, 678_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("+3d", NOW + timedelta(days=3)),
        ("+2h", NOW + timedelta(hours=2)),
        ("+30m", NOW + timedelta(minutes=30)),
        ("2026-11-25", datetime(2026, 11, 25, 17, 0, tzinfo=UTC)),  # the day's end in Vietnam
        ("2026-11-25T16:00", datetime(2026, 11, 25, 9, 0, tzinfo=UTC)),
        ("2026-11-25T16:00+00:00", datetime(2026, 11, 25, 16, 0, tzinfo=UTC)),
        ("2026-11-25T16:00:00.123Z", datetime(2026, 11, 25, 16, 0, 0, 123_000, tzinfo=UTC)),
    ],
)
def test_moments_as_typed(text: str, moment: datetime) -> None:
    assert read_moment(text, NOW) == moment


def test_a_bare_day_that_begins_something_is_its_beginning() -> None:
    assert read_beginning("2026-11-25", NOW) == datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert read_beginning("2026-11-25T16:00", NOW) == read_moment("2026-11-25T16:00", NOW)
    assert read_beginning("+3d", NOW) == read_moment("+3d", NOW)


@pytest.mark.parametrize("text", ["tomorrow", "3d", "+3w", "2026-13-01", "", "25/11/2026", "2026-W48-3"])
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"2026-11-25.*\+3d"):
        read_moment(text, NOW)


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01T00:00", "1899-12-31", "2100-01-01", "9998-06-01T00:00Z"])
def test_no_moment_is_reckoned_with_near_the_ends_of_the_calendar(text: str) -> None:
    for read in (read_moment, read_beginning):
        with pytest.raises(InvalidValue, match="1900 to 2099"):
            read(text, NOW)


def test_moments_are_shown_in_vietnams_time() -> None:
    assert show_moment(NOW) == "21/11/2026 10:04"
    assert show_moment(None) == ""
