"""Where `phoihop demo` puts a network: apart for each province, unless a folder is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.cli.commands.demo import folder_of
from services.cli.session import DEFAULT_FOLDER, Session
from services.demo.town import FolderOfAnotherProvince, FolderWithoutPassphrases, set_up_town
from tests.unit.cli.office import Office


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
        set_up_town(office.folder, "dak-lak")
    with pytest.raises(FolderWithoutPassphrases):
        set_up_town(office.folder, "lao-cai")
    told = office.run("demo", "--province", "dak-lak")
    assert told.exit_code == 2
    assert "thư mục đã có mạng của tỉnh lao-cai, không phải dak-lak" in told.stderr.lower()
