"""An event as the rules see it: the parsed envelope and content of something this agency holds (sent or received)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.content import Content
from events.envelope import Envelope


@dataclass(frozen=True)
class KnownEvent:
    """An event held here: what rules and folds may look at.

    `refused` is true when this agency, as its recipient, refused it: then it changes no case. `admitted_at` is None
    for own events. `heirs` are the agencies concerned in whose places others stood when it was recorded, each with its
    heir: then it moves the case under these names (`events.case_succession`).
    """

    envelope: Envelope
    content: Content
    refused: bool = False
    admitted_at: datetime | None = None
    heirs: tuple[tuple[str, str], ...] = ()

    @property
    def event_type(self) -> str:
        """The event type's name."""
        return self.envelope.event_type

    @property
    def id(self) -> str:
        """The event's id."""
        return self.envelope.id
