"""Sessions that stand no more are deleted, a bounded number at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from services.accounts import sessions
from services.accounts.account import Role
from services.accounts.sessions import SESSION_KEPT, SESSION_LONGEST, SessionFault
from services.accounts.store import Accounts

PASSWORD = "năm từ dễ nhớ mà khó đoán"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MOMENT = timedelta(milliseconds=1)


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    with Accounts(tmp_path / "a.sqlite", "vnpt", hasher=PasswordHasher(1, 8, 1)) as made:
        made.add("an", "Nguyễn Văn An", Role.CLERK, PASSWORD, NOW)
        yield made


def kept(folder: Path) -> int:
    with sqlite3.connect(folder / "a.sqlite") as connection:
        found: int = connection.execute("SELECT count(*) FROM sessions").fetchone()[0]
    connection.close()
    return found


def test_a_session_is_kept_for_seven_days_from_its_beginning_and_then_deleted(
    accounts: Accounts, tmp_path: Path
) -> None:
    left, expired = (accounts.enter("an", PASSWORD, NOW) for _ in range(2))
    accounts.leave(left, NOW + timedelta(minutes=5))
    accounts.enter("an", PASSWORD, NOW + SESSION_KEPT)
    assert kept(tmp_path) == 3
    assert accounts.session_fault(left, NOW + SESSION_KEPT)[1] is SessionFault.ENDED
    last = accounts.enter("an", PASSWORD, NOW + SESSION_KEPT + MOMENT)
    assert kept(tmp_path) == 2
    assert accounts.session_fault(expired, NOW + SESSION_KEPT)[1] is SessionFault.UNKNOWN
    assert accounts.session(last, NOW + SESSION_KEPT + MOMENT) is not None


def test_one_that_stands_is_never_deleted() -> None:
    assert SESSION_KEPT > SESSION_LONGEST


def test_many_are_deleted_a_few_at_each_entry_the_oldest_first(
    accounts: Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_FORGOTTEN_AT_ONCE", 3)
    old = [accounts.enter("an", PASSWORD, NOW + number * MOMENT) for number in range(5)]
    later = NOW + 2 * SESSION_KEPT
    accounts.enter("an", PASSWORD, later)
    assert [accounts.session_fault(one, later)[1] for one in old] == [SessionFault.UNKNOWN] * 3 + [SessionFault.OLD] * 2
    accounts.enter("an", PASSWORD, later)
    assert kept(tmp_path) == 2
