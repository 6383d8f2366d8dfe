"""Verify by drop: the page says what the command line says, and a package that asks for too much is ended."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from events.audit.finding import CHECKS
from services.identity.directory_folder import DirectoryFolder
from services.texts.naming import naming_of
from services.web.auditing import package_check, package_worker
from services.web.auditing.house import AuditHouse
from services.web.auditing.package_check import PackageChecks, PackageTooHard
from tests.unit.web.auditing.test_pages import words


def phoihop(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.cli", *arguments, "--lang", "en"], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def package(history: Path, some: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("package") / "case.zip"
    done = phoihop("audit", "export", "--case", some["case"], "-o", str(file), "--dir", str(history))
    assert done.returncode == 0, done.stderr
    return file.read_bytes()


def tampered(package: bytes) -> bytes:
    """A clause is another than the one that was signed; the container's own sums are left wrong."""
    at = package.index(b'\\"clause\\":\\"LC-') + len(b'\\"clause\\":\\"')
    return package[:at] + b"DL" + package[at + 2 :]


async def dropped(auditor: httpx.AsyncClient, data: bytes, **form: str) -> httpx.Response:
    return await auditor.post(
        "/audit/verify?lang=en", data=form, files={"package": ("vu-viec.zip", data, "application/zip")}
    )


@pytest.mark.parametrize("change", [bytes, tampered, lambda data: data[:-40], lambda _: b"no package"])
async def test_the_page_says_what_the_command_line_says(
    auditor: httpx.AsyncClient, house: AuditHouse, history: Path, package: bytes, tmp_path: Path, change: Any
) -> None:
    file = tmp_path / "vu-viec.zip"
    file.write_bytes(change(package))
    root = str(DirectoryFolder.of(history).root)
    told = json.loads(phoihop("audit", "verify", str(file), "--root", root, "--json").stdout)
    drawn = phoihop("audit", "verify", str(file), "--root", root).stdout
    page = await dropped(auditor, file.read_bytes())
    text = words(page)
    assert ("VERIFIED: every check passed" in text) is told["verified"] is ("VERIFIED: every check" in drawn)
    assert page.text.count("<li>FINDING [") == told["findings_count"]
    naming = naming_of(DirectoryFolder.of(history).load(), "en")
    for finding in told["findings"]:
        assert CHECKS[finding["check"]].en in text
        assert " ".join(naming(finding["explanation_en"]).split()) in text
        assert "fpt-telecom" not in text
    for remark in told["remarks"]:
        assert remark["en"] in text
    [kept] = await house.looks(before=None, limit=1)
    assert (kept.name, kept.by) == ("PackageChecked", "kiem.tra@auditor")
    assert (kept.about["verified"], kept.about["findings"]) == (told["verified"], told["findings_count"])


async def test_another_root_key_gives_another_verdict(
    auditor: httpx.AsyncClient, package: bytes, history: Path
) -> None:
    root = str(DirectoryFolder.of(history).root)
    assert "VERIFIED: every check passed" in words(await dropped(auditor, package, root=root))
    name, key_id, key = root.split("+", 2)
    assert (await dropped(auditor, package, root=f"{name}+{key_id}+AAAA{key[4:]}")).status_code == 422
    assert (await auditor.post("/audit/verify", data={"root": root})).status_code == 422


async def test_what_takes_too_long_is_ended_and_said(package: bytes, history: Path, tmp_path: Path) -> None:
    file = tmp_path / "slow.zip"
    file.write_bytes(package)
    checks = PackageChecks(time_limit_seconds=0.01)
    with pytest.raises(PackageTooHard, match="took longer"):
        await checks.check(file, DirectoryFolder.of(history).root)


TALKER = """
import sys
sys.{stream}.write("x" * {length})
sys.exit({code})
"""


def talking(monkeypatch: pytest.MonkeyPatch, folder: Path, stream: str, length: int, code: int) -> None:
    """In place of the worker, a process that prints so much."""
    (folder / "talker.py").write_text(TALKER.format(stream=stream, length=length, code=code))
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setattr(package_worker, "__name__", "talker")


async def test_a_verdict_without_end_is_not_read_to_its_end(
    history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talking(monkeypatch, tmp_path, "stdout", 10**9, 0)
    monkeypatch.setattr(package_check, "MAX_VERDICT_BYTES", 1 << 17)
    tracemalloc.start()
    try:
        with pytest.raises(PackageTooHard, match="longer than 131072 bytes"):
            await PackageChecks().check(tmp_path / "any.zip", DirectoryFolder.of(history).root)
        assert tracemalloc.get_traced_memory()[1] < 5 * 2**20
    finally:
        tracemalloc.stop()


async def test_of_what_a_worker_complains_of_the_end_is_kept(
    history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talking(monkeypatch, tmp_path, "stderr", 10**7, 3)
    with structlog.testing.capture_logs() as logged, pytest.raises(PackageTooHard, match="exit code 3"):
        await PackageChecks().check(tmp_path / "any.zip", DirectoryFolder.of(history).root)
    assert [(line["code"], len(line["error"])) for line in logged] == [(3, 2000)]


def test_the_worker_binds_itself_before_it_reads(package: bytes, history: Path, tmp_path: Path) -> None:
    """What it may use is set first, and what a ledger or a broker needs is not loaded."""
    file = tmp_path / "case.zip"
    file.write_bytes(package)
    script = """
import io, json, resource, sys
from services.web.auditing import package_worker as worker
printed, sys.stdout = sys.stdout, io.StringIO()
code = worker.main(*sys.argv[1:])
document, sys.stdout = json.loads(sys.stdout.getvalue()), printed
limits = [resource.getrlimit(one)[0] for one in (resource.RLIMIT_AS, resource.RLIMIT_CPU)]
loaded = sorted({"nats", "sqlite3", "starlette", "faststream"} & sys.modules.keys())
print(json.dumps([code, *limits, document["verified"], loaded]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(file), str(DirectoryFolder.of(history).root)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    limits = [package_worker.MEMORY_BYTES, package_worker.CPU_SECONDS]
    assert json.loads(done.stdout) == [0, *limits, True, []]
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] == resource.RLIM_INFINITY, "only the worker is bound"
