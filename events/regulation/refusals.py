"""The refusals that every row can lead to, each with its stable reason token and a sentence in both languages.

Conditions bring their own sentences; `condition` wraps them.
"""

from __future__ import annotations

from collections.abc import Sequence

from events.case_parts import CaseStatus
from events.envelope import Envelope
from events.regulation.row import Check, Forbidden, RuleRow
from events.regulation.table import RuleTable
from events.regulation.verdict import Problem, Unlawful


def _by_row(row: RuleRow, reason: str, vi: str, en: str, *, clause: str | None = None, origin: str = "") -> Unlawful:
    return Unlawful(row, clause or row.clause, reason, vi, en, origin or row.origin)


def role_not_named(rules: RuleTable, envelope: Envelope) -> Unlawful:
    """The regulation does not name the role."""
    return Unlawful(
        None, rules.party_clause, "role-not-named",
        f"Quy chế không nêu vai trò “{envelope.role}”; chỉ các bên được nêu mới tham gia trao đổi.",
        f"The regulation names no role {envelope.role!r}; send under a role that the directory gives you.",
    )  # fmt: skip


def role_not_held(rules: RuleTable, envelope: Envelope) -> Unlawful:
    """The sender does not hold the role it claims."""
    return Unlawful(
        None, rules.party_clause, "role-not-held",
        f"Cơ quan {envelope.sender} không giữ vai trò “{envelope.role}” vào thời điểm ký.",
        f"Agency {envelope.sender} did not hold the role {envelope.role!r} when it signed; see the directory.",
    )  # fmt: skip


def unknown_party(rules: RuleTable, agency: str) -> Unlawful:
    """An agency that is in no directory, or there without a role of the regulation."""
    return Unlawful(
        None, rules.party_clause, "unknown-party",
        f"Cơ quan {agency} không có trong danh bạ với vai trò nào của Quy chế; phải được ghi vào danh bạ trước.",
        f"Agency {agency} is not in the directory under a role of the regulation; it has to be entered there first.",
        "ours",
    )  # fmt: skip


def no_such_row(rules: RuleTable, envelope: Envelope) -> Unlawful:
    """No row of the clause that is cited carries this type."""
    others = ", ".join(dict.fromkeys(row.clause or row.id for row in rules.by_type.get(envelope.event_type, ())))
    cited = envelope.clause or "-"
    return Unlawful(
        None, envelope.clause, "no-such-row",
        f"Không có quy tắc nào theo {cited} cho {envelope.event_type}; các căn cứ có thể dùng: {others or 'không có'}.",
        f"No rule under {cited} carries {envelope.event_type}; clauses that do: {others or 'none'}.",
    )  # fmt: skip


def forbidden(entry: Forbidden) -> Unlawful:
    """The regulation has no row for this role, and the table says what stands against it."""
    return Unlawful(None, entry.clause, "forbidden", entry.text_vi, entry.text_en, entry.origin)


def wrong_form(row: RuleRow, envelope: Envelope) -> Unlawful:
    """A document in the form of a protocol message, or the other way round."""
    vi, en = "văn bản có số, ký hiệu", "a document with number and symbol"
    if row.is_protocol:
        vi, en = "thông điệp giao thức, không số văn bản", "a protocol message, without a document number"
    return _by_row(
        row, "wrong-form",
        f"{envelope.event_type} phải là {vi}.",
        f"{envelope.event_type} must be {en}.",
        origin="ours",
    )  # fmt: skip


def sender_role(row: RuleRow, envelope: Envelope) -> Unlawful:
    """The clause gives this to other roles."""
    allowed = ", ".join(sorted(row.sender_roles or ()))
    return _by_row(
        row, "sender-role",
        f"{row.clause} không cho vai trò “{envelope.role}” gửi {row.event_type}; chỉ: {allowed}.",
        f"{row.clause} does not let role {envelope.role!r} send {row.event_type}; only: {allowed}.",
    )  # fmt: skip


