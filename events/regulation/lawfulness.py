"""Judging one event by the regulation: the sender before it leaves, the receiver when it arrives.

The judgement reads as a checklist. Each step says what it rules out; the first that fails is the verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from events.case_parts import CaseStatus
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
            return _for_want_of_basis(situation, finding)
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
        return refusals.already_open(row) if _opened_before(s) else None
    if envelope.basis is None or s.welcomes_me or s.hears_from_outside:
        return None if envelope.basis else refusals.basis_missing(row)
    if s.unites_openings and not s.at_sender:
        # It is itself what everybody's standing rests on from now on, whichever openings came here or not.
        return _status(s) if state is not None and state.openings else None
    return _basis(s, envelope.basis)


def _opened_before(s: Situation) -> bool:
    """Whether the sender knew that the case was open: a receiver is sure only of what the sender said itself.

    A lead that another passed to it, or a resolution, may have crossed its opening.
    """
    state, sender = s.facts.case, s.envelope.sender
    if state is None or s.at_sender:
        return state is not None and bool(state.openings)
    return any(opening.opened_by == sender == opening.lead for opening in state.openings.values())


def _basis(s: Situation, cited: str) -> Unlawful | Waiting | None:
    state, basis = s.facts.case, s.facts.basis
    if basis is None:
        return refusals.basis_not_held(s.row, cited) if s.at_sender else _without_basis(s, cited)
    known = state is not None and bool(state.openings) and state.is_party(s.envelope.sender)
    # What this agency refused gives nobody a place, and takes none from whom it knows by something else.
    if basis.envelope.case != s.envelope.case or state is None or not state.openings or (basis.refused and not known):
        return refusals.basis_gives_no_standing(s.row, cited)
    return _status(s)


def _without_basis(s: Situation, cited: str) -> Unlawful | Waiting | None:
    """Go on without the basis where what is held tells the sender's place all the same.

    What a lead does is judged with its basis, or after it has stated that this agency was not told of that: it changes
    who takes part, and must change it everywhere alike.
    """
    state = s.facts.case
    placed = state is not None and bool(state.openings) and state.is_party(s.envelope.sender)
    enough = not s.row.by_lead_alone or cited in s.facts.untold or (state is not None and state.names(cited))
    s.basis_missing = True
    return _status(s) if placed and enough else refusals.basis_not_told_here(s.row, cited)


def _for_want_of_basis(s: Situation, finding: Unlawful | Waiting) -> Unlawful | Waiting:
    """The finding; or, where what is missing might change it, that it has to be waited for."""
    cited = s.envelope.basis
    if not s.basis_missing or cited is None or isinstance(finding, Waiting):
        return finding
    if cited in s.facts.untold:
        return refusals.basis_not_told_here(s.row, cited)
    return Waiting((cited,), f"{s.row.event_type} rests on event {cited}, which is not held here yet")


def _status(s: Situation) -> Unlawful | None:
    state = s.facts.case
    if state is None or not s.row.statuses:
        return None
    status = state.status_for(s.envelope.sender, s.envelope.basis) if s.row.by_lead_alone else state.status
    before = state.status_at(s.envelope.time)
    # What was signed before the case changed is judged by the state it was signed in.
    if status in s.row.statuses or (before is not state.status and before in s.row.statuses):
        return None
    return refusals.case_status(s.row, status)


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
    row, named = s.row, s.facts.rules.named_roles
    for agency in s.envelope.agencies:
        roles = s.roles_of(agency)
        if not roles & named:
            return refusals.unknown_party(s.facts.rules, agency)
        if row.recipient_roles is None or roles & row.recipient_roles:
            continue
        if not (row.to_lead or row.to_participants) or s.envelope.case is None:
            return refusals.recipient(row, agency)
        if not s.knows_parties or (row.to_participants and agency in parties_named(s.content)):
            continue
        if (row.to_lead and s.leads(agency)) or (row.to_participants and s.takes_part(agency)):
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
        state = s.facts.case
        parties = set(state.parties) if state is not None else set()
        if state is not None and s.row.by_lead_alone:
            # Each lead acts by what it leads: the parties of another opening are not its own.
            statuses = s.row.statuses or frozenset(CaseStatus)
            parties &= state.reached_by_lead(s.envelope.sender, s.envelope.basis, statuses)
        parties.update(parties_named(s.content))
        parties.discard(s.envelope.sender)
        if missing := parties.difference(agencies):
            return refusals.parties_not_addressed(row, sorted(missing))
    return None


# 8. The event rests on what each recipient was told, so that each can judge it; a lead, on what made it the lead.
def _told(s: Situation) -> Unlawful | None:
    state, cited, sender = s.facts.case, s.envelope.basis, s.envelope.sender
    if not s.at_sender or s.row.case != "required" or state is None or cited is None:
        return None
    if s.row.by_lead_alone and state.leads(sender) and not state.openings_led(sender, cited):
        return refusals.basis_gives_no_standing(s.row, cited)
    left_out = s.not_told
    return refusals.basis_not_told(s.row, cited, left_out) if left_out else None


# 9. The matter is of a category that the clause is about, and for which no special clause is made.
def _category(s: Situation) -> Unlawful | None:
    for clause, roles, special in s.row.yields_in_category_to:
        if s.envelope.role in roles and s.content.category in special:
            return refusals.special_clause(s.row, clause, s.envelope.role)
    categories: Any = s.row.categories
    if categories is None or s.content.category in categories:
        return None
    return refusals.category(s.row, s.content.category)


# 10. The row's conditions hold, as far as this side can check them.
def _conditions(s: Situation) -> Unlawful | Waiting | None:
    for check in s.row.sender_checks if s.by == "sender" else s.row.receiver_checks:
        finding = check.condition(s)
        if finding is not None:
            return finding if isinstance(finding, Waiting) else refusals.condition(s.row, check, finding)
    return None


_DOCUMENT_STEPS: tuple[Step, ...] = (
    _signatory, _case, _standing, _recipients, _addressed, _told, _category, _conditions,
)  # fmt: skip


# P. A protocol message: the service's key, and recipients that the directory lists.
def _listed(s: Situation) -> Unlawful | None:
    for agency in s.envelope.agencies:
        if agency not in s.facts.directory.agencies:
            return refusals.unknown_party(s.facts.rules, agency)
    return None


_PROTOCOL_STEPS: tuple[Step, ...] = (_signatory, _listed, _conditions)
