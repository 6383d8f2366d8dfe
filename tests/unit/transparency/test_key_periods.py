"""A cosignature's time has whole seconds; a key's period begins at any millisecond."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from events.agency import KeyRecord
from events.audit.log_keys import usable_in_second
from tests.unit.transparency.keys import signer

BEGINS = datetime(2026, 3, 2, 8, 0, 15, 700_000, tzinfo=UTC)
SECOND = BEGINS.replace(microsecond=0)
ONE = timedelta(seconds=1)


@pytest.fixture
def key() -> KeyRecord:
    public, _ = signer("police")
    kid = public.kid("lao-cai", "police", "service")
    return KeyRecord(kid, public, BEGINS, BEGINS + timedelta(hours=1), "service")


def test_the_second_in_which_the_period_begins_counts(key: KeyRecord) -> None:
    assert usable_in_second(key, SECOND)
    assert not usable_in_second(key, SECOND - ONE)


def test_the_end_of_the_period_is_the_end(key: KeyRecord) -> None:
    assert usable_in_second(key, SECOND + timedelta(hours=1))
    assert not usable_in_second(key, SECOND + timedelta(hours=1) + ONE)


def test_from_its_revocation_on_it_counts_no_more(key: KeyRecord) -> None:
    revoked = replace(key, revoked_at=SECOND + 5 * ONE)
    assert usable_in_second(revoked, SECOND + 4 * ONE)
    assert not usable_in_second(revoked, SECOND + 5 * ONE)
