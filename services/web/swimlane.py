"""Who told whom what and when, as a drawing: a column an agency, an arrow an event and recipient, downwards in time.

Pure geometry in whole pixels; the template writes it as SVG with a table beside it that says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from projections.cases import TimelineEvent
from projections.ledger import Delivery, Outcome

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


def swimlane(timeline: Sequence[TimelineEvent], deliveries: Iterable[Delivery]) -> Swimlane:
    """Lanes in the order in which agencies appear, rows in the order of the timeline."""
    order: dict[str, int] = {}
    for event in timeline:
        for agency in (event.sender, *event.recipients):
            order.setdefault(agency, len(order))
    x = {agency: _EDGE_PIXELS + place * LANE_PIXELS for agency, place in order.items()}
    refused = {(one.event_id, one.recipient) for one in deliveries if one.outcome is Outcome.REFUSED}
    arrows = [
        Arrow(
            event.event_id,
            event.event_type,
            event.sender,
            recipient,
            x[event.sender],
            x[recipient],
            HEAD_PIXELS + (row + 1) * ROW_PIXELS,
            (event.event_id, recipient) in refused,
            number == 0,
        )
        for row, event in enumerate(timeline)
        for number, recipient in enumerate(event.recipients)
    ]
    width = 2 * _EDGE_PIXELS + max(0, len(order) - 1) * LANE_PIXELS
    height = HEAD_PIXELS + (len(timeline) + 1) * ROW_PIXELS
    return Swimlane(tuple(Lane(agency, x[agency]) for agency in order), tuple(arrows), width, height)
