"""Acts of a life: mostly sensible by some row of the rules, now and then twisted, now and then past all judgement."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from hypothesis import strategies as st
from pydantic import ValidationError

from events.case_state import CaseState
from events.content import Content
from events.draft import Draft
from events.errors import PhoihopError
from events.facts import Facts
from events.record_entry import RecordEntry
from events.regulation.addressees import required_recipients
from events.regulation.row import RuleRow
from tests.properties.lives.contents import content_for
from tests.properties.lives.town import Town

CASES = tuple(f"018f3a00-0000-7000-8000-{n:012x}" for n in (1, 2, 3))
LIFE = (
    "CaseOpened", "SuspicionReported", "CaseOpened", "ParticipantAdded", "LeadTransferred", "CaseClosed",
    "CaseReopened", "InfoRequested", "InfoProvided", "InfoWithheld", "CoordinationRequested", "CoordinationAccepted",
    "CoordinationDeclined", "SuspensionOrdered", "SuspensionExecuted", "SuspensionImpossible", "SuspensionLifted",
    "DossierTransferred", "DossierReceived", "ConflictResolved", "EventRecalled", "ViolationDecided",
    "EnforcementRequested", "SuspicionReferred", "InspectionRequested", "SuspensionOrdered", "CaseClosed",
)  # fmt: skip
"""Types that move a case, as likely as all others together; the first two, of which lives begin, are everywhere."""
CONTEST = (
    "CaseOpened", "LeadTransferred", "LeadTransferred", "ParticipantAdded", "CaseClosed", "CaseReopened",
    "ConflictResolved", "DossierTransferred", "DossierReceived", "InfoRequested", "InfoProvided", "CaseOpened",
    "DisagreementRaised", "CoordinationRequested",
)  # fmt: skip
"""Types by which it is settled, or shown, who leads a case."""
_ANSWERS = {"answers", "refers_to_held", "takes_up_own", "lifts_own_measure"}


@dataclass
class Act:
    """Somebody says something, or tries to, and some of the post arrives."""

    life: bool
    kind: int
    row: int
    sender: int
    others: int
    case: int
    cause: int
    twist: int
    rogue: bool
    seconds: int
    post: tuple[int, int]
    contested: bool = False
    follows: bool = False
    """Whether something that came is taken up: answered, confirmed, corrected."""


class Kind(StrEnum):
    """What a life is about."""

    LAWFUL = "lawful"
    """Whatever the rules let be, and what they do not let leave."""
    ROGUE = "rogue"
    """The same, and a few acts that are signed past their sender's own judgement."""
    CONTESTED = "contested"
    """Who leads: openings, transfers, newcomers and resolutions cross one another, in slow post."""


def acts(kind: Kind) -> st.SearchStrategy[list[Act]]:
    """A life of a kind: 15 to 40 acts."""
    contested = kind is Kind.CONTESTED
    one = st.builds(
        Act,
        life=st.just(True) if contested else st.booleans(),
        kind=st.integers(0, 99),
        row=st.integers(0, 9),
        sender=st.integers(0, 9),
        others=st.integers(0, 511),
        case=st.sampled_from([2] if contested else [0, 0, 0, 1, 2]),
        cause=st.sampled_from([0, 0, 1, 2]),
        twist=st.sampled_from([0] if contested else [0, 0, 0, 0, 0, 1, 2, 3, 4, 5]),
        rogue=st.sampled_from([False, False, False, True]) if kind is Kind.ROGUE else st.just(False),
        seconds=st.sampled_from([0, 1] if contested else [0, 1, 60, 40_000]),
        post=st.tuples(st.integers(0, 30), st.sampled_from([0, 0, 1, 3] if contested else [0, 1, 3, 30])),
        contested=st.just(contested),
        follows=st.just(False) if contested else st.sampled_from([False, False, True]),
    )
    return st.lists(one, min_size=15, max_size=40)


