"""Contents for acts: the samples of the scenarios, with the members that a row and the case at hand ask for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from events.catalogue import CATALOGUE
from events.content import Content
from events.record_entry import RecordEntry
from events.regulation.row import RuleRow
from events.regulation.vocabulary import competence, competent_roles
from events.types.dossier import ItemConfirmation, ItemStatus
from events.types.suspension import SuspensionEnd, SuspensionScope
from events.values.matter import Category
from tests.properties.lives.fitting import fitted
from tests.properties.lives.town import Town
from tests.scenarios.samples import CONFIRMED, briefing, sample

if TYPE_CHECKING:
    from tests.properties.lives.acts import Act

Members = dict[str, Any]


def content_for(
    town: Town, act: Act, row: RuleRow, agency: str, case: str | None, cause: RecordEntry | None
) -> tuple[Content, set[str]]:
    """A content that fits the row, and who must hear of it for what it names.

    Raises `ValueError` or `LookupError` where nothing fits.
    """
    model = CATALOGUE[row.event_type, 1]
    members: Members = {"attachments": ()} if "attachments" in model.model_fields else {}
    for check in row.checks:
        if isinstance(member := check.params.get("member"), str) and cause is not None:
            members[member] = cause.event.envelope.id
    members |= _of_a_kind(row, model)
    if row.event_type == "SuspensionLifted" and cause is not None:
        members["suspension"] = cause.event.envelope.id
    fits, to = fitted(town, act, row, agency, case, cause)
    members |= {name: value for name, value in fits.items() if name in model.model_fields}
    special = _SPECIAL.get(row.event_type)
    if special is not None:
        more, hearers = special(town, act, row, agency, case)
        members |= more
        to |= hearers
    return sample(row.event_type, **members), to


def _of_a_kind(row: RuleRow, model: type[Content]) -> Members:
    found: Members = {}
    for check in row.checks:
        member = {"kind_is": "kind", "occasion_is": "occasion", "decision_degree_is": "degree"}.get(check.name)
        allowed: Any = check.params.get("allowed", ())
        if member in model.model_fields and allowed:
            found[member] = model.model_fields[member].annotation(allowed[0])  # type: ignore[misc]
    if row.categories is not None and "category" in model.model_fields:
        found["category"] = _category(min(row.categories))
    return found


def _category(name: str) -> Category:
    return next(category for category in Category if category == name)


def _opening(town: Town, act: Act, row: RuleRow, agency: str, case: str | None) -> tuple[Members, set[str]]:
    roles = town.directory.roles_of(agency, town[agency].now)
    fitting = [c for c, able in competence(town.rules.regulation).items() if roles & set(able)]
    if row.categories is not None:
        fitting = [c for c in fitting if c in row.categories]
    others = {a for n, a in enumerate(town.agencies) if act.others >> n & 1 and a != agency}
    # DIC hears of each opening: it can resolve a conflict only of what it was told of.
    others |= {a for a in town.agencies if "dic" in town.directory.roles_of(a, town[agency].now)} - {agency}
    category = fitting[act.cause % len(fitting)] if fitting else "other"
    return {
        "participants": tuple(sorted(others)), "category": _category(category),
        "discovered_by_sender": row.clause == "LC-7.2a" or act.cause == 1,
    }, others  # fmt: skip


def _newcomer(town: Town, act: Act, row: RuleRow, agency: str, case: str | None) -> tuple[Members, set[str]]:
    state = town.state(agency, case)
    if state is None or not state.openings:
        raise LookupError("nothing to brief on")
    strangers = [a for a in town.agencies if not state.is_party(a)] or list(town.agencies)
    newcomer = strangers[act.sender % len(strangers)]
    mine = [o.event for o in state.openings.values() if o.lead == agency] or list(state.openings)
    told = briefing(mine[0], agency, tuple(sorted(state.participants)))
    return {"participant": newcomer, "briefing": told}, {newcomer}


def _new_lead(town: Town, act: Act, row: RuleRow, agency: str, case: str | None) -> tuple[Members, set[str]]:
    state = town.state(agency, case)
    able = set(competent_roles(town.rules.regulation, state.category)) if state and state.category else set()
    now = town[agency].now
    parties = [a for a in town.agencies if a != agency and (state is None or state.is_party(a))]
    fitting = [a for a in parties if town.directory.roles_of(a, now) & able] or [a for a in parties if act.twist]
    to = fitting[act.sender % len(fitting)] if fitting else parties[0]
    members: Members = {"to": to}
    if row.event_type == "DossierTransferred":
        members["passes_lead"] = act.cause == 0
    elif state is not None and act.cause == 1:
        members["dossier"] = next((d for d, t in state.dossiers.items() if t.sender == agency), None)
    return members, {to}


def _confirmation(town: Town, act: Act, row: RuleRow, agency: str, case: str | None) -> tuple[Members, set[str]]:
    if act.others % 4:
        return {"items": CONFIRMED}, set()
    missing = (CONFIRMED[0], ItemConfirmation(id=CONFIRMED[1].id, status=ItemStatus.MISSING))
    return {"items": missing}, set()


def _resolution(town: Town, act: Act, row: RuleRow, agency: str, case: str | None) -> tuple[Members, set[str]]:
    state = town.state(agency, case)
    if state is None or not state.openings:
        raise LookupError("no openings")
    return resolution(town, agency, str(case), act.others), set()


def resolution(town: Town, agency: str, case: str, pick: int) -> Members:
    """One of the openings that the agency holds is upheld."""
    state = town.state(agency, case)
    assert state is not None
    openings = sorted(state.openings)
    upheld = openings[pick % len(openings)]
    return {"openings": tuple(openings), "upheld": upheld, "lead": state.openings[upheld].lead}


def _order(town: Town, act: Act, row: RuleRow, agency: str, case: str | None) -> tuple[Members, set[str]]:
    ends = SuspensionEnd(condition="Khi có kết luận")
    if act.cause:
        ends = SuspensionEnd(at=town[agency].now + timedelta(days=act.cause))
    return {"ends": ends, "interim": act.others % 4 != 0}, set()


def _stop(town: Town, act: Act, row: RuleRow, agency: str, case: str | None) -> tuple[Members, set[str]]:
    if town.rules.regulation.startswith("lao-cai"):
        return {}, set()
    ends = SuspensionEnd(at=town[agency].now + timedelta(days=5))
    return {"order": None, "ends": ends, "scope": SuspensionScope.ENTIRE, "reason": "Ngăn chặn."}, set()


def _decision(town: Town, act: Act, row: RuleRow, agency: str, case: str | None) -> tuple[Members, set[str]]:
    state = town.state(agency, case)
    upheld = state.interim_suspensions(town[agency].now) if state is not None and act.others % 2 else ()
    return {"suspensions_upheld": upheld}, set()


_SPECIAL = {
    "CaseOpened": _opening,
    "ParticipantAdded": _newcomer,
    "LeadTransferred": _new_lead,
    "DossierTransferred": _new_lead,
    "DossierReceived": _confirmation,
    "ConflictResolved": _resolution,
    "SuspensionOrdered": _order,
    "SuspensionExecuted": _stop,
    "ViolationDecided": _decision,
}
"""Event type → the members that only the case at hand can say, and who must hear of it for them."""
