"""The focal point's routing proposal: where a suspicion that came in should go, as a draft for the head to sign.

LC-6.1, LC-7.1; DL-4.7, DL-5.3. Nothing leaves by this policy: it lays a draft before people.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from events.draft import Draft
from events.facts import Facts
from events.known_event import KnownEvent
from events.regulation.routing import RoutingProposal, propose_routing
from events.types.case import CaseOpened
from events.types.suspicion import SuspicionReferred, SuspicionReported
from services.agency.reactor import ProposeDraft, Wish
from services.agency.taking_up import taken_up

FOCAL_POINT = "dic"


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
            return (ProposeDraft(_referral(event, facts, proposal)),)
        return (ProposeDraft(_opening(event, facts, proposal)),)


def _roles(facts: Facts) -> frozenset[str]:
    return facts.directory.roles_of(facts.me, facts.now)


def _referral(event: KnownEvent, facts: Facts, proposal: RoutingProposal) -> Draft:
    taken = taken_up(SuspicionReferred.__name__, event, facts.me) | {"proposed_lead": proposal.proposed_lead}
    content = SuspicionReferred.model_validate_json(json.dumps(taken))
    return Draft(content, proposal.recipients, case=event.envelope.case, clause=proposal.clause, cause=event.id)


def _opening(event: KnownEvent, facts: Facts, proposal: RoutingProposal) -> Draft:
    # Who else takes part is for people to add; whoever reported hears at least that the case is open.
    content = CaseOpened.model_validate_json(json.dumps(taken_up(CaseOpened.__name__, event, facts.me)))
    return Draft(content, content.participants, case=event.envelope.case, clause=proposal.clause, cause=event.id)
