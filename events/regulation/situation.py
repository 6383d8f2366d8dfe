"""What a condition looks at: the event to be judged, and what the judge knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from events.case_parts import CaseStatus
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
    basis_missing: bool = False
    """Whether it is judged without the event that it rests on: the sender's standing is known without it."""

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
        events arrive in order. About other senders the receiver may be ahead or behind, and so does not refuse. An
        opening knows nothing of another one, a resolution names the parties of openings that never came here, and who
        rests on what this agency was not told leads others besides.
        """
        if self.by == "sender":
            return True
        alone = self.row.case != "new" and not self.unites_openings and not self.basis_missing
        return alone and self.leads(self.envelope.sender)

    @property
    def unites_openings(self) -> bool:
        """Whether this is the event from which on everybody's standing rests on it, whatever was held before."""
        return type(self.content).__name__ == "ConflictResolved"

    def takes_part(self, agency: str) -> bool:
        """Whether the agency is a party as the judge knows, or was told of the case by the sender's own opening.

        Who joins knows by the briefing who else has: it may have been told of the opening alone.
        """
        state = self.facts.case
        if state is None:
            return False
        briefing = getattr(self.content, "briefing", None)
        joins = not self.at_sender and self.facts.me in parties_named(self.content)
        briefed = joins and briefing is not None and agency in briefing.participants
        told = not self.at_sender and agency in state.told_of_lead(self.envelope.sender)
        return briefed or told or state.is_party(agency)

    @property
    def not_told(self) -> tuple[str, ...]:
        """The recipients that were told of nothing by which they could know the sender's place in the case.

        For the sender, of a row that wants such a place. Not counted are those that this event itself briefs, and who
        hears of the case from outside.
        """
        state, basis, envelope = self.facts.case, self.facts.basis, self.envelope
        if state is None or basis is None or self.unites_openings:
            return ()
        if self.row.by_lead_alone:
            statuses = self.row.statuses or frozenset(CaseStatus)
            told = set(state.reached_by_lead(envelope.sender, envelope.basis, statuses))
        else:
            told = {basis.envelope.sender, *basis.envelope.agencies, *state.acquainted_with(envelope.sender)}
            if state.openings and CaseStatus.CLOSED not in (self.row.statuses or (CaseStatus.CLOSED,)):
                # Who knows of closed openings alone holds that the case is closed, and would refuse this.
                told &= state.told_of_open()
        heirs = self.facts.directory.heirs_at(envelope.time)
        told |= {heirs[agency] for agency in told & set(heirs)}
        if getattr(self.content, "briefing", None) is not None:
            told.update(parties_named(self.content))
        return tuple(
            agency
            for agency in envelope.agencies
            if agency not in told and not self.row.outside_roles & self.roles_of(agency)
        )


def parties_named(content: Any) -> tuple[str, ...]:
    """The agencies that the content itself makes parties."""
    match type(content).__name__:
        case "CaseOpened":
            return tuple(content.participants)
        case "ParticipantAdded":
            return (content.participant,)
        case _:
            return ()