def special_clause(row: RuleRow, clause: str, role: str) -> Unlawful:
    """A clause made for this role stands before the general one."""
    return _by_row(
        row, "special-clause",
        f"Đối với vai trò “{role}” đã có quy định riêng tại {clause}; không dùng {row.clause} để bỏ qua yêu cầu đó.",
        f"For role {role!r} {clause} is made; {row.clause} may not be cited to get around what it asks.",
        clause=clause, origin="ours",
    )  # fmt: skip


_SIGNERS = {"head": "Thủ trưởng", "deputy": "cấp phó", "service": "dịch vụ (máy)"}


def signatory(row: RuleRow, capacity: str) -> Unlawful:
    """The key's capacity is not the one that the clause accepts."""
    if row.capacities == {"service"}:
        vi, en = "Thông điệp giao thức do khóa dịch vụ ký", "A protocol message is signed by the service's key"
    elif row.capacities == {"head"}:
        vi, en = "Phải có chữ ký điện tử của Thủ trưởng cơ quan", "The head's own electronic signature is required"
    else:
        vi = "Phải do Thủ trưởng ký, hoặc cấp phó được giao ký thay"
        en = "The head, or a deputy for the head, has to sign"
    return _by_row(
        row, "signatory",
        f"{vi}; khóa đã ký là khóa của {_SIGNERS.get(capacity, capacity)}.",
        f"{en}; the key that signed is a {capacity} key.",
        clause=row.signatory_clause,
    )  # fmt: skip


def case_missing(row: RuleRow) -> Unlawful:
    """The row is for events of a case, and none is named."""
    return _by_row(row, "case-missing", "Văn bản phải nêu vụ việc.", "The event must name its case.", origin="ours")


def already_open(row: RuleRow) -> Unlawful:
    """The case was opened already, as the sender knows."""
    return _by_row(
        row, "already-open",
        "Vụ việc đã được mở; mỗi vụ việc chỉ có một cơ quan chủ trì.",
        "The case is open already; it has exactly one lead.", origin="ours",
    )  # fmt: skip


def basis_missing(row: RuleRow) -> Unlawful:
    """The event does not cite what gives its sender its standing."""
    return _by_row(
        row, "basis-missing",
        "Văn bản phải dẫn sự kiện làm căn cứ tham gia vụ việc (basis).",
        "The event must cite as basis the event that gives its sender its standing in the case.", origin="ours",
    )  # fmt: skip


def basis_not_held(row: RuleRow, basis: str) -> Unlawful:
    """The sender cites a basis that it does not hold."""
    return _by_row(
        row, "basis-not-held",
        f"Căn cứ {basis} không có trong sổ của cơ quan gửi.",
        f"The basis {basis} is not in the sender's own record; cite one that is.", origin="ours",
    )  # fmt: skip


def basis_gives_no_standing(row: RuleRow, basis: str) -> Unlawful:
    """The basis was refused, is of another case, or opens nothing."""
    return _by_row(
        row, "basis-gives-no-standing",
        f"Căn cứ {basis} không tạo tư cách trong vụ việc này (đã bị từ chối, hoặc thuộc vụ việc khác).",
        f"The basis {basis} gives no standing in this case: it was refused here, or belongs to another case.",
        origin="ours",
    )  # fmt: skip


def basis_not_told(row: RuleRow, basis: str, agencies: Sequence[str]) -> Unlawful:
    """Some recipients were told of nothing that gives the sender its standing: they could never judge this."""
    named = ", ".join(agencies)
    return _by_row(
        row, "basis-not-told",
        f"Nơi nhận {named} chưa được biết căn cứ {basis}, hoặc chỉ biết vụ việc đã kết thúc, nên không thể xem xét văn "
        "bản này; hãy dẫn căn cứ khác mà họ đã nhận, bổ sung họ vào vụ việc trước, hoặc để Sở xác định cơ quan "
        "chủ trì nếu có nhiều văn bản mở vụ việc.",
        f"The recipients {named} were not told of {basis}, nor of anything else that gives you this place in the case "
        "as it stands (whoever knows of closed openings alone holds that it is closed): "
        "rest it on an event that they received, add them to the case first, or leave them out; while two openings "
        "are in conflict, DIC resolves it.",
        origin="ours",
    )  # fmt: skip


