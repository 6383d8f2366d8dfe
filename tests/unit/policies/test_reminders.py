"""Reminders: which stage is due when, and that each is raised once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events.record_entry import Entry, LocalEntry
from projections.obligations import Obligation, ObligationKind, Standing
from services.agency.policies.reminders import Reminder, raise_reminder, reminders_due
from services.agency.record import Record

DUE = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
ASKED = DUE - timedelta(days=5)


def owed(
    debtor: str = "vnpt",
    creditor: str = "police",
    kind: ObligationKind = ObligationKind.ANSWER,
    due: datetime | None = DUE,
    since: datetime = ASKED,
    settled_at: datetime | None = None,
) -> Obligation:
    return Obligation(
        kind, "e1", debtor, creditor, "c1", "LC-7.3", since, due, settled_at, None, None,
        Standing.SETTLED if settled_at else Standing.OPEN,
    )  # fmt: skip


def stages(obligation: Obligation, now: datetime, me: str = "vnpt") -> list[str]:
    return [reminder.stage for reminder in reminders_due([obligation], now, me)]


@pytest.mark.parametrize(
    ("before_due", "expected"),
    [
        (timedelta(days=2), []),
        (timedelta(hours=24), ["day_before"]),
        (timedelta(hours=2), ["day_before"]),
        (timedelta(minutes=59), ["hour_before"]),
        (timedelta(), ["overdue"]),
        (timedelta(days=-3), ["overdue"]),
    ],
)
def test_the_newest_stage_that_was_reached_is_due(before_due: timedelta, expected: list[str]) -> None:
    assert stages(owed(), DUE - before_due) == expected


def test_a_request_shorter_than_a_stage_skips_it() -> None:
    short = owed(since=DUE - timedelta(hours=3))
    assert stages(short, DUE - timedelta(hours=2)) == []
    assert stages(short, DUE - timedelta(minutes=30)) == ["hour_before"]


def test_who_is_owed_hears_only_when_it_is_overdue() -> None:
    assert stages(owed(), DUE - timedelta(minutes=1), me="police") == []
    assert stages(owed(), DUE, me="police") == ["overdue"]
    assert stages(owed(), DUE, me="customs") == []


@pytest.mark.parametrize(
    "obligation",
    [owed(due=None), owed(settled_at=DUE - timedelta(hours=1)), owed(kind=ObligationKind.RECEIPT)],
    ids=["no time set", "settled", "a receipt"],
)
def test_of_some_things_nobody_is_reminded(obligation: Obligation) -> None:
    assert stages(obligation, DUE + timedelta(days=1)) == []


def test_a_stage_is_raised_once_also_after_a_restart(tmp_path: Path) -> None:
    raised: list[Entry] = []
    for _ in range(2):
        record = Record(tmp_path / "record.sqlite", "vnpt", "lao-cai", create=True)
        for stage in ("hour_before", "hour_before", "overdue"):
            with record.writing() as transaction:
                raise_reminder(Reminder(owed(), stage), DUE, transaction)
        raised = list(record.all_entries())
        record.close()
    assert [(e.name, e.subject, e.data["stage"]) for e in raised if isinstance(e, LocalEntry)] == [
        ("ReminderRaised", "e1", "hour_before"),
        ("ReminderRaised", "e1", "overdue"),
    ]
