"""A plain content of each event type, for scenarios to change the one member that matters."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from events.catalogue import CATALOGUE
from events.content import Content
from events.types.attachment import AttachmentObstacle
from events.types.case import CaseBriefing, CaseOutcome
from events.types.coordination import CoordinationTask, DeclineGround, TaskKind
from events.types.direction import DirectionKind, GuidanceKind
from events.types.dossier import DossierItem, DossierItemKind, ItemConfirmation, ItemStatus
from events.types.emergency import ToldOfficer
from events.types.information import InfoKind, InfoOutcome, Question, QuestionKind, ReplyForm, WithholdingGround
from events.types.inspection import InspectionGround, TeamMember
from events.types.lookup import LookupResult
from events.types.report import ReportOccasion
from events.types.support import Authority, AuthorityLevel
from events.types.suspension import ImpossibleReason, Measure, SuspensionEnd, SuspensionScope
from events.types.suspicion import DismissalReason
from events.values.legal import LegalBasis
from events.values.matter import Category, Field
from events.values.period import half_year
from events.values.service import Service, ServiceKind, ServiceTarget
from tests.contract.sample_values import OFFICER
from tests.contract.samples import SAMPLES

SOME_MOMENT = datetime(2012, 3, 1, tzinfo=UTC)
SOMETHING = str(uuid.UUID(int=7))
ITEMS = (
    DossierItem(id="d1", kind=DossierItemKind.DOCUMENT, title="Biên bản", sha256="a" * 64),
    DossierItem(id="e1", kind=DossierItemKind.EXHIBIT, title="SIM box", identifier="SN-1"),
)


def told(*agencies: str) -> tuple[ToldOfficer, ...]:
    """An officer told at each of the agencies."""
    return tuple(ToldOfficer(agency=agency, officer=OFFICER, told_at=SOME_MOMENT) for agency in agencies)


def members(*agencies: str) -> tuple[TeamMember, ...]:
    """A team of these agencies."""
    return tuple(TeamMember(agency=agency) for agency in agencies)


CONFIRMED = tuple(ItemConfirmation(id=item.id, status=ItemStatus.RECEIVED) for item in ITEMS)

_MATTER: dict[str, Any] = {
    "category": Category.CHARGE_THEFT,
    "fields": (Field.TELECOM,),
    "summary": "Nghi dùng SIM box.",
}
_TARGETS = (ServiceTarget(service=Service(kind=ServiceKind.SIP_TRUNK)),)

_MEMBERS: dict[str, dict[str, Any]] = {
    "SuspicionReported": {**_MATTER, "discovered_at": SOME_MOMENT, "attestation": True},
    "SuspicionReferred": {**_MATTER, "suspicion": SOMETHING},
    "SuspicionDismissed": {"suspicion": SOMETHING, "reason": DismissalReason.DUPLICATE, "explanation": "Đã có."},
    "CaseOpened": {**_MATTER, "title": "Vụ SIM box", "participants": (), "discovered_by_sender": False},
    "LeadTransferred": {"to": "dic", "reason": "Đúng chức năng"},
    "CaseClosed": {"outcome": CaseOutcome.NO_VIOLATION, "summary": "Đã xác minh."},
    "CaseReopened": {"reason": "Tình tiết mới", "summary": "Có số thuê bao mới."},
    "CoordinationRequested": {
        "tasks": (CoordinationTask(id="t1", kind=TaskKind.VERIFY, text="Xác minh"),),
        "reason": "Cần phối hợp",
    },
    "CoordinationAccepted": {},
    "CoordinationDeclined": {
        "request": SOMETHING, "ground": DeclineGround.OUTSIDE_FUNCTION_AND_POWERS, "explanation": "Ngoài chức năng.",
    },
    "InfoRequested": {
        "purpose": "Xác minh", "questions": (
            Question(id="q1", text="Chủ thuê bao?", kind=QuestionKind.SUBSCRIBER_IDENTITY),
        ),
    },
    "InfoProvided": {"outcome": InfoOutcome.NOTHING_HELD},
    "InfoWithheld": {
        "request": SOMETHING, "ground": WithholdingGround.UNDER_INVESTIGATION_SECRET,
        "reason": "Đang xác minh đối tượng cầm đầu.", "reply_form": ReplyForm.WRITTEN,
    },
    "InfoShared": {"kind": InfoKind.MODUS_OPERANDI, "title": "Thủ đoạn", "text": "Dùng SIM box."},
    "SuspensionOrdered": {
        "measure": Measure.PAUSE, "targets": _TARGETS, "scope": SuspensionScope.ENTIRE,
        "legal_basis": "Điều 10 khoản 3",
        "ends": SuspensionEnd(condition="Khi có kết luận"), "interim": True,
    },
    "SuspensionExecuted": {"executed_at": SOME_MOMENT, "targets": _TARGETS},
    "SuspensionImpossible": {
        "order": SOMETHING, "reason": ImpossibleReason.UNKNOWN_SUBSCRIBER, "explanation": "Không có thuê bao.",
    },
    "SuspensionLifted": {"suspension": SOMETHING, "reason": "Hết căn cứ", "effective_at": SOME_MOMENT},
    "DossierTransferred": {"to": "pc", "items": ITEMS, "reason": "Có dấu hiệu tội phạm", "passes_lead": True},
    "DossierReceived": {"transfer": SOMETHING, "items": CONFIRMED},
    "EventRefused": {"digest": "A" * 43, "check": 9, "reason": "signatory", "explanation": "Sai người ký"},
    "HeadsAnnounced": {
        "sent_count": 0, "sent_digest": "A" * 43, "received_count": 0, "received_digest": "A" * 43,
        "directory_version": 1, "reply_wanted": False,
    },
    "RepairRequested": {"of": "dic", "addressed_to": "police", "from_count": 1, "receipts": False},
    "RepairProvided": {"of": "dic", "addressed_to": "police", "events": (), "lost": ()},
    "GapDeclared": {"from_count": 1, "to_count": 2, "reason": "Không còn ai giữ"},
    "EventReceived": {"upto_count": 1, "upto_digest": "A" * 43, "refused": (), "entries": ()},
    "DirectoryPublished": {"version": 1, "note": "text\n\n— name AAAA\n"},
    "AttachmentRequested": {"event": SOMETHING, "sha256": "a" * 64},
    "AttachmentChunk": {"event": SOMETHING, "sha256": "a" * 64, "size_bytes": 3, "offset": 0, "data": "AAAA"},
    "AttachmentUnavailable": {"event": SOMETHING, "sha256": "a" * 64, "reason": AttachmentObstacle.NOT_HELD},
    "AttachmentReceived": {"event": SOMETHING, "sha256": "a" * 64, "size_bytes": 3, "verified_at": SOME_MOMENT},
}  # fmt: skip

_DAY = date(2012, 3, 1)
_LAW = (LegalBasis(instrument="58/2006/NĐ-CP", title="Nghị định xử phạt", issued_on=date(2006, 6, 8)),)
_PERIODS = {"from_day": _DAY, "to_day": _DAY}
_PLAIN: dict[str, dict[str, Any]] = {
    "SeizureReported": {"seized_at": SOME_MOMENT, "fields": (Field.POST,)},
    "EmergencyNoticeGiven": {"given_at": SOME_MOMENT, "jointly_with": (), "told": told("dic")},
    "DirectionIssued": {"kind": DirectionKind.COORDINATION, "answers": None, "settlement": None, "jointly_with": ()},
    "GuidanceIssued": {
        "kind": GuidanceKind.REGULATION, "answers": None, "contract": None, "jointly_with": (), "legal_basis": (),
    },
    "DisagreementRaised": {"disputed": None},
    "SupportProposed": {"consulted": ("dic",)},
    "SupportRequested": {"authority": Authority(name="Cục", level=AuthorityLevel.OUTSIDE, agency="outside")},
    "InspectionTeamFormed": {
        "ground": InspectionGround.PLANNED, "request": None, "leading": "dic", "members": members("police"), **_PERIODS,
    },
    "InspectionReported": {
        "ground": InspectionGround.PLANNED, "request": None, "team": None, "enterprises": (), **_PERIODS,
    },
    "ViolationDecided": {"inspection": None, "suspensions_upheld": (), "legal_basis": _LAW},
    "EnforcementRequested": {"legal_basis": _LAW},
    "ProposalSubmitted": {"difficulties": (), "to_be_directed": ()},
    "RecommendationIssued": {"inspection": None},
    "FocalPointDesignated": {"replaces": None},
    "DelegationGranted": {"since": SOME_MOMENT, "until": datetime(2013, 3, 1, tzinfo=UTC)},
    "PublicityReported": {"request": None},
    "ExpertAssessmentDelivered": {"council": None},
    "TechnicalMeasureReported": {"incident": None, "guard_contracts": ()},
    "TechnicalIncidentReported": {"updates": None},
    "ReportSubmitted": {
        "request": None, "incident": None, "occasion": ReportOccasion.PERIODIC, "period": half_year(2011, 2),
    },
    "ReportConsolidated": {"period": half_year(2011, 2)},
    "MeetingCalled": {"period": half_year(2011, 2)},
    "LookupAnswered": {"results": (LookupResult(record="t1", found=False), LookupResult(record="t2", found=False))},
}  # fmt: skip
"""What makes a golden content a plain one: nothing referred to, dates of the story."""


def briefing(opening: str, lead: str, participants: tuple[str, ...], *, discovered: bool = True) -> CaseBriefing:
    """What a newcomer is told."""
    return CaseBriefing(
        opening=opening, title="Vụ SIM box", category=Category.CHARGE_THEFT, fields=(Field.TELECOM,), lead=lead,
        participants=participants, discovered_by_lead=discovered, summary="Đang xác minh.",
    )  # fmt: skip


def sample(event_type: str, **members: Any) -> Content:
    """A content of the type with some members changed."""
    model = CATALOGUE[event_type, 1]
    common = {} if model.PROTOCOL else {"subject": "V/v phối hợp"}
    if (plain := _MEMBERS.get(event_type)) is None:
        plain = {**_golden(event_type), **_PLAIN.get(event_type, {})}
    return model(**{**common, **plain, **members})


def _golden(event_type: str) -> dict[str, Any]:
    """The members of the type's golden content: every optional one is set, so a scenario changes what it is about."""
    content = next((content for content in SAMPLES if type(content).__name__ == event_type), None)
    return {name: getattr(content, name) for name in content.model_fields_set} if content else {}
