"""A small network with a history, made once; every test spoils its own copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from events.note import VerifierKey
from services.identity.directory_folder import DirectoryFolder
from tests.unit.verify.history import Network, make_network, report, trick


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    made = make_network(tmp_path / "state")
    yield made
    made.close()


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven documents in two directions, every delivery receipted."""
    made = make_network(tmp_path_factory.mktemp("history") / "state")
    for number in range(4):
        made.say("vnpt", report(number))
    made.say("police", trick(1), trick(2), trick(3))
    made.close()
    return made.folder


@pytest.fixture
def folder(history: Path, tmp_path: Path) -> Path:
    """A copy of the history, to be spoilt."""
    return Path(shutil.copytree(history, tmp_path / "spoilt"))


@pytest.fixture
def root(history: Path) -> VerifierKey:
    return DirectoryFolder.of(history).root
