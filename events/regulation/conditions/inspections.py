"""Conditions on inspections, decisions and enforcement."""

from __future__ import annotations

from events.instants import vietnam_date
from events.regulation.situation import Situation
from events.regulation.verdict import Problem


def inspection_is_traced(s: Situation, *, grounds: tuple[str, ...] = ()) -> Problem | None:
    """The ground is one of `grounds` (any, if none); one at request names the request, and no other ground does.

    What it rests on, the request or else the team's forming, is the envelope's cause (LC-4.5 knows three grounds).
    """
    content = s.content
    at_request = content.ground == "at_request"
    named = content.request or getattr(content, "team", None)
    if (not grounds or content.ground in grounds) and at_request == bool(content.request) and s.envelope.cause == named:
        return None
    return Problem(
        "inspection-ground",
        "Phải nêu đúng căn cứ kiểm tra: theo kế hoạch, đột xuất, hoặc theo yêu cầu (thì dẫn văn bản yêu cầu).",
        "An inspection names its ground; one at request names the request, which is the envelope's cause.",
    )


def inspection_is_over(s: Situation) -> Problem | None:
    """What is reported has taken place: it ended on the day of signing or before."""
    if s.content.from_day <= s.content.to_day <= vietnam_date(s.envelope.time):
        return None
    return Problem(
        "inspection-not-over",
        "Báo cáo kết quả của cuộc kiểm tra đã kết thúc; ngày kết thúc không thể sau ngày ký.",
        "A report is of an inspection that has ended; its last day is not after the day of signing.",
    )


def team_is_addressed(s: Situation) -> Problem | None:
    """The leading agency and every member of a joint team are addressed, or are the sender (LC-4.5)."""
    team = {s.content.leading, *(member.agency for member in s.content.members)} - {s.envelope.sender}
    if not (missing := sorted(team.difference(s.envelope.agencies))):
        return None
    return Problem(
        "team-not-addressed",
        f"Phải gửi đến mọi cơ quan tham gia đoàn; còn thiếu: {', '.join(missing)}.",
        f"Every agency of the team is addressed; missing: {', '.join(missing)}.",
    )


def team_has_roles(s: Situation, *, roles: tuple[str, ...]) -> Problem | None:
    """Somebody who holds one of the roles is a member of the team (DL-4.2, DL-4.3)."""
    if any(s.roles_of(member.agency) & set(roles) for member in s.content.members):
        return None
    return Problem(
        "team-composition",
        f"Đoàn phải có thành viên thuộc: {', '.join(roles)}.",
        f"The team has a member that holds one of the roles: {', '.join(roles)}.",
    )


def decision_cites_law(s: Situation, *, regulation: str) -> Problem | None:
    """A decision rests on law beside the coordination regulation, which sets no sanction (LC-12.3)."""
    cited = [basis for basis in s.content.legal_basis if basis.instrument != regulation]
    today = vietnam_date(s.envelope.time)
    if any(basis.issued_on is None or basis.issued_on <= today for basis in cited):
        return None
    return Problem(
        "no-law-cited",
        f"Quyết định phải căn cứ pháp luật hiện hành, không chỉ Quy chế {regulation}.",
        f"A decision cites law in force at its day; regulation {regulation} itself sets no sanction.",
    )


def decision_degree_is(s: Situation, *, allowed: tuple[str, ...]) -> Problem | None:
    """The violation is of a degree that this decider handles: signs of crime go to the investigating agency."""
    if s.content.degree in allowed:
        return None
    return Problem(
        "degree",
        "Vụ việc có dấu hiệu tội phạm phải chuyển hồ sơ sang cơ quan điều tra, không xử phạt hành chính.",
        "With signs of crime the dossier goes to the investigating agency; this clause is for lesser degrees.",
    )


def enforces_decision_of_case(s: Situation) -> Problem | None:
    """The decision to be enforced is of the same case (LC-3.5), as far as it is held."""
    cause = s.facts.cause
    if cause is None or (cause.envelope.case == s.envelope.case and s.content.decision == cause.id):
        return None
    return Problem(
        "decision-of-other-case",
        "Quyết định được cưỡng chế phải thuộc chính vụ việc này.",
        "What is enforced is a decision of this very case.",
    )


def enforcement_matches(s: Situation) -> Problem | None:
    """Results are told of the measures that were asked for, each by its id, under the same decision (LC-3.5)."""
    cause, content = s.facts.cause, s.content
    if cause is None or cause.event_type != "EnforcementRequested":
        return None
    asked: object = cause.content
    measures = {measure.id for measure in getattr(asked, "measures", ())}
    if getattr(asked, "decision", None) == content.decision and {r.id for r in content.results} <= measures:
        return None
    return Problem(
        "enforcement-differs",
        "Kết quả phải ứng với quyết định và từng biện pháp được đề nghị cưỡng chế.",
        "The results are of that decision, and of the measures that were asked for, by their ids.",
    )


def violation_was_found(s: Situation) -> Problem | None:
    """The inspection found a violation (DL-7.2b: “Nếu phát hiện có hành vi vi phạm pháp luật”)."""
    if s.content.conclusion != "none":
        return None
    return Problem(
        "no-violation-found",
        "Điều khoản này áp dụng khi đã phát hiện hành vi vi phạm pháp luật.",
        "This clause is for what is done once a violation was found.",
    )


def recommends_after_check(s: Situation) -> Problem | None:
    """Where the recommendation names the check that it rests on, that report is its cause (DL-5.4)."""
    named, cause = s.content.inspection, s.facts.cause
    if named is None or (s.envelope.cause == named and (cause is None or cause.event_type == "InspectionReported")):
        return None
    return Problem(
        "recommends-after-nothing",
        "Kiến nghị dẫn báo cáo kết quả kiểm tra nào thì phải dẫn chính văn bản đó trong phong bì.",
        "A recommendation that names the check it rests on cites that report as its cause.",
    )