def acts_by_chance(kind: Kind, chance: random.Random) -> list[Act]:
    """The same by a source of chance alone: for campaigns, which cost only what the lives cost."""
    contested, rogue = kind is Kind.CONTESTED, kind is Kind.ROGUE
    return [
        Act(
            life=contested or chance.random() < 0.5,
            kind=chance.randrange(100),
            row=chance.randrange(10),
            sender=chance.randrange(10),
            others=chance.randrange(512),
            case=2 if contested else chance.choice((0, 0, 0, 1, 2)),
            cause=chance.choice((0, 0, 1, 2)),
            twist=0 if contested else chance.choice((0, 0, 0, 0, 0, 1, 2, 3, 4, 5)),
            rogue=rogue and chance.random() < 0.25,
            seconds=chance.choice((0, 1) if contested else (0, 1, 60, 40_000)),
            post=(chance.randrange(31), chance.choice((0, 0, 1, 3) if contested else (0, 1, 3, 30))),
            contested=contested,
            follows=not contested and chance.random() < 1 / 3,
        )
        for _ in range(chance.randint(15, 40))
    ]


BEGINNING = tuple(
    Act(
        life=True, kind=LIFE.index(kind), row=row, sender=sender, others=others, case=case, cause=cause, twist=0,
        rogue=False, seconds=1, post=(0, post),
    )
    for kind, row, sender, others, case, cause, post in (
        ("SuspicionReported", 0, 0, 511, 1, 0, 30), ("CaseOpened", 3, 0, 446, 0, 0, 30),
        ("SuspensionOrdered", 0, 1, 511, 0, 1, 30), ("CaseOpened", 3, 0, 511, 2, 0, 0),
        ("CaseOpened", 5, 0, 511, 2, 0, 0), ("CaseOpened", 1, 0, 511, 1, 0, 0),
    )
)  # fmt: skip
"""How every life begins: a suspicion, a case of everybody's with services paused in it, one that two open at once,
and one of DIC's."""


def perform(town: Town, act: Act) -> RecordEntry | None:
    """Do it; None where nothing was sent."""
    town.wait(timedelta(seconds=act.seconds))
    sent = None
    drafted = _draft(town, act)
    if drafted is not None:
        agency, draft = drafted
        if act.rogue:
            try:
                sent = town.force(agency, draft)
            except PhoihopError:
                sent = None
        else:
            sent = town.say(agency, draft)
    for number in range(act.post[1]):
        town.deliver(act.post[0] + 7 * number)
    return sent


def _draft(town: Town, act: Act) -> tuple[str, Draft] | None:
    cause: RecordEntry | None
    taken_up = _taken_up(town, act) if act.follows else None
    if taken_up is not None:
        agency, row, cause = taken_up
        case = CASES[act.case] if act.twist == 4 else taken_up[2].event.envelope.case
    else:
        row = _row(town, act)
        agency = _sender(town, act, row)
        case, cause = _about(town, act, row, agency)
    event_type = row.event_type
    state = town.state(agency, case)
    try:
        content, to = content_for(town, act, row, agency, case, cause)
    except (ValidationError, ValueError, LookupError):
        return None
    recipients = _recipients(town, act, row, agency, case, cause, content) | to
    if act.twist == 2:
        recipients = {a for n, a in enumerate(town.agencies) if act.others >> n & 1}
    recipients = (recipients & set(town.agencies)) - {agency}
    if not recipients:
        return None
    roles = sorted(town.directory.roles_of(agency, town[agency].now))
    role = next((r for r in roles if row.sender_roles and r in row.sender_roles), roles[0])
    draft = Draft(
        content, tuple(sorted(recipients)), case=case, clause=row.clause, role=role,
        cause=cause.event.envelope.id if cause else None,
        basis=_basis(town, act, row, agency, state, recipients),
        due=_due(town[agency].now, act) if "Requested" in event_type else None,
    )  # fmt: skip
    if act.twist == 3:
        other = town.rules.rows[(act.kind * 10 + act.row) % len(town.rules.rows)]
        draft = replace(draft, clause=other.clause or draft.clause)
    return agency, draft


def _row(town: Town, act: Act) -> RuleRow:
    if not act.life:
        every = [row for row in town.rules.rows if not row.is_protocol]
        if act.others % 4:  # what needs something to answer is said mostly by who follows
            every = [row for row in every if not any(c.name in _ANSWERS for c in row.checks)]
        return every[(act.kind * 10 + act.row) % len(every)]
    pool = [t for t in (CONTEST if act.contested else LIFE) if t in town.rules.by_type]
    rows = town.rules.by_type[pool[act.kind % len(pool)]]
    return rows[act.row % len(rows)]


