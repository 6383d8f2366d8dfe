"""Conditions on expert assessments: requisition or service in Lào Cai (LC-6.5), a council in Đắk Lắk (DL-4.6)."""

from __future__ import annotations

from events.regulation.situation import Situation
from events.regulation.verdict import Problem

_PROCEEDINGS = frozenset({"proceedings", "investigator"})
"""Investigating agencies conduct proceedings too (Criminal Procedure Code of 2003, 33.1; of 2015, 34.1)."""


def requisition_is_so(s: Situation) -> Problem | None:
    """A requisition comes from a proceedings body and names its decision; anybody else asks for a service."""
    requisition = s.content.occasion == "requisition"
    if requisition == (s.envelope.role in _PROCEEDINGS) and (not requisition or s.content.requisition is not None):
        return None
    return Problem(
        "requisition",
        "Trưng cầu giám định là của cơ quan, người tiến hành tố tụng, có quyết định; bên khác yêu cầu dịch vụ.",
        "A requisition is a proceedings body's and names its decision; everybody else asks for a service.",
    )


def only_requisition(s: Situation) -> Problem | None:
    """There is no assessment as a service on request here (DL-4.6)."""
    if s.content.occasion == "requisition":
        return None
    return Problem(
        "no-service",
        "Quy chế chỉ có giám định theo quyết định trưng cầu, không có dịch vụ giám định.",
        "Assessments are made on a requisition here; there is no service on request.",
    )


def service_was_asked(s: Situation) -> Problem | None:
    """Only a service can be declined, a requisition cannot (LC-6.5)."""
    cause = s.facts.cause
    if cause is None or getattr(cause.content, "occasion", None) == "service":
        return None
    return Problem(
        "requisition-declined",
        "Không được từ chối giám định theo quyết định trưng cầu; chỉ dịch vụ giám định mới có thể từ chối.",
        "A requisition cannot be declined; only a service on request can.",
    )


def answers_each_question(s: Situation) -> Problem | None:
    """Each question put to the experts has its conclusion, and no other is answered."""
    cause = s.facts.cause
    asked = {question.id for question in getattr(cause.content, "questions", ())} if cause is not None else None
    if asked is None or asked == {conclusion.question for conclusion in s.content.conclusions}:
        return None
    return Problem(
        "question-unanswered",
        "Kết luận giám định phải trả lời từng câu hỏi đã nêu.",
        "The conclusions answer each question that was put, and no other.",
    )


def council_stands(s: Situation) -> Problem | None:
    """The assessment is a council's, established before (DL-4.6): the envelope's basis is the event that did so."""
    basis = s.facts.basis
    named = s.content.council is not None and s.envelope.basis == s.content.council
    if named and basis is None and not s.at_sender:
        return None
    founded = basis is not None and not basis.refused and basis.event_type == "AssessmentCouncilEstablished"
    if named and founded and basis is not None and basis.envelope.time <= s.envelope.time:
        return None
    return Problem(
        "no-council",
        "Việc giám định do Hội đồng thực hiện; phải dẫn quyết định thành lập Hội đồng làm căn cứ.",
        "The assessment is a council's: cite the event that established it as `council` and as basis.",
    )
