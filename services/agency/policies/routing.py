"""The focal point's routing proposal: where a suspicion that came in should go, as a draft for the head to sign.

LC-6.1, LC-7.1; DL-4.7, DL-5.3. Nothing leaves by this policy: it lays a draft before people.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from events.draft import Draft
from events.facts import Facts
from events.known_event import KnownEvent
from events.regulation.routing import RoutingProposal, propose_routing
from events.types.case import CaseOpened
from events.types.document import Matter
from events.types.suspicion import SuspicionReferred, SuspicionReported
from services.agency.reactor import ProposeDraft, Wish

FOCAL_POINT = "dic"
_MAX_TITLE = 500


class RoutingProposals:
    """Drafts a `SuspicionReferred` to whoever is competent, or a `CaseOpened` where only the focal point is."""

    name = "routing-proposal"
    event_types = frozenset({SuspicionReported.__name__})
    own_event_types: frozenset[str] = frozenset()

    def react(self, event: KnownEvent, facts: Facts) -> Sequence[Wish]:
        """One draft for each suspicion that the focal point admits; none if nobody is competent."""
        suspicion = event.content
        if not isinstance(suspicion, SuspicionReported) or FOCAL_POINT not in _roles(facts):
            return ()
        proposal = propose_routing(suspicion, facts)
        if proposal is None:
            return ()
        if proposal.event_type == SuspicionReferred.__name__:
            return (ProposeDraft(_referral(event, suspicion, proposal)),)
        return (ProposeDraft(_opening(event, suspicion, proposal)),)


def _roles(facts: Facts) -> frozenset[str]:
    return facts.directory.roles_of(facts.me, facts.now)


def _referral(event: KnownEvent, suspicion: SuspicionReported, proposal: RoutingProposal) -> Draft:
    content = SuspicionReferred(
        **_matter(suspicion, "Chuyển thông tin nghi vấn: "),
        suspicion=event.id,
        proposed_lead=proposal.proposed_lead,
        discovered_at=suspicion.discovered_at,
    )
    return Draft(content, proposal.recipients, case=event.envelope.case, clause=proposal.clause, cause=event.id)


def _opening(event: KnownEvent, suspicion: SuspicionReported, proposal: RoutingProposal) -> Draft:
    # Who else takes part is for people to add; whoever reported hears at least that the case is open.
    reporter = event.envelope.sender
    content = CaseOpened(
        **_matter(suspicion, "Mở vụ việc: "),
        title=suspicion.subject,
        participants=(reporter,),
        suspicions=(event.id,),
        discovered_by_sender=False,
        discovered_at=suspicion.discovered_at,
    )
    return Draft(content, (reporter,), case=event.envelope.case, clause=proposal.clause, cause=event.id)


def _matter(suspicion: Matter, prefix: str) -> dict[str, Any]:
    """What the suspicion says of the matter, under a subject of our own. Secrecy and paper are the sender's."""
    taken = {name: getattr(suspicion, name) for name in Matter.model_fields}
    for own in ("secrecy", "channel", "paper"):
        del taken[own]
    return taken | {"subject": (prefix + suspicion.subject)[:_MAX_TITLE]}
