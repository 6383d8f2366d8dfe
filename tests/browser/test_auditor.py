"""The auditor's people: the ledger, a proof card, time travel, and packages verified by drop."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from events.instants import VIETNAM
from services.evidence.export import export_package
from services.evidence.manifest import Selection
from services.evidence.source import Source
from services.evidence.withholding import Withheld
from services.identity.directory_folder import DirectoryFolder
from services.texts.naming import naming_of
from tests.browser.conftest import Enter
from tests.browser.desk import go
from tests.browser.page_watch import PageWatch
from tests.browser.running_network import INSPECTOR, Province
from tests.browser.story import Case, ask_for_information, open_case

POLICE, VNPT = "Công an tỉnh Lào Cai", "VNPT Lào Cai"


@pytest.fixture
def inspector(enter: Enter) -> Page:
    return enter("auditor", INSPECTOR)


def told(province: Province, title: str) -> tuple[Case, str]:
    """A case with a request, in the log and cosigned."""
    case = open_case(province, title)
    due = province.now() + timedelta(days=2)
    asked = ask_for_information(province, case, "police", "vnpt", subject="V/v xác minh", due=due)
    province.settled()
    return case, asked


def test_a_filter_of_the_ledger_stands_in_the_address(inspector: Page, province: Province, enter: Enter) -> None:
    case, _ = told(province, "Vụ việc trong sổ")
    go(inspector, "Sổ kiểm chứng")
    search = inspector.get_by_role("search")
    search.get_by_role("combobox", name="Nơi nhận").select_option(VNPT)
    search.get_by_role("combobox", name="Loại văn bản").select_option("Yêu cầu cung cấp thông tin")
    search.get_by_role("textbox", name="Vụ việc").fill(case.id)
    search.get_by_role("button", name="Xem").click()
    expect(inspector.get_by_text("1 lượt gửi")).to_be_visible()
    address = inspector.url
    assert case.id in address

    # A colleague opens the address and sees the same; the files hold the same.
    colleague = enter("auditor", INSPECTOR)
    colleague.goto(address)
    expect(colleague.get_by_text("1 lượt gửi")).to_be_visible()
    expect(colleague.get_by_role("combobox", name="Nơi nhận")).to_have_value("vnpt")
    expect(colleague.get_by_role("row").filter(has_text=POLICE)).to_contain_text("đã tiếp nhận")
    with colleague.expect_download() as saving:
        colleague.get_by_role("link", name="JSON").click()
    rows = json.loads(Path(saving.value.path()).read_text("utf-8"))
    assert case.id in json.dumps(rows)


def test_a_proof_card_opens_with_every_step(inspector: Page, province: Province) -> None:
    case, asked = told(province, "Vụ việc được chứng minh")
    go(inspector, "Sổ kiểm chứng")
    inspector.locator(f'a[href="/audit/events/{asked}"]').first.click()
    expect(inspector.get_by_text("Được chứng minh: mọi bước kiểm tra đều đạt.")).to_be_visible()
    steps = inspector.get_by_role("heading", level=2).filter(has_text="đạt")
    expect(steps).to_have_count(8)
    values = inspector.get_by_text("Các giá trị đã kiểm tra").last
    values.click()
    expect(inspector.locator("details[open]").get_by_text("Viettel Lào Cai").first).to_be_visible()
    inspector.get_by_role("link", name="Vụ việc").last.click()
    expect(inspector.get_by_role("heading", level=1)).to_have_text("Diễn biến vụ việc")
    expect(inspector.get_by_text(case.id, exact=True)).to_be_visible()


def test_the_auditor_travels_in_time(inspector: Page, province: Province) -> None:
    case = open_case(province, "Vụ việc được xem lại theo thời gian")
    province.advance(timedelta(hours=2))
    early = province.now().astimezone(VIETNAM)
    province.advance(timedelta(hours=2))
    due = province.now() + timedelta(days=2)
    ask_for_information(province, case, "police", "vnpt", subject="V/v xác minh", due=due)
    province.settled()
    province.advance(timedelta(hours=2))
    late = province.now().astimezone(VIETNAM)

    go(inspector, "Ai biết gì, khi nào")
    search = inspector.get_by_role("search")
    search.get_by_role("combobox", name="Cơ quan").select_option(VNPT)
    search.get_by_role("textbox", name="Vụ việc").fill(case.id)
    search.get_by_role("textbox", name="Vào lúc").fill(f"{early:%Y-%m-%dT%H:%M}")
    search.get_by_role("button", name="Xem").click()
    known = inspector.get_by_role("region", name=f"{VNPT} đã biết vào lúc")
    expect(known.get_by_role("link", name="Mở vụ việc")).to_be_visible()
    expect(inspector.get_by_role("link", name="Yêu cầu cung cấp thông tin")).to_have_count(0)

    inspector.get_by_role("textbox", name="So với lúc").fill(f"{late:%Y-%m-%dT%H:%M}")
    inspector.get_by_role("button", name="Xem", exact=True).click()
    added = inspector.get_by_role("region", name=f"{late:%d/%m/%Y %H:%M}")
    expect(added.get_by_role("link", name="Yêu cầu cung cấp thông tin")).to_be_visible()
    expect(added.get_by_role("link", name="Mở vụ việc")).to_have_count(0)
    expect(known.get_by_role("link", name="Mở vụ việc")).to_be_visible()


def exported(province: Province, case: Case, target: Path) -> bytes:
    """The evidence package of a case."""
    with Source.of(province.folder) as source:
        selection = Selection("case", case=case.id)
        export_package(target, source, selection, Withheld(frozenset(), everything=False), lambda *_: None)
    return target.read_bytes()


def by_command(province: Province, package: Path) -> dict[str, Any]:
    """What `phoihop audit verify` says of a package."""
    root = str(DirectoryFolder.of(province.folder).root)
    command = [sys.executable, "-m", "services.cli", "audit", "verify", str(package), "--root", root, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    verdict: dict[str, Any] = json.loads(done.stdout)
    return verdict


def test_a_good_and_a_tampered_package_are_told_apart(
    inspector: Page, province: Province, tmp_path: Path, watch: PageWatch
) -> None:
    case, _ = told(province, "Vụ việc được đóng gói")
    good, bad = tmp_path / "vu-viec.zip", tmp_path / "vu-viec-bi-sua.zip"
    package = exported(province, case, good)
    at = package.index(b'\\"clause\\":\\"LC-') + len(b'\\"clause\\":\\"')
    bad.write_bytes(package[:at] + b"DL" + package[at + 2 :])

    go(inspector, "Kiểm chứng gói")
    inspector.get_by_label("gói chứng cứ").set_input_files(good)
    inspector.get_by_role("button", name="Kiểm chứng").click()
    verdict = inspector.get_by_role("status").filter(has_text="ĐẠT: gói được kiểm chứng")
    expect(verdict).to_be_visible(timeout=30_000)

    inspector.get_by_label("gói chứng cứ").set_input_files(bad)
    inspector.get_by_role("button", name="Kiểm chứng").click()
    expect(inspector.get_by_role("heading", name="vu-viec-bi-sua.zip")).to_be_visible(timeout=30_000)
    expect(verdict).to_have_count(0)
    said = by_command(province, bad)
    assert not said["verified"]
    findings = inspector.get_by_role("listitem").filter(has_text=f"[{said['findings'][0]['check']}]")
    naming = naming_of(DirectoryFolder.of(province.folder).load(), "vi")
    expect(findings.first).to_contain_text(naming(said["findings"][0]["explanation_vi"]))
    go(inspector, "Nhật ký truy cập")
    expect(inspector.get_by_text("vu-viec-bi-sua.zip")).to_be_visible()
