"""Without a browser: what is tried, what is said, and that nothing fails for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import chromium

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH without a browser."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder: Path, name: str = "chromium") -> Path:
    file = folder / name
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return file


def never(command: tuple[str, ...]) -> str | None:
    raise AssertionError(f"{command} was run")


def test_a_browser_on_path_is_taken_and_nothing_is_installed(empty_path: Path) -> None:
    there = program(empty_path, "google-chrome")
    assert chromium.find_chromium() == str(there)
    assert chromium.ready({}, root=True, apt=True, run=never) is None


def test_a_program_that_does_not_start_is_no_browser(empty_path: Path) -> None:
    program(empty_path, "chromium-browser").write_text("#!/bin/sh\nexit 1\n")
    assert chromium.find_chromium() is None


@pytest.mark.parametrize(
    ("environ", "root", "apt", "why"),
    [
        ({"PHOIHOP_NO_INSTALL": "1"}, True, True, "PHOIHOP_NO_INSTALL forbids installing one"),
        ({}, False, True, "only root may install one"),
        ({"PHOIHOP_NO_INSTALL": "0"}, True, False, "this system has no apt-get"),
    ],
)
def test_where_none_may_be_installed_the_note_says_why_and_what_to_do(
    empty_path: Path, environ: dict[str, str], why: str, *, root: bool, apt: bool
) -> None:
    note = chromium.ready(environ, root=root, apt=apt, run=never)
    assert note is not None
    assert note.startswith("the browser tests are skipped: no browser is on PATH")
    assert why in note
    assert "apt-get install chromium" in note


def test_root_installs_the_distribution_s(empty_path: Path) -> None:
    ran = []

    def run(command: tuple[str, ...]) -> str | None:
        ran.append(command)
        if "install" in command:
            program(empty_path)
        return None

    assert chromium.ready({}, root=True, apt=True, run=run) is None
    assert [command[1] for command in ran] == ["update", "install"]
    assert chromium.find_chromium() == str(empty_path / "chromium")


def test_an_install_that_fails_is_said(empty_path: Path) -> None:
    note = chromium.ready({}, root=True, apt=True, run=lambda _: "no network")
    assert note is not None
    assert "`apt-get update -qq` failed (no network)" in note
    assert "no browser that PATH shows" in (chromium.ready({}, root=True, apt=True, run=lambda _: None) or "")


def test_make_test_goes_on_without_a_browser(empty_path: Path) -> None:
    environ = os.environ | {"PATH": str(empty_path), "PHOIHOP_NO_INSTALL": "1", "CI": "true"}
    command = [sys.executable, "-m", "tests.browser.chromium"]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr.startswith("NOTE: the browser tests are skipped: ")
    assert done.stdout == ""


def test_the_tests_are_skipped_with_the_same_note(empty_path: Path) -> None:
    environ = os.environ | {"PATH": str(empty_path), "CI": "true"}
    arguments = ["-n0", "-q", "-p", "no:cacheprovider", "tests/browser/test_language.py"]
    command = [sys.executable, "-m", "pytest", *arguments]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "2 skipped" in done.stdout
    assert "the browser tests are skipped: no browser is on PATH" in done.stdout
    assert "apt-get install chromium" in done.stdout
