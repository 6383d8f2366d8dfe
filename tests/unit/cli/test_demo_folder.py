"""Where `phoihop demo` puts a network: apart for each province, unless a folder is named."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from services.cli.commands.demo import folder_of
from services.cli.session import DEFAULT_FOLDER, Session
from services.demo.passphrases import agency_passphrase, root_passphrase
from services.demo.town import FolderByRealClock, FolderOfAnotherProvince, FolderWithoutPassphrases, set_up_town
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.network_setup import set_up_network
from services.provinces import load_province
from tests.unit.cli.office import Office

BEGINS = datetime(2026, 10, 5, tzinfo=UTC)


def test_each_province_has_a_folder_of_its_own() -> None:
    unnamed = Session.of([], {})
    assert unnamed.folder == DEFAULT_FOLDER
    folders = {folder_of(unnamed, "lao-cai"), folder_of(unnamed, "dak-lak")}
    assert folders == {Path("phoihop-demo/lao-cai"), Path("phoihop-demo/dak-lak")}


def test_a_named_folder_is_taken_even_if_it_is_the_usual_one() -> None:
    assert folder_of(Session.of([], {"PHOIHOP_DIR": "here"}), "lao-cai") == Path("here")
    named = Session.of([], {})
    named.folder = Path(str(DEFAULT_FOLDER))
    assert folder_of(named, "lao-cai") == DEFAULT_FOLDER


def test_a_folder_of_another_province_or_of_people_is_refused(office: Office) -> None:
    with pytest.raises(FolderOfAnotherProvince, match="holds the network of lao-cai, not of dak-lak"):
        set_up_town(office.folder, "dak-lak", BEGINS)
    with pytest.raises(FolderWithoutPassphrases):
        set_up_town(office.folder, "lao-cai", BEGINS)
    told = office.run("demo", "--province", "dak-lak")
    assert told.exit_code == 2
    assert "thư mục đã có mạng của tỉnh lao-cai, không phải dak-lak" in told.stderr.lower()


def test_a_folder_of_the_real_clock_is_refused(tmp_path: Path) -> None:
    set_up_network(
        tmp_path / "state",
        load_province("dak-lak"),
        agencies=None,
        passphrase_for=partial(agency_passphrase, tmp_path / "state"),
        clock="real",
        now=BEGINS,
        policy=KeyPolicy(cost=DEMONSTRATION),
        root_passphrase=root_passphrase(tmp_path / "state"),
    )
    with pytest.raises(FolderByRealClock):
        set_up_town(tmp_path / "state", "dak-lak", BEGINS)
