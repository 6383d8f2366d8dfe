"""The base: which code is imported, what the locks promise, and what the README tells a newcomer to type."""

from __future__ import annotations

import importlib
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)")


def project() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        table: dict[str, Any] = tomllib.load(file)["project"]
    return table


def blocks(lock: str) -> dict[str, list[str]]:
    """Each locked distribution's lines: the pin first, then its hashes."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if pin := PINNED.match(line):
            lines = found.setdefault(canonicalize_name(pin["name"]), [])
        if line.strip() and not line.lstrip().startswith("#"):
            lines.append(line)
    return found


def versions(lock: str) -> dict[str, str]:
    return {name: found["version"] for name, lines in blocks(lock).items() if (found := PINNED.match(lines[0]))}


def requirements(*extras: str) -> list[Requirement]:
    table = project()
    texts = list(table["dependencies"])
    for extra in extras:
        texts += table["optional-dependencies"][extra]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("package", ["events", "projections", "services"])
def test_packages_are_this_repositorys(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve() == ROOT / package / "__init__.py"
    assert (ROOT / package / "py.typed").is_file()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_distribution_has_hashes(lock: str) -> None:
    locked = blocks(lock)
    assert len(locked) > 20
    for name, lines in locked.items():
        hashes = [line for line in lines if re.search(r"--hash=sha256:[0-9a-f]{64}\b", line)]
        assert hashes, f"{lock}: {name} has no hash"
        assert len(hashes) == len(lines) - 1, f"{lock}: {name} has a line that is neither its pin nor a hash"


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_hold_no_address_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert " @ " not in text
    options = [line for line in text.splitlines() if line.startswith("-")]
    assert not options, "an index, link or editable line makes the lock depend on one machine"
    assert str(ROOT) not in text


@pytest.mark.parametrize(("lock", "extras"), [(LOCKS[0], ("build",)), (LOCKS[1], ("build", "dev"))])
def test_every_dependency_is_locked_in_its_range(lock: str, extras: tuple[str, ...]) -> None:
    locked = versions(lock)
    for requirement in requirements(*extras):
        name = canonicalize_name(requirement.name)
        assert name in locked, f"{lock} lacks {name}: run make lock"
        assert requirement.specifier.contains(locked[name]), f"{lock} has {name} {locked[name]}: run make lock"


def test_test_tools_stay_out_of_the_runtime_lock() -> None:
    runtime = versions(LOCKS[0])
    for tool in ("pytest", "hypothesis", "mypy", "ruff", "uv"):
        assert tool not in runtime


def test_both_locks_name_the_same_versions() -> None:
    runtime, dev = versions(LOCKS[0]), versions(LOCKS[1])
    assert {name: dev.get(name) for name in runtime} == runtime


def test_readme_commands_are_make_targets() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", readme))
    assert {"demo", "test", "check", "bench"} <= named
    for target in sorted(named):
        run = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
        assert run.returncode == 0, f"README names make {target}: {run.stderr}"


def test_ci_runs_checks_then_tests() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    commands = [line for line in script.read_text(encoding="utf-8").splitlines() if line.startswith("make ")]
    assert commands == ["make check", "make test"]
