"""What an agency may say now: the rule table asked for every type at once, before anything is written.

An offer is a promise of the rows alone: type, recipients, place in the case, its state. What a content or a cited event
decides is judged when there is one (`events.decision.decide`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.case_state import CaseState
from events.directory import Directory
from events.regulation.row import RuleRow
from events.regulation.table import RuleTable, find_rows

Obstacle = Literal["role", "forbidden", "case", "already_open", "status", "standing", "lead", "recipients"]
"""What stands against an offer, from the first that does."""

_WELCOMING = frozenset({"CaseOpened", "ParticipantAdded"})
"""Types whose content names new parties: whoever may be one can be addressed."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A type that may be sent: to whom it may go, and to whom it must, by the rows that let it.

    `answers`: every row wants the event that it answers as its cause.
    """

    event_type: str
    rows: tuple[RuleRow, ...]
    recipients: tuple[str, ...]
    must: tuple[str, ...]
    answers: bool


@dataclass(frozen=True, slots=True)
class NotOffered:
    """A type that may not be sent now, and the clause that stands against it, in words."""

    event_type: str
    obstacle: Obstacle
    clause: str | None
    text_vi: str
    text_en: str

    def text(self, lang: str) -> str:
        """What the clause says, in Vietnamese (`vi`) or English (`en`)."""
        return self.text_en if lang == "en" else self.text_vi


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Who asks, when, and about which case (None: outside any)."""

    me: str
    directory: Directory
    rules: RuleTable
    case: CaseState | None
    now: datetime

    def roles_of(self, agency: str) -> frozenset[str]:
        """The roles that an agency holds now."""
        return self.directory.roles_of(agency, self.now)

    @property
    def opened(self) -> bool:
        """Whether the case is open or was."""
        return self.case is not None and bool(self.case.openings)


def offers(at: Standpoint) -> tuple[tuple[Offer, ...], tuple[NotOffered, ...]]:
    """Every document type of the regulation, offered or not, in the order of the table."""
    found: list[Offer] = []
    closed: list[NotOffered] = []
    for event_type, rows in at.rules.by_type.items():
        if rows[0].is_protocol:
            continue
        made = offer(at, event_type)
        if isinstance(made, Offer):
            found.append(made)
        else:
            closed.append(made)
    return tuple(found), tuple(closed)


def offer(at: Standpoint, event_type: str) -> Offer | NotOffered:
    """One type, offered or not."""
    roles = at.roles_of(at.me)
    rows = find_rows(at.rules, event_type, roles)
    if not rows:
        forbidden = next((f for role in sorted(roles) if (f := at.rules.forbidden_to(event_type, role))), None)
        if forbidden is not None:
            return NotOffered(event_type, "forbidden", forbidden.clause, forbidden.text_vi, forbidden.text_en)
        return _against(at.rules.by_type[event_type][0], "role")
    closed: list[NotOffered] = []
    open_rows: list[tuple[RuleRow, tuple[str, ...]]] = []
    for row in rows:
        recipients = _hearers(at, row)
        obstacle = _obstacle(at, row, roles) or (None if recipients else "recipients")
        if obstacle is None:
            open_rows.append((row, recipients))
        else:
            closed.append(_against(row, obstacle))
    if not open_rows:
        return closed[0]
    reached = sorted({agency for _, agencies in open_rows for agency in agencies})
    return Offer(
        event_type,
        tuple(row for row, _ in open_rows),
        tuple(reached),
        _musts(at, open_rows),
        all(row.answers_always for row, _ in open_rows),
    )


def _obstacle(at: Standpoint, row: RuleRow, roles: frozenset[str]) -> Obstacle | None:
    case = at.case
    if row.case == "required" and not at.opened:
        return "case"
    if row.case == "new" and at.opened:
        return "already_open"
    if case is not None and at.opened and row.case != "new" and row.statuses and case.status not in row.statuses:
        return "status"
    if row.by_lead_alone and not (case is not None and case.leads(at.me)):
        return "lead"
    by_role = row.sender_roles is None or bool(roles & row.sender_roles)
    by_lead = row.from_lead and case is not None and case.leads(at.me)
    by_place = row.from_participants and case is not None and case.is_party(at.me)
    return None if by_role or by_lead or by_place else "standing"


def _hearers(at: Standpoint, row: RuleRow) -> tuple[str, ...]:
    return tuple(
        agency
        for agency in at.directory.agencies
        if agency != at.me and at.roles_of(agency) & at.rules.named_roles and _hears(at, row, agency)
    )


def _hears(at: Standpoint, row: RuleRow, agency: str) -> bool:
    if row.recipient_roles is None or at.roles_of(agency) & row.recipient_roles:
        return True
    if row.to_participants and (row.event_type in _WELCOMING or (at.case is not None and at.case.is_party(agency))):
        return True
    return row.to_lead and at.case is not None and at.case.leads(agency)


def _musts(at: Standpoint, rows: Iterable[tuple[RuleRow, tuple[str, ...]]]) -> tuple[str, ...]:
    """Whoever every open row wants to hear it: the only holder of a role, or all parties."""
    wanted: list[set[str]] = []
    for row, _ in rows:
        must: set[str] = set()
        for group in row.include:
            holders = {h for role in group.roles for h in at.directory.agencies_with_role(role, at.now)} - {at.me}
            if group.all or len(holders) == 1:
                must |= holders
        if row.addressed == "all_parties" and at.case is not None:
            must |= set(at.case.parties) - {at.me}
        wanted.append(must)
    return tuple(sorted(set.intersection(*wanted))) if wanted else ()


def _against(row: RuleRow, obstacle: Obstacle) -> NotOffered:
    return NotOffered(row.event_type, obstacle, row.clause, row.text_vi, row.text_en)
