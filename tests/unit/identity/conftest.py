"""A small province of two agencies, set up in a temporary folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events.directory import Directory
from services.identity.network_init import KeyPolicy, init_province
from services.identity.pkcs8 import DEMONSTRATION
from services.provinces import ProvinceFile

NOW = datetime(2026, 1, 1, 8, 0, 0, 123456, tzinfo=UTC)
PASSPHRASE = "ba cây chụm lại"
ROOT_PASSPHRASE = "nên hòn núi cao"
POLICY = KeyPolicy(validity=timedelta(days=365), cost=DEMONSTRATION)


def entry(agency: str, symbol: str) -> dict[str, object]:
    return {
        "id": agency,
        "name": f"Cơ quan {agency}",
        "name_en": f"Agency {agency}",
        "symbol": symbol,
        "roles": [{"role": agency.replace("-", ""), "from": "2008-07-27"}],
        "signatory": [
            {"id": "head", "title": "Giám đốc", "capacity": "head"},
            {"id": "deputy", "title": "Phó Giám đốc", "capacity": "deputy"},
            {"id": "service", "title": "Hệ thống tự động", "capacity": "service"},
        ],
    }


@pytest.fixture
def province() -> ProvinceFile:
    return ProvinceFile.model_validate(
        {
            "province": "lao-cai",
            "name": "Tỉnh Lào Cai",
            "regulation": "lao-cai-29-2008",
            "as_of": "2024-12-31",
            "agency": [entry("police", "CAT"), entry("dic", "STTTT")],
        }
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def network(folder: Path, province: ProvinceFile) -> Directory:
    return init_province(
        folder,
        province,
        passphrase_for=lambda _: PASSPHRASE,
        clock="real",
        now=NOW,
        policy=POLICY,
        root_passphrase=ROOT_PASSPHRASE,
    )
