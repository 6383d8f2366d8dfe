"""The clock of a simulated network: an instant that is set, and runs on from there.

It lies in the state folder as `clock.json`, so that every program of the folder tells the same time:
`{"simulated": instant, "set_at": instant of this machine's clock, or null while it stands}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from events.instants import format_instant, parse_instant, whole_milliseconds
from services.agency.clock import system_now
from services.identity.disk import PUBLIC, replace_file

FILE = "clock.json"
MOST_UNNOTED = timedelta(minutes=1)
"""A clock whose program was killed has run on for so long at most: it is set again at least this often."""


class SimulatedClock:
    """The simulated clock of a state folder. It never goes back.

    `begins` is what it shows in a folder that has none; there it stands until `run`. Raises `DiskRefused` where its
    file cannot be written.
    """

    def __init__(self, folder: Path, begins: datetime, system: Callable[[], datetime] = system_now) -> None:
        self._path = folder / FILE
        self._system = system
        self._base = _read(folder, system) or whole_milliseconds(begins)
        self._set_at: datetime | None = None

    def now(self) -> datetime:
        """The current simulated instant."""
        if self._set_at is None:
            return self._base
        return self._base + max(self._system() - self._set_at, timedelta())

    def run(self) -> None:
        """Let it run on, from what it shows."""
        self._write(self.now(), self._system())

    def advance(self, moment: datetime) -> None:
        """Go forward to a moment, if it is not past already, and run on from there."""
        self._write(max(self.now(), moment), self._system())

    def stop(self) -> None:
        """Let it stand."""
        self._write(self.now(), None)

    def _write(self, base: datetime, set_at: datetime | None) -> None:
        self._base, self._set_at = whole_milliseconds(base), set_at
        about = {
            "simulated": format_instant(self._base),
            "set_at": format_instant(whole_milliseconds(set_at)) if set_at is not None else None,
        }
        replace_file(self._path, json.dumps(about).encode("ascii"), PUBLIC)


def now_in(folder: Path) -> datetime:
    """The instant in a state folder: of its simulated clock if it has one, else of this machine's."""
    return _read(folder, system_now) or system_now()


def _read(folder: Path, system: Callable[[], datetime]) -> datetime | None:
    try:
        about = json.loads((folder / FILE).read_text("ascii"))
    except FileNotFoundError:
        return None
    base = parse_instant(about["simulated"])
    if about["set_at"] is None:
        return base
    passed = system() - parse_instant(about["set_at"])
    return base + min(max(passed, timedelta()), MOST_UNNOTED)
