"""DIC's routing proposal for a suspicion it took in, from competence.csv and the rule rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.facts import Facts
from events.regulation.row import RuleRow
from events.regulation.table import find_rows
from events.regulation.vocabulary import competent_roles, roles
from events.types.document import Matter


@dataclass(frozen=True)
class RoutingProposal:
    """What DIC might do with a suspicion; a person signs it or not.

    `event_type` is `SuspicionReferred`, to `recipients` under `clause`, with the first of them proposed as lead; or
    `CaseOpened`, where DIC alone is competent: then `recipients` is empty and DIC picks who takes part.
    """

    event_type: str
    clause: str
    recipients: tuple[str, ...]
    proposed_lead: str
    category: str


def propose_routing(suspicion: Matter, facts: Facts, at: datetime | None = None) -> RoutingProposal | None:
    """Where a suspicion should go: to every agency competent for its category, under the most special clause.

    Only who is the hub for suspicions proposes. The clause is the first row open to `facts.me` that lets all of them
    hear this category. None if nobody competent is in the directory, or no row lets `facts.me` pass it on.
    """
    moment = at or facts.now
    category = str(suspicion.category)
    mine = facts.directory.roles_of(facts.me, moment)
    known = roles(facts.rules.regulation)
    if not any(role in known and known[role].standing == "hub" for role in mine):
        return None
    ranked = [
        holder
        for role in competent_roles(facts.rules.regulation, category)
        for holder in facts.directory.agencies_with_role(role, moment)
    ]
    others = tuple(dict.fromkeys(holder for holder in ranked if holder != facts.me))
    if others:
        rows = [
            row
            for row in find_rows(facts.rules, "SuspicionReferred", mine)
            if _fits(row, category, others, facts, moment)
        ]
        # A row for some categories is more special than one for all.
        rows.sort(key=lambda row: row.categories is None)
        if rows and (clause := rows[0].clause):
            return RoutingProposal("SuspicionReferred", clause, tuple(sorted(others)), others[0], category)
    if facts.me in ranked:
        for row in find_rows(facts.rules, "CaseOpened", mine):
            if row.clause and (row.categories is None or category in row.categories):
                return RoutingProposal("CaseOpened", row.clause, (), facts.me, category)
    return None


def _fits(row: RuleRow, category: str, recipients: tuple[str, ...], facts: Facts, moment: datetime) -> bool:
    if row.categories is not None and category not in row.categories:
        return False
    allowed = row.recipient_roles
    return allowed is None or all(facts.directory.roles_of(agency, moment) & allowed for agency in recipients)
