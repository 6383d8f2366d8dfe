"""The provinces' files and the glossary hold what the regulations name, and a mistake in a file is told clearly."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from services import provinces
from services.provinces import ProvinceFileInvalid, ProvinceUnknown, load_province, province_file, read_province

ROOT = Path(__file__).resolve().parents[2]

# The roles that both regulations name, and with them those that one alone names. No standing body holds `outside` and
# `council`: they are entered when they arise.
BOTH = {
    *("ppc", "dic", "police", "investigator", "customs", "trade", "market", "district", "enterprise"),
    *("broadcaster", "department", "proceedings", "auditor"),
}
ROLES = {
    "lao-cai-29-2008": BOTH | {"ministry", "branch", "outside", "commune", "press", "education"},
    "dak-lak-39-2010": BOTH | {"security", "radio", "council"},
}
NOT_STANDING = {"outside", "council"}
EVENT_TYPES = [
    *("SuspicionReported", "SuspicionReferred", "SuspicionDismissed", "CaseOpened", "ParticipantAdded"),
    *("CoordinationRequested", "CoordinationAccepted", "CoordinationDeclined"),
    *("InfoRequested", "InfoProvided", "InfoWithheld", "InfoShared"),
    *("SuspensionOrdered", "SuspensionExecuted", "SuspensionImpossible", "SuspensionLifted"),
    *("DossierTransferred", "DossierReceived", "LeadTransferred", "CaseClosed", "CaseReopened"),
    *("EventReceived", "EventRefused", "HeadsAnnounced", "RepairRequested", "DirectoryPublished"),
]

PROVINCES = pytest.mark.parametrize("slug", ["lao-cai", "dak-lak"])


def holders(slug: str, role: str) -> list[str]:
    return [a.id for a in load_province(slug).agencies if any(tenure.role == role for tenure in a.roles)]


def test_exactly_the_two_provinces_are_shipped() -> None:
    assert provinces.shipped_provinces() == ("dak-lak", "lao-cai")


@PROVINCES
def test_every_role_is_one_that_the_regulation_names_and_each_is_held(slug: str) -> None:
    province = load_province(slug)
    held = {tenure.role for agency in province.agencies for tenure in agency.roles}
    assert held == ROLES[province.regulation] - NOT_STANDING


@PROVINCES
@pytest.mark.parametrize("role", ["ppc", "dic", "police", "investigator", "customs", "trade", "market", "auditor"])
def test_what_the_regulation_knows_one_of_is_held_by_one(slug: str, role: str) -> None:
    assert len(holders(slug, role)) == 1


@PROVINCES
def test_the_auditor_has_the_agency_id_that_the_broker_knows_it_by(slug: str) -> None:
    assert holders(slug, "auditor") == ["auditor"]


@pytest.mark.clause("LC-11.3")
def test_lao_cai_has_its_nine_districts() -> None:
    assert set(holders("lao-cai", "district")) == {
        *("ubnd-tp-lao-cai", "ubnd-sa-pa", "ubnd-bat-xat", "ubnd-bao-thang", "ubnd-bao-yen"),
        *("ubnd-bac-ha", "ubnd-muong-khuong", "ubnd-si-ma-cai", "ubnd-van-ban"),
    }


@pytest.mark.clause("DL-9")
def test_dak_lak_has_its_fifteen_districts() -> None:
    names = [load_province("dak-lak").by_id[agency].name for agency in holders("dak-lak", "district")]
    kinds = [name.removeprefix("Ủy ban nhân dân ").split()[0] for name in names]
    assert (kinds.count("thành"), kinds.count("thị"), kinds.count("huyện")) == (1, 1, 13)


@PROVINCES
def test_the_great_operators_are_enterprises(slug: str) -> None:
    assert {"vnpt", "viettel", "mobifone", "vnpost"} <= set(holders(slug, "enterprise"))


@pytest.mark.parametrize(
    ("slug", "begins"),
    [
        pytest.param("lao-cai", datetime(2008, 7, 26, 17, tzinfo=UTC), marks=pytest.mark.clause("LC-D3")),
        pytest.param("dak-lak", datetime(2011, 1, 9, 17, tzinfo=UTC), marks=pytest.mark.clause("DL-D3")),
    ],
)
def test_roles_begin_at_vietnamese_midnight_of_the_day_the_regulation_came_into_force(
    slug: str, begins: datetime
) -> None:
    terms = [term for agency in load_province(slug).agencies for term in agency.listed().roles]
    assert {(term.since, term.until) for term in terms} == {(begins, None)}


@PROVINCES
def test_the_files_say_that_they_show_the_state_before_the_mergers_of_2025(slug: str) -> None:
    province = load_province(slug)
    assert province.as_of == date(2024, 12, 31)
    assert "before the mergers of 2025" in (province.note or "")


@PROVINCES
def test_every_agency_has_a_head_a_deputy_and_a_service_and_official_titles(slug: str) -> None:
    for agency in load_province(slug).agencies:
        assert [(office.id, office.capacity) for office in agency.signatories] == [
            (capacity, capacity) for capacity in ("head", "deputy", "service")
        ]
        assert agency.signatories[1].title.startswith(("Phó ", "Thứ trưởng")), agency.id


def test_an_unknown_province_is_refused_and_the_known_are_named() -> None:
    with pytest.raises(ProvinceUnknown, match=r"'ha-noi'.*dak-lak, lao-cai"):
        province_file("ha-noi")


def test_a_path_is_not_a_province() -> None:
    with pytest.raises(ProvinceUnknown):
        province_file("../deploy/lao-cai")


def test_without_a_checkout_the_packaged_copy_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "services"
    (package / "_deploy" / "lao-cai").mkdir(parents=True)
    packaged = package / "_deploy" / "lao-cai" / "province.toml"
    packaged.write_bytes(province_file("lao-cai").read_bytes())
    # A foreign `deploy` folder beside the package is not taken for ours.
    (tmp_path / "site-packages" / "deploy" / "ha-noi").mkdir(parents=True)
    (tmp_path / "site-packages" / "deploy" / "ha-noi" / "province.toml").touch()
    monkeypatch.setattr(provinces, "__file__", str(package / "provinces.py"))
    assert provinces.shipped_provinces() == ("lao-cai",)
    assert province_file("lao-cai") == packaged


def test_a_wheel_built_from_the_repository_carries_the_same_provinces(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, timeout=50, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        for slug in ("lao-cai", "dak-lak"):
            assert archive.read(f"services/_deploy/{slug}/province.toml") == province_file(slug).read_bytes()


def test_a_folder_must_hold_the_province_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ha-noi").mkdir()
    (tmp_path / "ha-noi" / "province.toml").write_bytes(province_file("lao-cai").read_bytes())
    monkeypatch.setattr(provinces, "province_folders", lambda: (tmp_path,))
    with pytest.raises(ProvinceFileInvalid, match="says 'lao-cai' but stands in the folder 'ha-noi'"):
        load_province("ha-noi")


DIC_ROLE = 'roles = [{ role = "dic", from = "2008-07-27" }]'


def replacing(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (replacing('id = "dic"', 'id = "DIC"'), r"agency row 5 \('DIC'\), id: .*must be 2 to 32 of a-z"),
        (replacing('id = "police"', 'id = "dic"'), r"agency id used more than once: dic"),
        (replacing('symbol = "SCT"', 'symbol = "STTTT"'), r"symbol used more than once: STTTT"),
        (replacing('symbol = "SCT"', 'symbol = "S-CT"'), r"agency row 8 \('trade'\), symbol: 'S-CT' is not an abbrev"),
        (
            replacing(DIC_ROLE, DIC_ROLE.replace("07-27", "07-32")),
            r"agency row 5 \('dic'\), roles row 1, from: day is out",
        ),
        (
            replacing(DIC_ROLE, DIC_ROLE.replace('"2008-07-27"', "1217116800")),
            r"roles row 1, from: '1217116800' is not a day",
        ),
        (
            replacing(DIC_ROLE, DIC_ROLE.replace(" }", ', until = "2008-07-27" }')),
            r"role 'dic' ends \(2008-07-27\) before",
        ),
        (
            replacing(DIC_ROLE, DIC_ROLE.replace("]", ', { role = "dic", from = "2025-03-01" }]')),
            r"agency row 5 \('dic'\): role 'dic' is held twice at once from 2025-03-01",
        ),
        (replacing(DIC_ROLE, "roles = []"), r"agency row 5 \('dic'\), roles: .*at least 1"),
        (replacing(DIC_ROLE, DIC_ROLE.replace("role =", "rolle =")), r"roles row 1, rolle: Extra inputs"),
        (
            replacing('capacity = "deputy"', 'capacity = "clerk"'),
            r"agency row 1 \('ppc'\), signatory row 2, capacity: Input should be 'head'",
        ),
        (replacing('capacity = "deputy"', 'capacity = "head"'), r"agency row 1 \('ppc'\): needs exactly one signatory"),
        (replacing('province = "lao-cai"', "province = 7"), r"province: Input should be a valid string"),
        (replacing('province = "lao-cai"', "province = "), r"is not TOML: .*line"),
        (replacing("Tỉnh Lào Cai", "Tỉnh La\u0300o Cai"), r"name: must be one printable line in Unicode NFC"),
    ],
)
def test_a_mistake_is_told_with_file_row_and_what_is_wrong(
    tmp_path: Path, change: Callable[[str], str], told: str
) -> None:
    file = tmp_path / "province.toml"
    file.write_text(change(province_file("lao-cai").read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ProvinceFileInvalid, match=told) as caught:
        read_province(file)
    assert str(caught.value).startswith(f"{file}: ")
    assert "Correct the file" in str(caught.value)


def test_a_role_may_be_held_again_after_it_ended(tmp_path: Path) -> None:
    file = tmp_path / "province.toml"
    again = DIC_ROLE.replace(" }]", ', until = "2025-03-01" }, { role = "dic", from = "2025-03-01" }]')
    file.write_text(replacing(DIC_ROLE, again)(province_file("lao-cai").read_text(encoding="utf-8")), encoding="utf-8")
    first, second = read_province(file).by_id["dic"].listed().roles
    assert first.until == second.since


def test_a_file_that_is_missing_or_not_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "province.toml"
    with pytest.raises(ProvinceFileInvalid, match="cannot be read \\(No such file"):
        read_province(file)
    file.write_bytes(b'province = "\xff"')
    with pytest.raises(ProvinceFileInvalid, match="not UTF-8 at byte 12"):
        read_province(file)


def glossary_terms() -> dict[str, tuple[str, ...]]:
    rows: dict[str, tuple[str, ...]] = {}
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
        if line.startswith("| ") and set(cells[0]) != {"-"}:
            term = cells[0].strip("`")
            if term not in {"role", "term", "event type"}:
                assert term not in rows, f"{term} stands in the glossary twice"
                assert len(cells) == 4, line
                assert all(cells), line
                rows[term] = cells
    return rows


@pytest.mark.parametrize("term", sorted(set().union(*ROLES.values())) + EVENT_TYPES)
def test_the_glossary_explains_every_role_and_event_type(term: str) -> None:
    terms = glossary_terms()
    assert term in terms or any(f"`{term}`" in cells[2] for cells in terms.values())
