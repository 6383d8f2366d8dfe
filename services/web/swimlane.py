"""Who told whom what and when, as a drawing: a column an agency, an arrow an event and recipient, downwards in time.

Pure geometry in whole pixels; the template writes it as SVG with a table beside it that says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from projections.cases import TimelineEvent
from projections.ledger import Delivery

LANE_PIXELS = 150
ROW_PIXELS = 46
HEAD_PIXELS = 40
_EDGE_PIXELS = 90


@dataclass(frozen=True)
class Lane:
    """An agency's column."""

    agency: str
    x: int


@dataclass(frozen=True)
class Arrow:
    """One event on its way to one recipient."""

    event_id: str
    event_type: str
    sender: str
    recipient: str
    x_from: int
    x_to: int
    y: int
    refused: bool
    first: bool
    """Whether this is the first of the event's arrows: the one that carries its name."""

    @property
    def x_text(self) -> int:
        """Where the name begins: at the left end."""
        return min(self.x_from, self.x_to) + 14


@dataclass(frozen=True)
class Swimlane:
    """The whole drawing."""

    lanes: tuple[Lane, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


class Told(NamedTuple):
    """A row of the drawing: an event, and whether each of its recipients refused it."""

    event_id: str
    event_type: str
    sender: str
    recipients: tuple[tuple[str, bool], ...]


def swimlane(timeline: Iterable[TimelineEvent], refusals: Iterable[Delivery]) -> Swimlane:
    """A case as an agency holds it, in the order of its timeline; `refusals` are the deliveries that were refused."""
    refused = {(one.event_id, one.recipient) for one in refusals}
    return drawn(
        [
            Told(
                event.event_id, event.event_type, event.sender,
                tuple((agency, (event.event_id, agency) in refused) for agency in event.recipients),
            )
            for event in timeline
        ]
    )  # fmt: skip


def drawn(rows: Sequence[Told]) -> Swimlane:
    """Lanes in the order in which agencies appear, rows from above."""
    order: dict[str, int] = {}
    for row in rows:
        for agency in (row.sender, *(to for to, _ in row.recipients)):
            order.setdefault(agency, len(order))
    x = {agency: _EDGE_PIXELS + place * LANE_PIXELS for agency, place in order.items()}
    arrows = [
        Arrow(
            row.event_id,
            row.event_type,
            row.sender,
            recipient,
            x[row.sender],
            x[recipient],
            HEAD_PIXELS + (place + 1) * ROW_PIXELS,
            refused,
            number == 0,
        )
        for place, row in enumerate(rows)
        for number, (recipient, refused) in enumerate(row.recipients)
    ]
    width = 2 * _EDGE_PIXELS + max(0, len(order) - 1) * LANE_PIXELS
    height = HEAD_PIXELS + (len(rows) + 1) * ROW_PIXELS
    return Swimlane(tuple(Lane(agency, x[agency]) for agency in order), tuple(arrows), width, height)
