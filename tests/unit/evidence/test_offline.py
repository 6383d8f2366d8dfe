"""The verifier at work with the root key alone: in a process of its own, by the command that people type."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.test_cli_json import check
from tests.unit.evidence.tampering import flip
from tests.unit.evidence.town import Town

FORBIDDEN = ("nats", "faststream", "sqlite3", "_sqlite3", "eventsourcing", "httpx", "starlette", "uvicorn", "psycopg")
PROGRAM = """
import socket, sys

def refuse(*_, **__):
    raise AssertionError("the verifier opened a socket")

socket.socket.connect = socket.create_connection = refuse
from services.cli.main import root
try:
    root.main(sys.argv[1:])
except SystemExit as end:
    code = end.code
print("LOADED", *(name for name in sys.modules if name.partition(".")[0] in {forbidden!r}), file=sys.stderr)
sys.exit(code)
"""


def phoihop(*arguments: str, cwd: Path, seed: str = "0") -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PHOIHOP_")}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(forbidden=FORBIDDEN), *arguments], cwd=cwd,
        env=variables | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).resolve().parents[3])},
        capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip


def test_verifying_needs_neither_network_nor_database_nor_their_libraries(
    town: Town, everything: Path, tmp_path: Path
) -> None:
    command = ("audit", "verify", str(everything), "--root", str(town.root))
    drawn, printed = (phoihop(*command, *shape, cwd=tmp_path) for shape in ((), ("--json",)))
    for done in (drawn, printed):
        assert done.returncode == 0, done.stderr
        assert done.stderr.splitlines()[-1] == "LOADED"
    assert list(tmp_path.iterdir()) == []
    verdict = check("audit-verify", json.loads(printed.stdout))
    assert verdict["verified"]
    assert verdict["times_proven"]


def test_the_guard_would_notice(town: Town, tmp_path: Path) -> None:
    done = phoihop("audit", "export", "--help", "--dir", str(town.folder), cwd=tmp_path)
    assert "sqlite3" in done.stderr.splitlines()[-1]


def test_a_refused_package_ends_with_one_and_says_why(town: Town, everything: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(flip(everything.read_bytes(), 80_000))
    for lang, word in (("vi", "KHÔNG ĐẠT"), ("en", "NOT VERIFIED")):
        done = phoihop("audit", "verify", str(damaged), "--root", str(town.root), "--lang", lang, cwd=tmp_path)
        assert done.returncode == 1
        assert word in done.stdout
    (tmp_path / "note.txt").write_text("no package")
    done = phoihop("audit", "verify", "note.txt", "--root", str(town.root), "--json", cwd=tmp_path)
    assert done.returncode == 1
    assert check("audit-verify", json.loads(done.stdout))["findings"][0]["check"] == "form"


def test_the_root_key_comes_as_text_or_from_a_file(town: Town, everything: Path, tmp_path: Path) -> None:
    key = tmp_path / "root.vkey"
    key.write_text(f"{town.root}\n", "utf-8")
    assert phoihop("audit", "verify", str(everything), "--root", str(key), cwd=tmp_path).returncode == 0
    for wrong in ("phoihop.lao-cai.root", "no-such-file", str(town.root)[:-4], ""):
        done = phoihop("audit", "verify", str(everything), "--root", wrong, cwd=tmp_path)
        assert done.returncode == 2, wrong
        assert "Traceback" not in done.stderr
    assert phoihop("audit", "verify", "none.zip", "--root", str(key), cwd=tmp_path).returncode == 2


def test_exporting_by_the_command_gives_the_same_bytes_in_every_process(town: Town, tmp_path: Path) -> None:
    packages = []
    for seed in ("1", "2"):
        target = tmp_path / f"{seed}.zip"
        done = phoihop(
            "audit", "export", "--all", "-o", str(target), "--dir", str(town.folder), "--json", cwd=tmp_path, seed=seed
        )
        assert done.returncode == 0, done.stderr
        document = check("audit-export", json.loads(done.stdout))
        assert document["verified"]
        packages.append(target.read_bytes())
    assert packages[0] == packages[1]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2), (("--all", "--case", "01"), 2), (("--from", "2026-11-21"), 2), (("--case", "ffff"), 2),
        (("--from", "2026-11-22", "--to", "2026-11-21"), 2), (("--from", "soon", "--to", "later"), 2),
        (("--all", "--withhold", "ffff"), 2), (("--from", "2020-01-01", "--to", "2020-01-02"), 2),
    ],
    ids=str,
)  # fmt: skip
def test_wishes_that_cannot_be_meant(town: Town, tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    done = phoihop(
        "audit", "export", *arguments, "-o", str(tmp_path / "x.zip"), "--dir", str(town.folder), cwd=tmp_path
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
