"""Conditions on offices, reports and publicity: who is named, what is reported, what may be made public."""

from __future__ import annotations

from events.regulation.situation import Situation
from events.regulation.verdict import Problem


def focal_unit_named(s: Situation) -> Problem | None:
    """A specialised unit is the focal point, not a person alone (LC-5.3: “phòng nghiệp vụ”)."""
    if s.content.unit is not None:
        return None
    return Problem(
        "focal-unit-missing",
        "Phải giao phòng nghiệp vụ làm đầu mối, không chỉ cử cá nhân.",
        "The focal point is a specialised unit: name it.",
    )


def focal_person_named(s: Situation) -> Problem | None:
    """A person is in charge and is the focal point (DL-11.2: “cử người phụ trách”)."""
    if s.content.officer is not None:
        return None
    return Problem(
        "focal-person-missing",
        "Phải cử người phụ trách làm đầu mối, nêu rõ họ tên, chức vụ.",
        "The focal point is a person: name the officer in charge.",
    )


def report_fits_occasion(s: Situation, *, periodic: str) -> Problem | None:
    """A periodic report is for a period of that kind; one on request names the request (LC-13.2, DL-12.1a)."""
    content = s.content
    fits = {
        "periodic": content.period.kind == periodic,
        "on_request": content.request is not None,
        "incident": content.period.kind == "ad_hoc",
    }
    if fits[str(content.occasion)]:
        return None
    return Problem(
        "report-occasion",
        f"Báo cáo định kỳ theo kỳ {periodic}; báo cáo theo yêu cầu phải dẫn yêu cầu; đột xuất thì kỳ là đột xuất.",
        f"A periodic report is for a {periodic}; one on request names the request; one on an incident is ad hoc.",
    )


def occasion_is(s: Situation, *, allowed: tuple[str, ...]) -> Problem | None:
    """The regulation knows reports on this occasion."""
    if s.content.occasion in allowed:
        return None
    return Problem(
        "report-occasion",
        f"Quy chế chỉ quy định báo cáo: {', '.join(allowed)}.",
        f"The regulation knows these reports alone: {', '.join(allowed)}.",
    )


def each_report_once(s: Situation) -> Problem | None:
    """A consolidated report names each agency once: as one that reported, or as one that is missing.

    A review of two years takes in several reports of each agency: each of them stands once.
    """
    included, missing = s.content.included, s.content.missing
    named: list[object] = [entry.agency for entry in (*included, *missing)]
    if s.content.period.kind == "two_years":
        named = [*(entry.report for entry in included), *((entry.agency, entry.due) for entry in missing)]
    if named and len(named) == len(set(named)):
        return None
    return Problem(
        "reports-not-named",
        "Báo cáo tổng hợp phải nêu từng cơ quan một lần: đã báo cáo hoặc còn thiếu.",
        "A consolidated report names each agency once, among the reports that came or among the missing.",
    )


def measures_include(s: Situation, *, kinds: tuple[str, ...]) -> Problem | None:
    """At least one of the technical measures told is of a kind that the clause is about."""
    if any(measure.kind in kinds for measure in s.content.measures):
        return None
    return Problem(
        "measure-kind",
        f"Điều khoản này về biện pháp: {', '.join(kinds)}.",
        f"This clause is about measures of the kind: {', '.join(kinds)}.",
    )


def published_within_request(s: Situation) -> Problem | None:
    """What was published is what the request let be made public, item by item (DL-8.2; LC-6.2)."""
    cause = s.facts.cause
    if cause is None or cause.event_type != "PublicityRequested":
        return None
    publishable = {item.id for item in getattr(cause.content, "publishable", ())}
    published = {item for publication in s.content.publications for item in publication.items}
    if published <= publishable:
        return None
    return Problem(
        "published-beyond-request",
        "Chỉ được công khai những nội dung mà văn bản đề nghị cho phép.",
        "Only what the request lists may be made public.",
    )


def replies_match(s: Situation) -> Problem | None:
    """Each recommendation is answered, by its id (our addition to DL-5.4)."""
    cause = s.facts.cause
    asked = {entry.id for entry in getattr(cause.content, "recommendations", ())} if cause is not None else None
    if asked is None or asked == {reply.id for reply in s.content.replies}:
        return None
    return Problem(
        "recommendation-unanswered",
        "Phải trả lời từng kiến nghị.",
        "Each recommendation is answered, by its id.",
    )


def joint_investigation_asked(s: Situation) -> Problem | None:
    """The notice of a seizure asks that it be investigated jointly (DL-6.3)."""
    if s.content.joint_investigation_asked:
        return None
    return Problem(
        "joint-investigation",
        "Thông báo phải đề nghị các ngành liên quan phối hợp điều tra, xử lý.",
        "The notice asks the agencies concerned to investigate jointly.",
    )


def delegation_is_bounded(s: Situation) -> Problem | None:
    """A delegation ends, later than it begins and than now, and covers no delegating further (our addition)."""
    content = s.content
    further = {"DelegationGranted", "DelegationEnded"} & set(content.scope.event_types)
    if content.since < content.until and s.envelope.time < content.until and not further:
        return None
    return Problem(
        "delegation-unbounded",
        "Việc giao ký thay phải có thời hạn và không được giao lại.",
        "A delegation has a beginning and an end still to come, and the deputy delegates nothing further.",
    )
