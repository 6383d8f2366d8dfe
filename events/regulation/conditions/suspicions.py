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


def focal_point_hears(s: Situation, *, roles: tuple[str, ...], kinds: tuple[str, ...] = ()) -> Problem | None:
    """What a holder of one of `roles` tells of violators and seizures, DIC hears too (LC-8.2, LC-9.2).

    With `kinds`, what is of another kind is left out. Within an open case its parties alone hear it, DIC if it takes
    part; a receiver that knows no such case leaves the check to the sender.
    """
    if s.envelope.role not in roles or (kinds and s.content.kind not in kinds):
        return None
    state = s.state
    if s.envelope.case is not None and (not s.at_sender or (state is not None and state.openings)):
        return None
    hubs = s.holders("dic")
    if not hubs or s.envelope.sender in hubs or any(hub in s.envelope.agencies for hub in hubs):
        return None
    return Problem(
        "focal-point-left-out",
        f"Phải gửi cả Sở Thông tin và Truyền thông ({' hoặc '.join(hubs)}).",
        f"The Department of Information and Communications hears of this too: {' or '.join(hubs)}.",
    )


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
