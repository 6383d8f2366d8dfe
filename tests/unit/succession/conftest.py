from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.agency.houses import make_network


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_network(tmp_path_factory.mktemp("network"))
