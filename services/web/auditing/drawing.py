"""Drawings of the auditor's pages as plain geometry in whole pixels; templates write them as SVG with a table beside.

A circle of agencies with an arc for each pair, as thick as they tell much; and the lanes of a case.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from projections.deliveries_pages import Traffic
from projections.deliveries_told import Outcome, Step
from services.web.name_order import name_order
from services.web.swimlane import Swimlane, Told, drawn

_RADIUS_PIXELS = 230
"""Of the circle of a few agencies; that of many is as large as keeps them apart."""
_MARGIN_PIXELS = 90
_NODE_PIXELS = 34
_GAP_PIXELS = 12
_TIP_PIXELS = 18
_BEND = 0.18
_THICKEST_PIXELS = 12


@dataclass(frozen=True)
class Node:
    """An agency on the circle."""

    agency: str
    x: int
    y: int


@dataclass(frozen=True)
class Arc:
    """What one agency tells another: a path with an arrow at its end, and where its number stands."""

    traffic: Traffic
    path: str
    thickness: int
    x: int
    y: int


@dataclass(frozen=True)
class Circle:
    """The whole drawing."""

    nodes: tuple[Node, ...]
    arcs: tuple[Arc, ...]
    side: int
    node_radius: int = _NODE_PIXELS


def circle(traffic: Sequence[Traffic], names: Mapping[str, str]) -> Circle:
    """The agencies in the order of their names, from above clockwise."""
    agencies = sorted(
        {agency for one in traffic for agency in (one.sender, one.recipient)},
        key=lambda agency: name_order(names.get(agency, agency)),
    )
    radius = max(_RADIUS_PIXELS, round(len(agencies) * (2 * _NODE_PIXELS + _GAP_PIXELS) / (2 * math.pi)))
    middle = radius + _MARGIN_PIXELS
    places: dict[str, tuple[float, float]] = {}
    for number, agency in enumerate(agencies):
        angle = 2 * math.pi * number / len(agencies) - math.pi / 2
        places[agency] = (middle + radius * math.cos(angle), middle + radius * math.sin(angle))
    most = max((one.deliveries for one in traffic), default=1)
    arcs = [
        _arc(one, places[one.sender], places[one.recipient], most) for one in traffic if one.sender != one.recipient
    ]
    nodes = tuple(Node(agency, round(x), round(y)) for agency, (x, y) in places.items())
    return Circle(nodes, tuple(arcs), 2 * middle)


def _arc(one: Traffic, begin: tuple[float, float], end: tuple[float, float], most: int) -> Arc:
    """A curve that bends to its left, so that both directions of a pair are seen; it ends at the circles' edges."""
    (x1, y1), (x2, y2) = begin, end
    dx, dy = x2 - x1, y2 - y1
    control_x, control_y = (x1 + x2) / 2 + dy * _BEND, (y1 + y2) / 2 - dx * _BEND
    start_x, start_y = _towards(x1, y1, control_x, control_y, _NODE_PIXELS)
    stop_x, stop_y = _towards(x2, y2, control_x, control_y, _NODE_PIXELS + _TIP_PIXELS)
    thickness = 1 + round((_THICKEST_PIXELS - 1) * math.log1p(one.deliveries) / math.log1p(most))
    path = f"M{round(start_x)},{round(start_y)} Q{round(control_x)},{round(control_y)} {round(stop_x)},{round(stop_y)}"
    middle_x, middle_y = (x1 + 2 * control_x + x2) / 4, (y1 + 2 * control_y + y2) / 4
    return Arc(one, path, thickness, round(middle_x), round(middle_y))


def _towards(x: float, y: float, to_x: float, to_y: float, pixels: int) -> tuple[float, float]:
    length = math.hypot(to_x - x, to_y - y) or 1.0
    return x + (to_x - x) * pixels / length, y + (to_y - y) * pixels / length


def lanes(steps: Sequence[Step]) -> Swimlane:
    """A case as the auditor sees it, in the order of the log."""
    rows: dict[int, list[Step]] = {}
    for one in steps:
        rows.setdefault(one.first_index, []).append(one)
    return drawn(
        [
            Told(
                told[0].event_id, told[0].event_type, told[0].sender,
                tuple((one.recipient, one.outcome is Outcome.REFUSED) for one in told),
            )
            for told in rows.values()
        ]
    )  # fmt: skip
