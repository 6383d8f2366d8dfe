"""Houses without a broker, whose copies an auditor's desk takes in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.agency.houses import Houses, make_network


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_network(tmp_path_factory.mktemp("network"))


@pytest.fixture
def houses(network: Path, tmp_path: Path) -> Iterator[Houses]:
    opened = Houses(network, tmp_path / "houses")
    yield opened
    opened.close()
