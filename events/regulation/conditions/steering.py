"""Conditions on what steers the coordination: directions, guidance, meetings, disagreements, outside help."""

from __future__ import annotations

from events.regulation.situation import Situation
from events.regulation.verdict import Problem


def jointly_with(s: Situation, *, roles: tuple[str, ...]) -> Problem | None:
    """The sender acts together with a holder of the other role, whom it names and addresses (LC-6.7)."""
    others = set(roles) - {s.envelope.role}
    partners = [agency for agency in s.content.jointly_with if s.roles_of(agency) & others]
    if any(agency in s.envelope.agencies for agency in partners):
        return None
    return Problem(
        "not-jointly",
        f"Phải phối hợp, nêu rõ và gửi cho cơ quan giữ vai trò: {', '.join(sorted(others))}.",
        f"This is done together with {', '.join(sorted(others))}: name it in `jointly_with` and address it.",
    )


def contract_named(s: Situation) -> Problem | None:
    """Guidance of guards rests on a contract between the two, which it names (LC-7.4)."""
    contract = s.content.contract
    if contract is not None and contract.counterparty in s.envelope.agencies:
        return None
    return Problem(
        "contract-missing",
        "Hướng dẫn lực lượng bảo vệ phải trên cơ sở hợp đồng giữa hai bên; nêu hợp đồng với nơi nhận.",
        "Guards are guided on the ground of a contract between the two: name the one with the recipient.",
    )


def settles_what_was_escalated(s: Situation) -> Problem | None:
    """The direction states the degree or the method that was in dispute (LC-2.5)."""
    settlement, cause = s.content.settlement, s.facts.cause
    points = set(getattr(cause.content, "points", ())) if cause is not None else set()
    if settlement is not None and (settlement.degree or settlement.method):
        settled = {point for point in ("degree", "method") if getattr(settlement, point) is not None}
        if {str(point) for point in points} <= settled:
            return None
    return Problem(
        "settles-nothing",
        "Văn bản chỉ đạo phải kết luận về mức độ vi phạm hoặc phương pháp xử lý đang có ý kiến khác nhau.",
        "The direction settles what is in dispute: the degree of the violation, the method of handling, or both.",
    )


def position_is_stated(s: Situation) -> Problem | None:
    """Who disagrees says what it holds instead, on each point in dispute (LC-2.5)."""
    if all(getattr(s.content, str(point)) is not None for point in s.content.points):
        return None
    return Problem(
        "position-missing",
        "Phải nêu ý kiến của mình về từng nội dung không thống nhất.",
        "Say what you hold instead, on each point that is disputed.",
    )


def escalates_disagreement(s: Situation) -> Problem | None:
    """What is escalated is a disagreement of this case, with the position of who raised it (LC-2.5)."""
    cause = s.facts.cause
    if cause is None:
        return None
    heard = any(position.agency == cause.envelope.sender for position in s.content.positions)
    if heard and cause.envelope.case == s.envelope.case:
        return None
    return Problem(
        "position-left-out",
        "Báo cáo phải nêu ý kiến của cơ quan đã nêu ý kiến không thống nhất, trong cùng vụ việc.",
        "The report carries the position of the agency that disagreed, in the same case.",
    )


def consulted_take_part(s: Situation) -> Problem | None:
    """The agencies consulted on a plan take part in the case and hear of the proposal (LC-2.3)."""
    state, consulted = s.state, set(s.content.consulted)
    strangers = {agency for agency in consulted if state is not None and not state.is_party(agency)}
    if not (strangers if s.knows_parties else ()) and not consulted.difference(s.envelope.agencies):
        return None
    return Problem(
        "consulted-elsewhere",
        "Các cơ quan được lấy ý kiến phải là bên tham gia vụ việc và là nơi nhận của đề xuất.",
        "Those consulted take part in the case, and the proposal goes to them too.",
    )


def authority_addressed(s: Situation) -> Problem | None:
    """Where the directory lists the authority that is asked for help, it is among the recipients (LC-2.3)."""
    agency = s.content.authority.agency
    if agency is None or agency in s.envelope.agencies:
        return None
    return Problem(
        "authority-not-addressed",
        f"Phải gửi cho cơ quan được đề nghị hỗ trợ ({agency}).",
        f"The authority that is asked for help, {agency}, must be among the recipients.",
    )


def emergency_notice_is_complete(s: Situation) -> Problem | None:
    """The head told in person or by phone, at a moment past, and every recipient was told (LC-2.4b)."""
    content = s.content
    told = {entry.agency for entry in content.told}
    direct = content.channel in ("in_person", "phone")
    if direct and content.given_at <= s.envelope.time and set(s.envelope.agencies) <= told | set(content.jointly_with):
        return None
    return Problem(
        "emergency-notice",
        "Thông báo khẩn cấp được nói trực tiếp hoặc qua điện thoại, nêu thời điểm và người nhận ở từng cơ quan.",
        "An emergency notice was given in person or by phone, at a moment that it names, to each of its recipients.",
    )


def period_kind_is(s: Situation, *, allowed: tuple[str, ...], optional: bool = False) -> Problem | None:
    """The period reported or reviewed is of the length that the clause sets."""
    period = s.content.period
    if (period is None and optional) or (period is not None and period.kind in allowed):
        return None
    return Problem(
        "period",
        f"Kỳ báo cáo theo quy định này là: {', '.join(allowed)}.",
        f"This clause sets the period: {', '.join(allowed)}.",
    )
