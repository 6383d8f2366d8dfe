"""Conditions on suspicions: who must hear of them, who answers for them, and who they are passed on to."""

from __future__ import annotations

from events.regulation.situation import Situation
from events.regulation.verdict import Problem
from events.regulation.vocabulary import competent_roles


def competent_authorities_included(s: Situation) -> Problem | None:
    """Every authority competent for the category is among the recipients (LC-10.1), as far as the directory has it."""
    agencies = s.envelope.agencies
    for role in competent_roles(s.facts.rules.regulation, s.content.category):
        holders = s.holders(role)
        if holders and s.envelope.sender not in holders and not any(holder in agencies for holder in holders):
            return Problem(
                "competent-not-addressed",
                f"Phải báo cáo cả cơ quan có thẩm quyền về loại vi phạm này: {' hoặc '.join(holders)}.",
                f"The authority competent for this category must be told too: {' or '.join(holders)}.",
            )
    return None


def referred_to_competent(s: Situation) -> Problem | None:
    """A suspicion is passed on to agencies competent for its category, and to no other (LC-6.1, DL-5.3)."""
    competent = frozenset(competent_roles(s.facts.rules.regulation, s.content.category))
    for agency in s.envelope.agencies:
        if not s.roles_of(agency) & competent:
            return Problem(
                "not-competent",
                f"Cơ quan {agency} không có thẩm quyền về loại vi phạm này.",
                f"Agency {agency} is not competent for this category; competent roles: {', '.join(sorted(competent))}.",
            )
    return None


def informant_reference_given(s: Situation) -> Problem | None:
    """A report on a citizen's behalf carries the agency's own mark for them, and no identity (LC-12.1)."""
    if s.content.informant_reference:
        return None
    return Problem(
        "informant-reference-missing",
        "Tin do tổ chức, cá nhân báo phải mang mã người cung cấp tin (không nêu danh tính).",
        "A report on an informant's behalf carries a reference to them, never their identity.",
    )


def attested(s: Situation) -> Problem | None:
    """Whoever reports answers for the content (LC-12.2)."""
    if s.content.attestation:
        return None
    return Problem(
        "not-attested",
        "Người thông báo phải cam kết chịu trách nhiệm về nội dung thông báo.",
        "The report lacks the attestation that its sender answers for the content.",
    )
