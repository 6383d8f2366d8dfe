"""Both verifiers over packages that were changed by chance: they agree, and neither verifies what is not true."""

from __future__ import annotations

from pathlib import Path

from tests.interop.differential import Campaign, NodeVerifier
from tests.unit.evidence.town import Town

CHANGES = 40
"""`python -m tests.interop.differential` makes as many as there is time for."""


def test_changed_packages_are_judged_alike_and_truly(verifier: Path, town: Town, tmp_path: Path) -> None:
    with NodeVerifier(verifier) as node:
        campaign = Campaign(town, node, tmp_path)
        campaign.run(CHANGES, seed=20_000)
    assert campaign.differing == []
    assert campaign.counted["found"] > CHANGES // 3
    assert campaign.counted["verified"] > 0
