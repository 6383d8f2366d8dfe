"""The browser that the tests of the pages drive: where it is, and how `make test` gets one.

    python -m tests.browser.chromium      # installs one where it may, or says why the browser tests will be skipped

Playwright's own download is not used: Debian's package is signed by the distribution, and what is on PATH already is
taken as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FORBIDDEN = "PHOIHOP_NO_INSTALL"
"""Set to anything but 0, nothing is installed."""
INSTALL_SECONDS = 600
_INSTALL = (
    ("apt-get", "update", "-qq"),
    ("apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"),
)

Run = Callable[[tuple[str, ...]], str | None]
"""Runs a command; None if it succeeded, else its last words."""


def find_chromium() -> str | None:
    """The browser's program on PATH; None if there is none that starts."""
    return next((found for name in NAMES if (found := shutil.which(name)) is not None and _starts(found)), None)


@cache
def _starts(program: str) -> bool:
    # Some systems have a program of that name that only says where to get the browser.
    return _run((program, "--version")) is None


def skipped(reason: str) -> str:
    """What is said, by `make test` and by each skipped test, where there is no browser."""
    return (
        f"the browser tests are skipped: {reason}. "
        "Put chromium or google-chrome on PATH, or run `apt-get install chromium` as root, and call `make test` again"
    )


def obstacle(environ: Mapping[str, str], *, root: bool, apt: bool) -> str | None:
    """Why no browser may be installed here; None if one may."""
    if environ.get(FORBIDDEN, "0") not in {"", "0"}:
        return f"no browser is on PATH, and {FORBIDDEN} forbids installing one"
    if not root:
        return "no browser is on PATH, and only root may install one"
    if not apt:
        return "no browser is on PATH, and this system has no apt-get to install one"
    return None


def install(run: Run) -> str | None:
    """Install the distribution's chromium; None if that worked, else why not."""
    for command in _INSTALL:
        if (words := run(command)) is not None:
            return f"`{' '.join(command)}` failed ({words})"
    return None if find_chromium() else "the installed package brought no browser that PATH shows"


def ready(environ: Mapping[str, str], *, root: bool, apt: bool, run: Run) -> str | None:
    """See to it that there is a browser; None if there is, else the note that says why tests will be skipped."""
    if find_chromium():
        return None
    if (reason := obstacle(environ, root=root, apt=apt)) is None:
        reason = install(run)
    return None if reason is None else skipped(reason)


def _run(command: tuple[str, ...]) -> str | None:
    try:
        done = subprocess.run(
            command, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", timeout=INSTALL_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    lines = (done.stderr or done.stdout).strip().splitlines()
    return None if done.returncode == 0 else (lines[-1] if lines else f"exit code {done.returncode}")


def main() -> None:
    """Never fails: without a browser the other tests run all the same."""
    if (
        note := ready(os.environ, root=os.geteuid() == 0, apt=shutil.which("apt-get") is not None, run=_run)
    ) is not None:
        sys.stderr.write(f"NOTE: {note}\n")


if __name__ == "__main__":
    main()
