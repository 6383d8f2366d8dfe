"""Reports that were not sent, judged by when they were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events.calendar.falling_due import FallingDue, falling_due
from events.directory import Directory
from projections.deliveries_reports import Act, not_done, unsent
from services.identity.directory_folder import DirectoryFolder
from tests.unit.audit_questions.chronicle import Chronicle
from tests.unit.audit_questions.conftest import Asking

SINCE, UNTIL = datetime(2027, 1, 2, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def directory(made: Path) -> Directory:
    return DirectoryFolder.of(made).load()


@pytest.fixture
def duties(directory: Directory) -> list[FallingDue]:
    """Two half-years of VNPT's report to DIC (LC-13.2), due on 20 June and 20 December 2027."""
    everything = falling_due("lao-cai-29-2008", directory, since=SINCE, until=UNTIL)
    found = [duty for duty in everything if duty.debtor == "vnpt" and duty.duty.clause == "LC-13.2"]
    return [duty for duty in found if duty.due is not None and duty.due < UNTIL]


def act(month: int, day: int, *, sender: str = "vnpt", to: str = "dic", clause: str = "LC-13.2") -> Act:
    at = datetime(2027, month, day, 3, tzinfo=UTC)
    return Act(f"{sender}-{month}-{day}", "ReportSubmitted", sender, to, clause, at)


@pytest.mark.parametrize(
    ("acts", "missing"),
    [
        ([], [6, 12]),
        ([act(6, 10), act(12, 10)], []),
        ([act(6, 10)], [12]),
        ([act(12, 10)], [6]),
        ([act(7, 5)], [12]),  # late for June, not early for December
        ([act(7, 5), act(12, 15)], []),
        ([act(12, 5), act(12, 15)], []),  # two in one season: one of them was late for June
        ([act(3, 1)], [12]),  # early for June
        ([act(6, 10, sender="viettel")], [6, 12]),
        ([act(6, 10, to="police")], [6, 12]),
        ([act(6, 10, clause="LC-13.1")], [6, 12]),
    ],
)
def test_which_period_a_report_does(duties: list[FallingDue], acts: list[Act], missing: list[int]) -> None:
    found = not_done(duties, acts, {}, UNTIL)
    assert [one.duty.due.month for one in found if one.duty.due] == missing


def test_what_is_not_due_yet_is_not_missing(duties: list[FallingDue]) -> None:
    due = duties[0].due
    assert due is not None
    assert not_done(duties, [], {}, due) == ()
    (missing,) = not_done(duties, [], {}, due + timedelta(hours=1))
    assert missing.overdue_seconds(due + timedelta(hours=1)) == 3600


def test_a_successor_reports_for_what_it_took_over(duties: list[FallingDue]) -> None:
    by_heir = [act(6, 10, sender="viettel"), act(12, 10, sender="viettel")]
    assert not_done(duties, by_heir, {"vnpt": "viettel"}, UNTIL) == ()


def test_reports_are_found_in_the_log(chronicle: Chronicle, ask: Asking, duties: list[FallingDue]) -> None:
    report = chronicle.say("vnpt", "ReportSubmitted", "dic", clause="LC-13.2", at=datetime(2027, 6, 10, tzinfo=UTC))
    at = datetime(2027, 7, 1, tzinfo=UTC)
    assert unsent(ask(chronicle), duties, {}, at) == ()
    assert len(unsent(ask(chronicle), duties, {}, report.at - timedelta(days=1))) == 0
    chronicle.take("dic", refused=[report])
    assert len(unsent(ask(chronicle), duties, {}, at)) == 1, "a refused report is none"
