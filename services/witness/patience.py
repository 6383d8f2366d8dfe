"""How long a witness waits before it calls something wrong: by the service's running time, and not while it is cut off.

So neither a stop of the service, nor a lost connection, nor a calendar clock that jumps raises an alarm.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.witness.settings import WitnessSettings


class TileTrouble:
    """Tiles that cannot be had: tried again ever more rarely."""

    def __init__(self, settings: WitnessSettings) -> None:
        self._settings = settings
        self._since: float | None = None
        self._again_at = 0.0
        self._pause_seconds = settings.first_pause_seconds

    def may_try(self, now: float) -> bool:
        """Whether it is time to try."""
        return self._since is None or now >= self._again_at

    def note(self, now: float) -> None:
        """They could not be had."""
        self._since = now if self._since is None else self._since
        self._again_at = now + self._pause_seconds
        self._pause_seconds = min(self._settings.longest_pause_seconds, 2 * self._pause_seconds)

    def over(self) -> None:
        """They could be had."""
        self._since = None
        self._pause_seconds = self._settings.first_pause_seconds

    def lasts(self, now: float) -> bool:
        """Whether it is time for an alarm."""
        return self._since is not None and now - self._since >= self._settings.unavailable_after_seconds


class Progress:
    """Whether the log goes on while there is something to log. Positions are those of the record."""

    def __init__(self, newest_logged: int) -> None:
        self.newest_logged = newest_logged
        """The newest event here that must be in the log."""
        self._uncovered_since: float | None = None
        self._connected_since: float | None = None

    def stalled_seconds(
        self,
        now: float,
        *,
        covered: int,
        published: int,
        connected: bool,
        good_at: float | None,
        others: Iterable[float | None],
    ) -> float:
        """For how long something waits and no good checkpoint has come; 0 if nothing does.

        `covered`: where the newest verified checkpoint stands in the record. `published`: up to where the broker has
        what was sent. `others`: since when other things wait (unproven events, trees that others were shown).
        """
        if covered >= self.newest_logged:
            self._uncovered_since = None
        elif self._uncovered_since is None and self.newest_logged <= published:
            self._uncovered_since = now
        if not connected or self._connected_since is None:
            self._connected_since = now
        waiting = [since for since in (self._uncovered_since, *others) if since is not None]
        if not connected or not waiting:
            return 0.0
        return now - max(min(waiting), self._connected_since, good_at or 0.0)
