"""Judging one event by the regulation: the sender before it leaves, the receiver when it arrives.

The judgement reads as a checklist. Each step says what it rules out; the first that fails is the verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from events.case_succession import facts_at
from events.content import Content
from events.envelope import Envelope
from events.facts import Facts
from events.regulation import refusals
from events.regulation.delegation import outside_delegation
from events.regulation.row import RuleRow
from events.regulation.situation import Judge, Situation, parties_named
from events.regulation.verdict import Lawful, Unlawful, Verdict, Waiting

Step = Callable[[Situation], "Unlawful | Waiting | None"]


def judge(envelope: Envelope, content: Content, capacity: str, facts: Facts, by: Judge) -> Verdict:
    """Whether the event may be, by the row of the clause that it cites.

    `capacity` is the signing key's: `head`, `deputy` or `service`. The sender checks every condition that a sender
    can; the receiver what follows from the event, the directory and the events it holds. `Waiting` names events that
    the receiver lacks and has to hold before it can say; the sender is never told to wait.
    """
    # 0. Whoever stands in another agency's place by now has what was open there; the state says so under its name.
    facts = facts_at(facts, envelope.sender, facts.directory.heirs_at(envelope.time))
    # 1. The sender is a party under a role that the regulation names and that it held when it signed.
    if (stranger := _party(envelope, facts)) is not None:
        return stranger
    # 2. A row of the clause cited lets this role, or this place in the case, send this type.
    row = _row(envelope, facts)
    if isinstance(row, Unlawful):
        return row
    situation = Situation(envelope, content, capacity, facts, row, by)
    for step in _PROTOCOL_STEPS if row.is_protocol else _DOCUMENT_STEPS:
        if (finding := step(situation)) is not None:
            return finding
    return Lawful(row)


def _party(envelope: Envelope, facts: Facts) -> Unlawful | None:
    rules = facts.rules
    if envelope.role not in (rules.known_roles if envelope.is_protocol else rules.named_roles):
        return refusals.role_not_named(rules, envelope)
    held = facts.directory.roles_of(envelope.sender, envelope.time)
    # The protocol asks no role: an agency whose last one has ended still receipts and hands over.
    if not envelope.is_protocol and envelope.role not in held:
        return refusals.role_not_held(rules, envelope) if held else refusals.unknown_party(rules, envelope.sender)
    return None


def _row(envelope: Envelope, facts: Facts) -> RuleRow | Unlawful:
    rules, role = facts.rules, envelope.role
    rows = rules.by_type_and_clause.get((envelope.event_type, envelope.clause), ())
    for row in rows:
        if row.is_protocol != envelope.is_protocol:
            return refusals.wrong_form(row, envelope)
        if row.admits_role(role) or row.from_lead or row.from_participants:
            for clause, named in row.yields_to:
                if role in named:
                    return refusals.special_clause(row, clause, role)
            return row
    if (forbidden := rules.forbidden_to(envelope.event_type, role)) is not None:
        return refusals.forbidden(forbidden)
    if rows:
        return refusals.sender_role(rows[0], envelope)
    return refusals.no_such_row(rules, envelope)


# 3. The key's capacity is one that the clause accepts: what it wants from the head needs the head's key.
def _signatory(s: Situation) -> Unlawful | None:
    return outside_delegation(s) if s.capacity in s.row.capacities else refusals.signatory(s.row, s.capacity)


# 4. The case is in a state that allows it, and the event cites a basis there that the judge holds.
def _case(s: Situation) -> Unlawful | Waiting | None:
    envelope, row, state = s.envelope, s.row, s.facts.case
    if row.case == "optional":
        known = envelope.case is not None and row.statuses and state is not None and state.openings
        return _status(s) if known else None
    if envelope.case is None:
        return refusals.case_missing(row)
    if row.case == "new":
        mine = state is not None and state.openings and (s.at_sender or state.leads(envelope.sender))
        return refusals.already_open(row) if mine else None
    return _basis(s)


def _basis(s: Situation) -> Unlawful | Waiting | None:
    envelope, row, state = s.envelope, s.row, s.facts.case
    if envelope.basis is None or s.welcomes_me or s.hears_from_outside:
        return None if envelope.basis else refusals.basis_missing(row)
    basis = s.facts.basis
    if basis is None:
        if s.at_sender:
            return refusals.basis_not_held(row, envelope.basis)
        if state is not None and state.knows_by_briefing(envelope.sender):
            return _status(s)
        return Waiting(
            (envelope.basis,), f"{row.event_type} rests on event {envelope.basis}, which is not held here yet"
        )
    if basis.refused or basis.envelope.case != envelope.case or state is None or not state.openings:
        return refusals.basis_gives_no_standing(row, envelope.basis)
    return _status(s)


def _status(s: Situation) -> Unlawful | None:
    state = s.facts.case
    if state is None or not s.row.statuses or state.status in s.row.statuses:
        return None
    # What was signed before the case changed is judged by the state it was signed in.
    if state.status_at(s.envelope.time) in s.row.statuses:
        return None
    return refusals.case_status(s.row, state.status)


# 5. A sender let in by its place in the case has that place.
def _standing(s: Situation) -> Unlawful | None:
    row, sender = s.row, s.envelope.sender
    if row.admits_role(s.envelope.role) or (
        row.from_lead and (s.leads(sender) or s.welcomes_me or s.hears_from_outside)
    ):
        return None
    if row.from_participants and s.facts.case is not None and s.facts.case.is_party(sender):
        return None
    return refusals.no_standing(row, sender)


# 6. Every recipient is a party, and one that the row lets hear this.
def _recipients(s: Situation) -> Unlawful | None:
    row, state, named = s.row, s.facts.case, s.facts.rules.named_roles
    for agency in s.envelope.agencies:
        roles = s.roles_of(agency)
        if not roles & named:
            return refusals.unknown_party(s.facts.rules, agency)
        if row.recipient_roles is None or roles & row.recipient_roles:
            continue
        if not (row.to_lead or row.to_participants):
            return refusals.recipient(row, agency)
        if not s.knows_parties or (row.to_participants and agency in parties_named(s.content)):
            continue
        if (row.to_lead and s.leads(agency)) or (row.to_participants and state is not None and state.is_party(agency)):
            continue
        return refusals.recipient(row, agency)
    return None


# 7. Those who must hear this are among the recipients.
def _addressed(s: Situation) -> Unlawful | None:
    row, agencies = s.row, s.envelope.agencies
    for group in row.include:
        if not group.all and (
            s.roles_of(s.envelope.sender) & group.roles or any(s.roles_of(a) & group.roles for a in agencies)
        ):
            continue
        holders = {holder for role in group.roles for holder in s.holders(role)} - {s.envelope.sender}
        if not group.all or holders - set(agencies):
            return refusals.not_addressed(row, sorted(group.roles), sorted(holders - set(agencies)))
    if row.addressed == "all_parties" and s.knows_parties:
        parties = set(s.facts.case.parties) if s.facts.case is not None else set()
        parties.update(parties_named(s.content))
        parties.discard(s.envelope.sender)
        if missing := parties.difference(agencies):
            return refusals.parties_not_addressed(row, sorted(missing))
    return None


# 8. The matter is of a category that the clause is about.
def _category(s: Situation) -> Unlawful | None:
    categories: Any = s.row.categories
    if categories is None or s.content.category in categories:
        return None
    return refusals.category(s.row, s.content.category)


# 9. The row's conditions hold, as far as this side can check them.
def _conditions(s: Situation) -> Unlawful | Waiting | None:
    for check in s.row.sender_checks if s.by == "sender" else s.row.receiver_checks:
        finding = check.condition(s)
        if finding is not None:
            return finding if isinstance(finding, Waiting) else refusals.condition(s.row, check, finding)
    return None


_DOCUMENT_STEPS: tuple[Step, ...] = (
    _signatory, _case, _standing, _recipients, _addressed, _category, _conditions,
)  # fmt: skip


# P. A protocol message: the service's key, and recipients that the directory lists.
def _listed(s: Situation) -> Unlawful | None:
    for agency in s.envelope.agencies:
        if agency not in s.facts.directory.agencies:
            return refusals.unknown_party(s.facts.rules, agency)
    return None


_PROTOCOL_STEPS: tuple[Step, ...] = (_signatory, _listed, _conditions)
