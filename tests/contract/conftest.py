from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from events.directory import Directory
from services.bench.pair import House
from tests.contract import registry_desk
from tests.contract.bad_input import DAK_LAK, LAO_CAI, Town
from tests.contract.insider import Insider, make_province, open_all


@pytest.fixture
def houses(tmp_path: Path) -> Iterator[dict[str, House]]:
    make_province(tmp_path)
    opened = open_all(tmp_path)
    yield opened
    for house in opened.values():
        house.close()


@pytest.fixture
def victim(houses: dict[str, House]) -> House:
    return houses["dic"]


@pytest.fixture
def insider(houses: dict[str, House]) -> Insider:
    return Insider(houses["police"], "dic")


@pytest.fixture(scope="session")
def lao_cai(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Directory]:
    folder = tmp_path_factory.mktemp("lao-cai")
    return folder, registry_desk.make_province(folder, "lao-cai", LAO_CAI)


@pytest.fixture(scope="session")
def dak_lak(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Directory]:
    folder = tmp_path_factory.mktemp("dak-lak")
    return folder, registry_desk.make_province(folder, "dak-lak", DAK_LAK)


@pytest.fixture
def town(lao_cai: tuple[Path, Directory], tmp_path: Path) -> Iterator[Town]:
    """Lào Cai, at the desk of the police."""
    made = Town(lao_cai, tmp_path, "police")
    yield made
    made.desk.record.close()


@pytest.fixture
def customs_town(lao_cai: tuple[Path, Directory], tmp_path: Path) -> Iterator[Town]:
    """Lào Cai, at the desk of customs."""
    made = Town(lao_cai, tmp_path, "customs")
    yield made
    made.desk.record.close()


@pytest.fixture
def enterprise_town(lao_cai: tuple[Path, Directory], tmp_path: Path) -> Iterator[Town]:
    """Lào Cai, at the desk of an enterprise."""
    made = Town(lao_cai, tmp_path, "viettel")
    yield made
    made.desk.record.close()
