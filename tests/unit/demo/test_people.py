"""The demonstration's people: made once, and their sessions outlast the leaps of the play's clock."""

from __future__ import annotations

import stat
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from events.instants import parse_instant
from services.accounts.account import EntryRefused, Role
from services.accounts.attempts import MAX_FAILURES
from services.demo.people import PEOPLE, open_accounts, password_of

PLAY = parse_instant("2026-11-20T01:00:00.000Z")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for agency in ("dic", "vnpt"):
        (tmp_path / "agencies" / agency).mkdir(parents=True)
    return tmp_path


async def test_everybody_is_at_every_agency_and_comes_back_after_a_restart(folder: Path) -> None:
    password = password_of(folder)
    assert stat.S_IMODE((folder / "password").stat().st_mode) == 0o600
    for _ in range(2):
        async with AsyncExitStack() as stack:
            opened = open_accounts(folder, ["dic", "vnpt"], PLAY, stack)
            for accounts in opened.values():
                assert {account.role for account, _ in accounts.accounts()} == set(Role)
                for person in PEOPLE:
                    token = accounts.enter(person.name, password, PLAY)
                    session = accounts.session(token, PLAY)
                    assert session is not None
                    assert (session.account.name, session.account.signatory) == (person.name, person.signatory)
    assert password_of(folder) == password


async def test_a_session_is_not_ended_by_a_leap_of_the_plays_clock(folder: Path) -> None:
    async with AsyncExitStack() as stack:
        accounts = open_accounts(folder, ["dic"], PLAY, stack)["dic"]
        token = accounts.enter("thu.truong", password_of(folder), PLAY)
        assert accounts.session(token, PLAY + timedelta(days=30)) is not None
        for _ in range(MAX_FAILURES):
            with pytest.raises(EntryRefused):
                accounts.enter("kiem.tra", "wrong", PLAY)
        with pytest.raises(EntryRefused) as refused:
            accounts.enter("kiem.tra", password_of(folder), PLAY + timedelta(days=30))
        assert refused.value.reason == "locked", "a lock is ended by the play"
