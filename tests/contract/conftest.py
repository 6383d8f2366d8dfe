from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.bench.pair import House
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
