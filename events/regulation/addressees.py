"""Whom a row demands among the recipients, so that a draft can fill them in."""

from __future__ import annotations

from datetime import datetime

from events.case_parts import CaseStatus
from events.case_succession import facts_at
from events.content import Content
from events.facts import Facts
from events.regulation.row import RuleRow
from events.regulation.situation import parties_named
from events.regulation.vocabulary import competent_roles


def required_recipients(
    row: RuleRow, facts: Facts, content: Content | None = None, at: datetime | None = None
) -> frozenset[str]:
    """The agencies that must be among the recipients of an event that `facts.me` sends under the row.

    What opens, changes or closes a case goes to every party; groups that the row includes are asked of the directory
    as of `at` (now, if not given), and where one holder of a role is enough and there are several, the choice is
    left to the sender. `content` adds what only it can say: the participants that it names, the category of a
    suspicion, the provider that is ordered. The row's judgement stays with `judge`.
    """
    moment = at or facts.now
    facts = facts_at(facts, facts.me, facts.directory.heirs_at(moment))
    demanded: set[str] = set()
    for group in row.include:
        holders = {holder for role in group.roles for holder in facts.directory.agencies_with_role(role, moment)}
        if group.all or len(holders) == 1:
            demanded |= holders
    state = facts.case
    if row.addressed == "all_parties":
        demanded.update(_parties(row, facts))
        demanded.update(parties_named(content))
    checks = {check.name for check in row.checks}
    if "answers" in checks and facts.cause is not None:
        asked = facts.cause.envelope
        demanded.update(asked.agencies if asked.sender == facts.me else (asked.sender,))
    if "lifts_own_measure" in checks and facts.cause is not None:
        demanded.update((facts.cause.envelope.sender, *facts.cause.envelope.agencies))
    if "lead_addressed" in checks and state is not None and state.lead is not None:
        demanded.add(state.lead)
    if "competent_authorities_included" in checks and content is not None:
        demanded |= _competent(facts, str(getattr(content, "category", "")), moment)
    if "targets_addressed" in checks and content is not None:
        demanded |= {target.service.provider for target in getattr(content, "targets", ()) if target.service.provider}
    return frozenset(demanded - {facts.me})


def _parties(row: RuleRow, facts: Facts) -> frozenset[str]:
    """The parties of the case; for what a lead does, those of what it leads by the basis that its draft will cite."""
    state = facts.case
    if state is None:
        return frozenset()
    parties = frozenset(state.parties)
    if not row.by_lead_alone or not state.leads(facts.me):
        return parties
    return parties & state.reached_by_lead(facts.me, state.basis_of(facts.me), row.statuses or frozenset(CaseStatus))


def _competent(facts: Facts, category: str, moment: datetime) -> set[str]:
    found: set[str] = set()
    for role in competent_roles(facts.rules.regulation, category):
        holders = facts.directory.agencies_with_role(role, moment)
        if len(holders) == 1:
            found.update(holders)
    return found