def _taken_up(town: Town, act: Act) -> tuple[str, RuleRow, RecordEntry] | None:
    """An agency, a document of its record, and a row by which it may say something on it."""
    agency = town.agencies[act.sender % len(town.agencies)]
    held = town[agency].documents()
    if not held:
        return None
    cause = held[-1 - act.kind % min(len(held), 8)]
    rows = [row for row in town.rules.rows if not row.is_protocol and _takes_up(town, row, agency, cause)]
    rare = [row for row in rows if row.event_type not in LIFE]
    rows = rare if rare and act.others % 4 else rows
    return (agency, rows[act.row % len(rows)], cause) if rows else None


def _takes_up(town: Town, row: RuleRow, agency: str, cause: RecordEntry) -> bool:
    envelope = cause.event.envelope
    check = next((c for c in row.checks if c.name in _ANSWERS), None)
    by_place = row.from_lead or row.from_participants
    by_role = any(row.admits_role(role) for role in town.directory.roles_of(agency, town[agency].now))
    if check is None or not (by_place or by_role):
        return False
    types: Any = check.params.get("types", ())
    own = check.name in {"takes_up_own", "lifts_own_measure"}
    return (not types or envelope.event_type in types) and (envelope.sender == agency) == own


def _due(now: datetime, act: Act) -> datetime | None:
    """A few requests set no time."""
    return None if act.row == 9 else now + timedelta(days=1 + act.others % 4)


def _sender(town: Town, act: Act, row: RuleRow) -> str:
    case = CASES[act.case]
    fitting = []
    for agency in town.agencies:
        state = town.state(agency, case)
        roles = town.directory.roles_of(agency, town[agency].now)
        by_place = state is not None and (
            (row.from_lead and state.leads(agency)) or (row.from_participants and state.is_party(agency))
        )
        anybody = row.sender_roles is None and not row.from_lead
        if by_place or anybody or (row.sender_roles is not None and roles & row.sender_roles):
            fitting.append(agency)
    if act.twist == 1 or not fitting:
        return town.agencies[act.sender % len(town.agencies)]
    return fitting[act.sender % len(fitting)]


def _about(town: Town, act: Act, row: RuleRow, agency: str) -> tuple[str | None, RecordEntry | None]:
    """The case and the event that it is about, as far as the row asks for one."""
    wanted = next((c for c in row.checks if c.name in _ANSWERS), None)
    case: str | None = CASES[act.case]
    if row.case == "optional" and act.others % 3 == 0:
        case = None
    if wanted is None:
        return case, None
    types: Any = wanted.params.get("types", ())
    held = [e for e in town[agency].documents() if not types or e.event.envelope.event_type in types]
    if wanted.name == "takes_up_own":
        held = [e for e in held if e.event.envelope.sender == agency] or held
    else:
        held = [e for e in held if e.event.envelope.recipient(agency)] or held
    if not held:
        return case, None
    cause = held[-1 - act.cause % len(held)]
    return (case if act.twist == 4 else cause.event.envelope.case), cause


def _basis(
    town: Town, act: Act, row: RuleRow, agency: str, state: CaseState | None, recipients: set[str]
) -> str | None:
    if act.twist == 5:
        return None
    if any(check.name == "dic_notice_precedes" for check in row.checks):
        notices = [e for e in town[agency].documents() if e.event.envelope.event_type == "SuspicionReferred"]
        return notices[-1].event.envelope.id if notices else None
    return state.basis_of(agency, recipients) if state is not None else None


def _recipients(
    town: Town, act: Act, row: RuleRow, agency: str, case: str | None, cause: RecordEntry | None, content: Content
) -> set[str]:
    house, state = town[agency], town.state(agency, case)
    with house.record.writing() as transaction:
        known = transaction.known(cause.event.envelope.id) if cause else None
    facts = Facts(agency, house.now, town.directory, town.rules, state, None, known)
    found = set(required_recipients(row, facts, content))
    if cause is not None and any(check.name == "takes_up_own" for check in row.checks):
        found |= set(cause.event.envelope.agencies)
    allowed = []
    for other in town.agencies:
        roles = town.directory.roles_of(other, house.now)
        place = state is not None and (
            (row.to_lead and state.leads(other)) or (row.to_participants and state.is_party(other))
        )
        if other != agency and (row.recipient_roles is None or roles & row.recipient_roles or place):
            allowed.append(other)
    if state is not None and state.openings and row.recipient_roles is None and act.twist != 3:
        allowed = [other for other in allowed if state.is_party(other)]
    found |= {other for n, other in enumerate(allowed) if act.others >> n & 1 and act.others % 5}
    return found or set(allowed[act.others % len(allowed) :][:1] if allowed else ())
