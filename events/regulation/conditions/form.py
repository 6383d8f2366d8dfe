"""Conditions on the document itself: its secrecy, channel, paper original, field, category and date."""

from __future__ import annotations

from datetime import date

from events.attachments import attachments_of
from events.instants import vietnam_date
from events.regulation.situation import Situation
from events.regulation.verdict import Problem
from events.regulation.vocabulary import competence
from events.types.attachment import MAX_ATTACHMENT_BYTES


def secrecy_below_mat(s: Situation) -> Problem | None:
    """State secrets may not travel here: a document marked Mật or higher is refused (promise 5)."""
    if s.content.secrecy == "none":
        return None
    label = s.content.secrecy.vi
    return Problem(
        "secrecy",
        f"Văn bản mang dấu độ mật “{label}”: bí mật nhà nước không được truyền qua hệ thống này.",
        f"The document is marked {label} ({s.content.secrecy.en}): state secrets may not travel here; use paper.",
    )


def regulation_in_force(s: Situation, *, since: date) -> Problem | None:
    """No event under a regulation is dated before it is in force (LC-D3, DL-D3); `since` is a day in Vietnam."""
    signed = vietnam_date(s.envelope.time)
    if signed >= since:
        return None
    return Problem(
        "not-in-force",
        f"Quy chế có hiệu lực từ {since:%d/%m/%Y}; văn bản đề ngày {signed:%d/%m/%Y}.",
        f"The regulation is in force from {since.isoformat()}; the event is dated {signed.isoformat()}.",
    )


def fields_in_scope(s: Situation, *, fields: tuple[str, ...]) -> Problem | None:
    """Every matter carries at least one field that the regulation covers, and no other (LC-1.1, DL-1)."""
    if s.content.fields and all(field in fields for field in s.content.fields):
        return None
    return Problem(
        "field-out-of-scope",
        f"Lĩnh vực ngoài phạm vi Quy chế; các lĩnh vực được điều chỉnh: {', '.join(fields)}.",
        f"A field is outside the regulation; it covers: {', '.join(fields)}.",
    )


def category_known(s: Situation) -> Problem | None:
    """The category of violation is one of this regulation's (competence.csv)."""
    if s.content.category in competence(s.facts.rules.regulation):
        return None
    return Problem(
        "category-unknown",
        f"Quy chế không nêu loại vi phạm “{s.content.category.vi}”; dùng loại “các vi phạm khác”.",
        f"This regulation knows no category {s.content.category!s}; use 'other'.",
    )


def channel_is(s: Situation, *, allowed: tuple[str, ...]) -> Problem | None:
    """The information goes by a channel that the clause knows (LC-2.4, LC-4.1a, LC-7.2b, DL-11.1)."""
    if s.content.channel in allowed:
        return None
    return Problem(
        "channel",
        f"Không được cung cấp {s.content.channel.vi} theo quy định này.",
        f"This may not be given {s.content.channel.en} under this clause; allowed: {', '.join(allowed)}.",
    )


def paper_registered(s: Situation) -> Problem | None:
    """Where the event registers a paper, the paper was signed on that day or before (DL-11.1)."""
    paper = s.content.paper
    if paper is None or paper.date <= vietnam_date(s.envelope.time):
        return None
    return Problem(
        "paper-dated-later",
        f"Bản giấy đề ngày {paper.date:%d/%m/%Y}, sau ngày đăng ký điện tử.",
        f"The paper is dated {paper.date.isoformat()}, after the event that registers it.",
    )


def due_is_stated(s: Situation) -> Problem | None:
    """A request names a time to answer by, after the request itself (LC-3.3)."""
    if s.envelope.due is not None and s.envelope.due > s.envelope.time:
        return None
    return Problem(
        "due-missing",
        "Yêu cầu phải nêu thời hạn trả lời, sau thời điểm yêu cầu.",
        "A request states a time to answer by, later than itself: set `due`.",
    )


def legal_basis_cited(s: Situation) -> Problem | None:
    """The written request cites the authority it rests on (DL-10.4c: Article 4 of Decree 151/2005/NĐ-CP)."""
    if s.content.legal_basis and s.content.legal_basis.strip():
        return None
    return Problem(
        "legal-basis-missing",
        "Yêu cầu phải dẫn thẩm quyền theo Điều 4 Nghị định 151/2005/NĐ-CP.",
        "The request must cite the competence under Article 4 of Decree 151/2005/NĐ-CP.",
    )


def kind_is(s: Situation, *, allowed: tuple[str, ...]) -> Problem | None:
    """The information shared is of the kind that the clause is about."""
    if s.content.kind in allowed:
        return None
    return Problem(
        "kind",
        f"Điều khoản này không áp dụng cho loại thông tin “{s.content.kind.vi}”.",
        f"This clause is not about {s.content.kind.en}; it is about: {', '.join(allowed)}.",
    )


def attachments_travel(s: Situation) -> Problem | None:
    """Each file that the document names is small enough to reach its recipients (our limit)."""
    large = [one.name for one in attachments_of(s.content) if one.size_bytes > MAX_ATTACHMENT_BYTES]
    if not large:
        return None
    return Problem(
        "attachment-too-large",
        f"Tệp kèm theo lớn hơn 20 MiB không gửi được: {', '.join(large)}.",
        f"Attachments of more than 20 MiB do not travel: {', '.join(large)}; divide them.",
    )
