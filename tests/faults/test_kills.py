"""Any process may be killed at any moment: nothing is lost, nothing is there twice, order is kept for each sender."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.faults.kill_campaign import run_campaign

pytestmark = pytest.mark.broker

SEED = int(os.environ.get("PHOIHOP_KILL_SEED", random.SystemRandom().randrange(1 << 32)))


async def test_survives_kills_at_random_moments_under_load(tmp_path: Path) -> None:
    print(f"PHOIHOP_KILL_SEED={SEED}")  # shown when the test fails: gives the same kills again
    outcome = await run_campaign(tmp_path / "network", seed=SEED, kills=8)
    assert sum(outcome.kills.values()) == 8
    assert outcome.deliveries > 100
    assert outcome.findings == []


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_survives_a_long_campaign(tmp_path: Path) -> None:
    print(f"PHOIHOP_KILL_SEED={SEED}")
    outcome = await run_campaign(tmp_path / "network", seed=SEED, kills=40)
    assert sum(outcome.kills.values()) == 40
    assert outcome.findings == []
