"""What a condition looks at: the event to be judged, and what the judge knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from events.case_state import CaseState
from events.envelope import Envelope
from events.facts import Facts
from events.regulation.row import RuleRow

Judge = Literal["sender", "receiver"]
"""On whose side an event is judged: before it leaves, or when it arrives."""


@dataclass(slots=True)
class Situation:
    """An event under judgement by one row. `content` is the model of the event's type; conditions know which."""

    envelope: Envelope
    content: Any
    capacity: str
    facts: Facts
    row: RuleRow
    by: Judge

    @property
    def at_sender(self) -> bool:
        """Whether the sender judges."""
        return self.by == "sender"

    @property
    def state(self) -> CaseState | None:
        """The case as the judge holds it."""
        return self.facts.case

    def roles_of(self, agency: str) -> frozenset[str]:
        """The roles an agency held when the event was signed."""
        return self.facts.directory.roles_of(agency, self.envelope.time)

    def holders(self, role: str) -> tuple[str, ...]:
        """The agencies that held a role when the event was signed."""
        return self.facts.directory.agencies_with_role(role, self.envelope.time)

    def leads(self, agency: str) -> bool:
        """Whether the agency led when the event was signed, as far as the judge knows.

        The old lead of a dossier still led until the moment the receiver confirmed it, however late its events come.
        """
        state = self.facts.case
        if state is None:
            return False
        if state.leads(agency):
            return True
        return (
            agency == state.previous_lead
            and not state.handed_over_knowingly
            and state.lead_since is not None
            and self.envelope.time < state.lead_since
        )

    @property
    def welcomes_me(self) -> bool:
        """Whether this is the event by which the judge itself joins the case: it holds nothing from before."""
        state = self.facts.case
        return (
            not self.at_sender
            and getattr(self.content, "briefing", None) is not None
            and self.facts.me in parties_named(self.content)
            and (state is None or not state.openings)
        )

    @property
    def hears_from_outside(self) -> bool:
        """Whether the judge is told of a case in which it takes no part, as the row provides for its role."""
        state = self.facts.case
        return (
            not self.at_sender
            and (state is None or not state.openings)
            and bool(self.row.outside_roles & self.roles_of(self.facts.me))
        )

    @property
    def knows_parties(self) -> bool:
        """Whether the judge can tell who takes part.

        The sender can. A receiver can if the sender leads: only the lead changes who takes part, and one sender's
        events arrive in order. About other senders the receiver may be ahead or behind, and so does not refuse.
        """
        return self.by == "sender" or self.leads(self.envelope.sender)


def parties_named(content: Any) -> tuple[str, ...]:
    """The agencies that the content itself makes parties."""
    match type(content).__name__:
        case "CaseOpened":
            return tuple(content.participants)
        case "ParticipantAdded":
            return (content.participant,)
        case _:
            return ()
