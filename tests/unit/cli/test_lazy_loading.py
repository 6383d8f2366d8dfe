"""Looking something up must not wait for the broker's client to load."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.unit.cli.office import SHARED, SUSPICION, Office

HEAVY = ("nats", "faststream", "services.broker.connection")
PROGRAM = """
import sys
from services.cli.main import root
try:
    root.main(sys.argv[1:])
except SystemExit as end:
    code = end.code
print("LOADED", *(name for name in {heavy!r} if name in sys.modules), file=sys.stderr)
sys.exit(code)
"""


def loaded_by(office: Office, *arguments: str) -> tuple[int, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(heavy=HEAVY), *arguments],
        env=office.variables(), capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip
    line = done.stderr.splitlines()[-1]
    assert line.startswith("LOADED"), done.stderr
    return done.returncode, line.split()[1:]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",), ("agency", "--help"), ("version",), ("directory", "show"), ("cases", "--as", "vnpt"),
        ("ledger", "--as", "vnpt"), ("obligations", "--as", "vnpt"), ("inbox", "--as", "vnpt"),
        ("status", "--as", "vnpt"), ("rebuild", "--as", "vnpt"),
    ],
)  # fmt: skip
def test_reading_loads_no_broker_client(office: Office, arguments: tuple[str, ...]) -> None:
    office.send("vnpt", SUSPICION)
    assert loaded_by(office, *arguments) == (0, [])


def test_signing_loads_none_either(office: Office) -> None:
    settings = [part for name, text in SHARED["content"].items() for part in ("--set", f"{name}={text}")]
    arguments = ("send", "--as", "dic", "--type", "InfoShared", "--to", "police", *settings)
    assert loaded_by(office, *arguments) == (0, [])


def test_the_guard_would_notice(office: Office) -> None:
    """Only commands that talk to the broker load its client, and this test can tell."""
    assert "nats" in loaded_by(office, "agency", "run", "--help")[1]
