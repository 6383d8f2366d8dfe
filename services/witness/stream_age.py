"""Whether the broker's stream was begun anew, as after the loss of its disk: seen by its sequences alone."""

from __future__ import annotations

from datetime import datetime

from events.audit.stated_entry import TOLERANCE
from events.instants import format_instant, parse_instant


class StreamAge:
    """The highest sequence of this agency's mail and its time; when a stream began anew, if one did.

    In one stream a message with a lower sequence was not stored later. Written and read as text, so that it outlives
    the service.
    """

    def __init__(self, text: str | None = None) -> None:
        self._highest: tuple[int, datetime] | None = None
        self._begun_anew: datetime | None = None
        if text:
            sequence, stored_at, begun = text.split(" ")
            self._highest = (int(sequence), parse_instant(stored_at))
            self._begun_anew = parse_instant(begun) if begun != "-" else None

    def __str__(self) -> str:
        if self._highest is None:
            return ""
        sequence, stored_at = self._highest
        return f"{sequence} {format_instant(stored_at)} {format_instant(self._begun_anew) if self._begun_anew else '-'}"

    def take(self, sequence: int | None, stored_at: datetime | None) -> None:
        """A message came."""
        if sequence is None or stored_at is None:
            return
        if self._highest is None or sequence > self._highest[0]:
            self._highest = (sequence, stored_at)
        elif stored_at > self._highest[1] + TOLERANCE:
            self._highest = (sequence, stored_at)
            self._begun_anew = stored_at

    def begun_anew_after(self, stored_at: datetime | None) -> datetime | None:
        """Since when there may be copies of a later stream, for an event whose copy was stored before; else None."""
        if stored_at is None or self._begun_anew is None or stored_at >= self._begun_anew:
            return None
        return self._begun_anew
