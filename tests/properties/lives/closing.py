"""Which interim suspensions bind a case at its closing, counted from the events held and not from any state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from events.catalogue import read_content
from events.known_event import KnownEvent
from events.signed_event import SignedEvent


def interim_in_force(held: Sequence[KnownEvent], closing: SignedEvent, enterprises: frozenset[str]) -> set[str]:
    """The ids of interim orders that the closing agency holds and that nothing it holds has ended (LC-2.6)."""
    envelope, content = closing.envelope, read_content(closing)
    events = [k for k in held if k.envelope.case == envelope.case and not k.refused]
    final = set(getattr(content, "suspensions_made_final", ())) if getattr(content, "decisions", ()) else set()
    return {
        k.id
        for k in events
        if k.event_type == "SuspensionOrdered" and _binds(k, events, envelope.time, enterprises) and k.id not in final
    }


def _binds(order: KnownEvent, events: list[KnownEvent], at: datetime, enterprises: frozenset[str]) -> bool:
    content: Any = order.content
    if not content.interim or (content.ends.at is not None and content.ends.at <= at):
        return False
    impossible: set[str] = set()
    executed: set[str] = set()
    for later in events:
        said: Any = later.content
        match later.event_type:
            case "SuspensionLifted" if said.suspension == order.id:
                return False
            case "EventRecalled" if said.event == order.id and later.envelope.sender == order.envelope.sender:
                return False
            case "ViolationDecided" if order.id in said.suspensions_upheld:
                return False
            case "CaseClosed" if order.id in said.suspensions_made_final:
                return False
            case "SuspensionImpossible" if said.order == order.id:
                impossible.add(later.envelope.sender)
            case "SuspensionExecuted" if said.order == order.id:
                executed.add(later.envelope.sender)
    return bool(executed or (enterprises & set(order.envelope.agencies)) - impossible)
