"""LC-12.1: an informant's identity stays where it was taken in; only a reference travels."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from events.errors import Malformed
from events.record_entry import LocalEntry
from services.agency.folder import AgencyFolder
from services.agency.informants import Informants, InformantUnknown
from services.agency.record import Record
from tests.unit.agency.houses import NOW
from tests.unit.cli.office import SUSPICION, make_office

WHO = {"name": "Giàng Thị Mỷ", "phone": "+84912345678", "note": "Sợ bị trả thù."}


def test_an_identity_is_kept_for_its_agency_alone(tmp_path: Path) -> None:
    store = Informants(tmp_path)
    reference = store.take_in(WHO, "Cán bộ An", NOW)
    file = tmp_path / "informants" / f"{reference}.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert store.look_up(reference).who.name == WHO["name"]


def test_the_same_person_gets_another_reference_each_time(tmp_path: Path) -> None:
    store = Informants(tmp_path)
    assert len({store.take_in(WHO, "An", NOW) for _ in range(20)}) == 20


@pytest.mark.parametrize("reference", ["NTT-AAAAAAAAAAAAAAAA", "../../keys/head", "", "NTT-a"])
def test_a_reference_of_nobody_shows_nothing(tmp_path: Path, reference: str) -> None:
    with pytest.raises(InformantUnknown):
        Informants(tmp_path).look_up(reference)


@pytest.mark.parametrize(
    "members", [{}, {"name": ""}, {"name": "X", "phone": "0912"}, {"name": "X", "age": 3}, [], "X"]
)
def test_what_is_no_identity_is_refused_without_repeating_it(tmp_path: Path, members: object) -> None:
    with pytest.raises(Malformed) as caught:
        Informants(tmp_path).take_in(members, "An", NOW)
    assert "0912" not in str(caught.value)
    assert not (tmp_path / "informants").exists()


def test_no_byte_of_an_identity_leaves_its_agency(tmp_path: Path) -> None:
    """A report on an informant's behalf is signed: record, views, backup and logs do not name them."""
    office = make_office(tmp_path)
    kept = office.json("informant", "add", "--as", "dic", "--by", "Cán bộ An", "-", stdin=json.dumps(WHO))
    content = SUSPICION["content"] | {"informant_reference": kept["reference"]}
    office.send("vnpt", SUSPICION | {"content": content})
    office.json("informant", "show", kept["reference"], "--as", "dic", "--by", "Trưởng phòng")
    office.json("backup", "--as", "dic", str(tmp_path / "copy.sqlite"))
    office.json("rebuild", "--as", "dic")
    home = office.folder / "agencies/dic/informants"
    secrets = [value.encode("utf-8") for value in WHO.values()]
    secrets += [json.dumps(value).strip('"').encode("ascii") for value in WHO.values()]
    for file in (path for path in tmp_path.rglob("*") if path.is_file() and home not in path.parents):
        data = file.read_bytes()
        assert not any(secret in data for secret in secrets), file
    folder = AgencyFolder(office.folder, "dic")
    record = Record(folder.record, "dic", "lao-cai")
    looks = [e for e in record.all_entries() if isinstance(e, LocalEntry) and e.name == "InformantConsulted"]
    record.close()
    assert [(look.subject, look.data) for look in looks] == [(kept["reference"], {"by": "Trưởng phòng"})]
