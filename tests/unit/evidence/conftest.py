from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.evidence.town import Town, told_town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town that no test changes."""
    return told_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def everything(town: Town) -> Path:
    return town.export("everything.zip")
