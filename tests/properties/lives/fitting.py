"""What a row's conditions ask of a content, and who must hear of it for that: so that acts meet rarer rows too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from events.catalogue import read_content
from events.record_entry import RecordEntry
from events.regulation.row import Check, RuleRow
from events.types.assessment import AssessmentOccasion
from events.types.direction import Settlement
from events.types.disagreement import Position
from events.types.inspection import InspectionGround, TeamMember
from events.types.report import ReportOccasion
from events.types.support import Authority, AuthorityLevel
from events.types.technical import TechnicalMeasure, TechnicalMeasureKind
from events.values.document import Channel
from events.values.handling import HandlingMethod, ViolationDegree
from events.values.legal import Contract
from events.values.period import ReportingPeriod, half_year, quarter, two_years
from events.values.service import Service, ServiceKind, ServiceTarget
from tests.properties.lives.town import Town
from tests.scenarios.samples import told

if TYPE_CHECKING:
    from tests.properties.lives.acts import Act

Fit = tuple[dict[str, Any], set[str]]
PERIODS: dict[str, ReportingPeriod] = {
    "half_year": half_year(2011, 2), "quarter": quarter(2011, 4), "two_years": two_years(2010),
}  # fmt: skip


@dataclass
class Fitting:
    """Somebody is about to say something under a row, and one of its conditions looks at it."""

    town: Town
    act: Act
    row: RuleRow
    agency: str
    case: str | None
    cause: RecordEntry | None
    check: Check

    @property
    def now(self) -> datetime:
        """The moment by the agency's clock."""
        return self.town[self.agency].now

    @property
    def answered(self) -> Any:
        """The content of the cause; nothing of what is not there."""
        return read_content(self.cause.event) if self.cause is not None else None

    def others(self, *roles: str) -> list[str]:
        """Agencies beside the sender that hold one of the roles (all, if none is named), those of the case first."""
        state, everybody = self.town.state(self.agency, self.case), [a for a in self.town.agencies if a != self.agency]
        able = [a for a in everybody if not roles or self.town.directory.roles_of(a, self.now) & set(roles)]
        return sorted(able, key=lambda a: not (state is not None and state.is_party(a)))

    def one(self, *roles: str) -> str:
        """One of them; `LookupError` if there is none."""
        found = self.others(*roles)
        if not found:
            raise LookupError(f"nobody holds {roles}")
        return found[0]


def fitted(town: Town, act: Act, row: RuleRow, agency: str, case: str | None, cause: RecordEntry | None) -> Fit:
    """The members that the row's conditions ask for, and their hearers; `LookupError` where somebody is missing."""
    members: dict[str, Any] = {}
    to: set[str] = set()
    for check in row.checks:
        if fit := _BY_CHECK.get(check.name):
            more, hearers = fit(Fitting(town, act, row, agency, case, cause, check))
            members |= more
            to |= hearers
    return members, to


def _notice(s: Fitting) -> Fit:
    everybody = told(*s.others())
    return {"told": everybody, "channel": Channel.PHONE, "given_at": s.now, "jointly_with": ()}, set()


def _jointly(s: Fitting) -> Fit:
    mine = s.town.directory.roles_of(s.agency, s.now)
    partner = s.one(*({"dic", "police"} - mine))
    return {"jointly_with": (partner,)}, {partner}


def _contract(s: Fitting) -> Fit:
    enterprise = s.one("enterprise")
    contract = Contract(number="HD-1", signed_on=date(2012, 1, 5), counterparty=enterprise)
    return {"contract": contract}, {enterprise}


def _measures(s: Fitting) -> Fit:
    kinds: Any = s.check.params["kinds"]
    kind = next(kind for kind in TechnicalMeasureKind if kind == kinds[s.act.cause % len(kinds)])
    return {"measures": (TechnicalMeasure(id="k1", kind=kind, text="Rà soát", since=s.now),)}, set()


def _period(s: Fitting) -> Fit:
    allowed: Any = s.check.params["allowed"]
    return {"period": PERIODS[allowed[0]]} if allowed[0] in PERIODS else {}, set()


