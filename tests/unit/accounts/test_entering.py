"""Entering while the account changes, and what counts as a use of a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from argon2 import PasswordHasher

from services.accounts.account import EntryRefused, Role
from services.accounts.sessions import SESSION_IDLE
from services.accounts.store import Accounts

PASSWORD = "năm từ dễ nhớ mà khó đoán"
OTHER = "năm từ khác cũng rất khó đoán"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


class SlowHasher(PasswordHasher):
    """Somebody does something at the same account while a password is tried."""

    def __init__(self) -> None:
        super().__init__(1, 8, 1)
        self.meanwhile: Callable[[], None] = lambda: None

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return super().verify(hash, password)


@pytest.fixture
def hasher() -> SlowHasher:
    return SlowHasher()


@pytest.fixture
def accounts(tmp_path: Path, hasher: SlowHasher) -> Iterator[Accounts]:
    with Accounts(tmp_path / "a.sqlite", "vnpt", hasher=hasher) as made:
        made.add("an", "Nguyễn Văn An", Role.CLERK, PASSWORD, NOW)
        yield made


def test_who_tries_the_old_password_while_a_new_one_is_set_begins_no_session(
    accounts: Accounts, hasher: SlowHasher
) -> None:
    hasher.meanwhile = lambda: accounts.set_password("an", OTHER, NOW)
    with pytest.raises(EntryRefused):
        accounts.enter("an", PASSWORD, NOW)
    assert accounts.session(accounts.enter("an", OTHER, NOW), NOW) is not None


def test_who_enters_while_the_account_is_disabled_begins_no_session(accounts: Accounts, hasher: SlowHasher) -> None:
    hasher.meanwhile = lambda: accounts.disable("an", NOW)
    with pytest.raises(EntryRefused):
        accounts.enter("an", PASSWORD, NOW)


@pytest.mark.parametrize("used", [True, False])
def test_a_session_lives_on_by_use_alone(accounts: Accounts, *, used: bool) -> None:
    token = accounts.enter("an", PASSWORD, NOW)
    later = NOW + SESSION_IDLE
    assert accounts.session(token, later, used=used) is not None
    assert (accounts.session(token, later + timedelta(minutes=1)) is not None) == used
