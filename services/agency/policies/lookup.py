"""The holder's service answers online look-ups by itself, from its own view of the case (LC-4.1b)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from events.facts import Facts
from events.known_event import KnownEvent
from events.types.lookup import LookupRequested
from services.agency.lookups.answering import answer_lookup
from services.agency.reactor import Wish, WithinRecord


class LookupAnswers:
    """Answers each look-up that was admitted: the rules have said then that the asker takes part in the case."""

    name = "lookup-answers"
    event_types = frozenset({LookupRequested.__name__})
    own_event_types: frozenset[str] = frozenset()

    def react(self, event: KnownEvent, facts: Facts) -> Sequence[Wish]:
        """The answer and the record of the consultation, in one commit."""
        if not isinstance(event.content, LookupRequested) or facts.me not in event.envelope.agencies:
            return ()
        return (WithinRecord(partial(answer_lookup, event)),)