def _occasion(s: Fitting) -> Fit:
    return {"occasion": ReportOccasion.PERIODIC, "period": PERIODS[str(s.check.params["periodic"])]}, set()


def _delegation(s: Fitting) -> Fit:
    return {"since": s.now, "until": s.now + timedelta(days=9)}, set()


def _team(s: Fitting) -> Fit:
    roles = next((c.params["roles"] for c in s.row.checks if c.name == "team_has_roles"), ())
    wanted: Any = roles
    members = {s.one(*wanted), s.one()}
    team = tuple(TeamMember(agency=agency) for agency in sorted(members))
    return {"leading": s.agency, "members": team}, members


def _ground(s: Fitting) -> Fit:
    grounds: Any = s.check.params.get("grounds", ())
    asked = s.cause is not None and s.cause.event.envelope.event_type == "InspectionRequested"
    ground = InspectionGround.AT_REQUEST if asked else InspectionGround.AD_HOC
    if grounds and ground not in grounds:
        ground = next(ground for ground in InspectionGround if ground in grounds)
    found: dict[str, Any] = {"ground": ground}
    found["request"] = s.cause.event.envelope.id if s.cause is not None and asked else None
    return found, set()


def _escalated(s: Fitting) -> Fit:
    if s.cause is None:
        return {}, set()
    raiser = s.cause.event.envelope.sender
    said = Position(agency=raiser, degree=ViolationDegree.NONE, method=HandlingMethod.OTHER, reasons="Đã nêu.")
    return {"positions": (said,), "points": s.answered.points}, {s.one("ppc", "ministry", "branch")}


def _settled(s: Fitting) -> Fit:
    both = Settlement(degree=ViolationDegree.NONE, method=HandlingMethod.OTHER, reason="Đã xem xét.")
    return {"settlement": both}, set()


def _authority(s: Fitting) -> Fit:
    asked = s.one("ministry", "branch")
    return {"authority": Authority(name="Cục", level=AuthorityLevel.SUPERIOR, agency=asked)}, {asked}


def _consulted(s: Fitting) -> Fit:
    party = s.one()
    return {"consulted": (party,)}, {party}


def _requisition(s: Fitting) -> Fit:
    if "proceedings" in s.town.directory.roles_of(s.agency, s.now):
        return {}, set()
    return {"occasion": AssessmentOccasion.SERVICE, "requisition": None}, set()


def _targets(s: Fitting) -> Fit:
    provider = s.one("enterprise")
    service = Service(kind=ServiceKind.SIP_TRUNK, provider=provider)
    return {"targets": (ServiceTarget(service=service),)}, {provider}


def _overdue(s: Fitting) -> Fit:
    if s.cause is None or s.cause.event.envelope.due is None:
        raise LookupError("nothing was asked by a time")
    asked = s.cause.event.envelope
    return {"due": asked.due, "unanswered_by": asked.agencies}, set(asked.agencies)


_BY_CHECK: dict[str, Callable[[Fitting], Fit]] = {
    "emergency_notice_is_complete": _notice,
    "jointly_with": _jointly,
    "contract_named": _contract,
    "measures_include": _measures,
    "period_kind_is": _period,
    "report_fits_occasion": _occasion,
    "delegation_is_bounded": _delegation,
    "team_is_addressed": _team,
    "inspection_is_traced": _ground,
    "escalates_disagreement": _escalated,
    "settles_what_was_escalated": _settled,
    "authority_addressed": _authority,
    "consulted_take_part": _consulted,
    "overdue_is_so": _overdue,
    "requisition_is_so": _requisition,
    "targets_addressed": _targets,
    "informant_reference_given": lambda _: ({"informant_reference": "TB-0001"}, set()),
    "legal_basis_cited": lambda _: ({"legal_basis": "Điều 4 Nghị định 151/2005/NĐ-CP"}, set()),
    "violation_was_found": lambda _: ({"conclusion": ViolationDegree.ADMINISTRATIVE}, set()),
    "joint_investigation_asked": lambda _: ({"joint_investigation_asked": True}, set()),
}
"""Condition → what it asks for."""
