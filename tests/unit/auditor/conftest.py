"""Houses without a broker, an auditor's desk beside them, and a history of some hundred events made once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.auditor.append_rate import events_only
from services.auditor.places import ledger_file
from services.bench.history import make_history
from tests.unit.agency.houses import Houses, make_network
from tests.unit.auditor.desk import Desk, History

END = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_network(tmp_path_factory.mktemp("network"))


@pytest.fixture
def houses(network: Path, tmp_path: Path) -> Iterator[Houses]:
    opened = Houses(network, tmp_path / "houses")
    yield opened
    opened.close()


@pytest.fixture
def desk(houses: Houses, tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(houses, tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def made_history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    make_history(folder, 900, end=END)
    return folder


@pytest.fixture
def history(made_history: Path, tmp_path: Path) -> History:
    """The history's ledger without anything signed over it, to be grown anew."""
    whole = tmp_path / "whole.sqlite"
    events_only(ledger_file(made_history), whole, "lao-cai")
    return History(made_history, whole, tmp_path)
