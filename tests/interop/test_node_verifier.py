"""A verifier in another language, written from docs/evidence-package.md alone, agrees with ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.evidence.withholding import Withheld
from tests.interop.conftest import run_node
from tests.unit.evidence.attacks import Attack, Scene, root_key
from tests.unit.evidence.attacks_by_hand import ATTACKS
from tests.unit.evidence.town import Town, make_town


def verdict(verifier: Path, package: Path, root: str) -> dict[str, Any]:
    done = run_node("verify.mjs", str(package), root, cwd=verifier)
    assert done.returncode in {0, 1}, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (not found["verified"])
    return found


def test_good_packages_are_verified(verifier: Path, town: Town, tmp_path: Path) -> None:
    scene = Scene(town, tmp_path)
    packages = [
        town.export("all.zip"),
        town.export("case.zip", scene.case()),
        town.export("period.zip", scene.period()),
    ]
    packages.append(town.export("closed.zip", withheld=Withheld(everything=True)))
    for package in packages:
        found = verdict(verifier, package, str(town.root))
        assert found["findings"] == [], package.name
        assert found["times_proven"] is True
        assert found["holds"]["documents"] > 0


def test_simulated_time_is_not_proven(verifier: Path, tmp_path: Path) -> None:
    town = make_town(tmp_path / "town", clock="simulated")
    town.history.play(1)
    town.checkpoint()
    found = verdict(verifier, town.export("all.zip"), str(town.root))
    assert (found["verified"], found["times_proven"]) == (True, False)


def test_a_package_under_another_root_key_is_refused(verifier: Path, town: Town, tmp_path: Path) -> None:
    other = make_town(tmp_path / "other")
    found = verdict(verifier, town.export("all.zip"), str(other.root))
    assert {finding["check"] for finding in found["findings"]} == {"directory-swapped"}


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_an_attack_has_the_same_name_there(attack: Attack, verifier: Path, town: Town, tmp_path: Path) -> None:
    scene = Scene(town, tmp_path)
    found = verdict(verifier, attack.make(scene), root_key(scene))
    assert attack.check.value in {finding["check"] for finding in found["findings"]}