def basis_not_told_here(row: RuleRow, basis: str) -> Unlawful:
    """The sender states that this agency was not told of the basis, and what is held here gives it no such place."""
    return _by_row(
        row, "basis-not-told",
        f"Cơ quan này không được gửi căn cứ {basis} và không biết tư cách của bên gửi; hãy dẫn căn cứ đã gửi đến đây.",
        f"This agency was not told of the basis {basis} and knows of no such place of the sender in the case: "
        "cite an event that was sent here too.",
        origin="ours",
    )  # fmt: skip


def case_status(row: RuleRow, status: CaseStatus) -> Unlawful:
    """The case's state does not allow it."""
    wanted = ", ".join(sorted(row.statuses))
    return _by_row(
        row, "case-status",
        f"Vụ việc đang ở trạng thái “{status}”; chỉ được gửi khi: {wanted}.",
        f"The case is {status}; this may be sent only while it is: {wanted}.", origin="ours",
    )  # fmt: skip


def no_standing(row: RuleRow, sender: str) -> Unlawful:
    """The sender has not the place in the case that the row wants."""
    lead_only = row.from_lead and not row.from_participants
    return _by_row(
        row, "not-lead" if lead_only else "not-party",
        f"Cơ quan {sender} không phải cơ quan {'chủ trì' if lead_only else 'tham gia'} vụ việc.",
        f"Agency {sender} {'does not lead' if lead_only else 'takes no part in'} the case.",
    )  # fmt: skip


def recipient(row: RuleRow, agency: str) -> Unlawful:
    """The row does not let this recipient hear it."""
    return _by_row(
        row, "recipient",
        f"{row.clause} không cho gửi {row.event_type} đến cơ quan {agency}.",
        f"{row.clause} does not let {row.event_type} go to agency {agency}.",
    )  # fmt: skip


def not_addressed(row: RuleRow, roles: Sequence[str], missing: Sequence[str]) -> Unlawful:
    """A role that must hear this is not among the recipients."""
    vi = f"Phải gửi cả cho {'/'.join(roles)}"
    en = f"{'/'.join(roles)} must be among the recipients"
    named = f" ({', '.join(missing)})" if missing else ""
    return _by_row(row, "not-addressed", f"{vi}{named} theo {row.clause}.", f"{en}{named} under {row.clause}.")


def parties_not_addressed(row: RuleRow, missing: Sequence[str]) -> Unlawful:
    """What opens, changes or closes a case goes to every party."""
    return _by_row(
        row, "parties-not-addressed",
        f"Văn bản mở, thay đổi, kết thúc vụ việc phải gửi đến mọi bên tham gia; còn thiếu: {', '.join(missing)}.",
        f"What opens, changes or closes a case goes to every party; not addressed: {', '.join(missing)}.",
        origin="ours",
    )  # fmt: skip


def category(row: RuleRow, found: str) -> Unlawful:
    """The clause is about other categories."""
    return _by_row(
        row, "category",
        f"{row.clause} không áp dụng cho loại vi phạm “{found}”.",
        f"{row.clause} is not about the category '{found}'; its categories: {', '.join(sorted(row.categories or ()))}.",
    )  # fmt: skip


def condition(row: RuleRow, check: Check, problem: Problem) -> Unlawful:
    """One of the row's conditions fails."""
    clause = problem.clause or check.clause or row.clause
    return Unlawful(row, clause, problem.reason, problem.vi, problem.en, check.origin)
