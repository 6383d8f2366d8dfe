"""The rule, as far as an auditor can check it: from the envelope, from what the envelope cites, and from open contents.

1. the sender holds the role that it names, when it signs
2. a row of the clause that is cited lets this role, or a place in the case, send this type, with this signatory
3. a row that needs a case has one, and its basis
4. every recipient is a party of the regulation, and one that the row lets hear this; those who must hear it do
5. the conditions that show in the envelope: in force, a due time, an answer to what was asked, one's own event
6. the conditions on the content alone, where the content is open

Who leads a case, who takes part in it and in what state it is stand in contents that the auditor does not have: what
hangs on that its recipients have checked, and their receipts say so. A rule that is broken becomes a finding only where
a recipient admitted the event: one that all recipients refused shows that the rule was kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any, NamedTuple

from events.audit.finding import AuditCheck
from events.audit.lean_envelope import LeanEnvelope
from events.catalogue import content_model
from events.content import Content
from events.directory import Directory
from events.envelope import parse_envelope
from events.errors import Malformed, UnknownEventType
from events.facts import Facts
from events.instants import VIETNAM, format_instant, parse_instant
from events.regulation.row import Check, RuleRow
from events.regulation.situation import Situation
from events.regulation.table import RuleTable
from events.regulation.verdict import Problem

CONTENT_CONDITIONS = frozenset(
    {
        "attachments_travel", "attested", "category_known", "channel_is", "decision_cites_law", "fields_in_scope",
        "kind_is", "legal_basis_cited", "paper_registered", "secrecy_below_mat",
    }
)  # fmt: skip
"""The conditions that look at nothing but the content."""


class Breach(NamedTuple):
    """What is wrong, in both languages."""

    check: AuditCheck
    vi: str
    en: str


class _Plan(NamedTuple):
    """What is left to check of an event once its sender, clause and recipients are known to be right."""

    row: RuleRow | None
    breach: Breach | None
    in_force_from: str
    needs_due: bool
    citing: tuple[Check, ...]


_PASSED = _Plan(None, None, "", needs_due=False, citing=())


class RuleChecks:
    """The rules of one regulation, and who held which role when: by the newest directory, which rewrites no past."""

    def __init__(self, rules: RuleTable, directory: Directory) -> None:
        self._rules = rules
        self._directory = directory
        self._edges = sorted(
            {
                format_instant(edge)
                for agency in directory.agencies.values()
                for term in agency.roles
                for edge in (term.since, term.until)
                if edge is not None
            }
        )
        self._plans: dict[tuple[Any, ...], _Plan] = {}

    def needs_cited(self, envelope: LeanEnvelope, capacity: str) -> bool:
        """Whether `breach` looks at the event that the envelope names as its cause."""
        return bool(self._plan(envelope, capacity).citing)

    def breach(self, envelope: LeanEnvelope, capacity: str, cause: LeanEnvelope | None) -> Breach | None:
        """Why the event is unlawful; None as far as its envelope shows. `cause` is the event it cites, where held."""
        plan = self._plan(envelope, capacity)
        if plan.breach is not None:
            return plan.breach
        if envelope.time < plan.in_force_from:
            return Breach(AuditCheck.RULE, "Quy chế chưa có hiệu lực.", "The regulation was not in force yet.")
        if plan.needs_due and (envelope.due is None or envelope.due <= envelope.time):
            return Breach(
                AuditCheck.RULE, "Yêu cầu không nêu thời hạn trả lời.", "The request states no time to answer by."
            )
        for check in plan.citing:
            if (found := self._citing(check, envelope, cause)) is not None:
                return found
        return None

    def content_breach(
        self, envelope_bytes: bytes, envelope: LeanEnvelope, capacity: str, content_bytes: bytes
    ) -> Breach | None:
        """As `breach`, for the content of a document that was opened."""
        row = self._plan(envelope, capacity).row
        if row is None:
            return None
        try:
            content: Content = content_model(envelope.event_type, envelope.version).from_bytes(content_bytes)
        except (UnknownEventType, Malformed) as error:
            return Breach(AuditCheck.RULE, "Không đọc được nội dung đã mở.", f"The content cannot be read: {error}.")
        parsed = parse_envelope(envelope_bytes)
        facts = Facts(me=envelope.sender, now=parsed.time, directory=self._directory, rules=self._rules)
        situation = Situation(parsed, content, capacity, facts, row, "receiver")
        for check in row.checks:
            if check.name in CONTENT_CONDITIONS and isinstance(found := check.condition(situation), Problem):
                return Breach(AuditCheck.RULE, found.vi, found.en)
        return None

    # --- what is the same for many events ---

    def _plan(self, envelope: LeanEnvelope, capacity: str) -> _Plan:
        key = (
            envelope.event_type, envelope.clause, envelope.role, capacity, envelope.sender, envelope.agencies,
            envelope.case is None, envelope.basis is None, envelope.docnumber == 0,
            bisect_right(self._edges, envelope.time),
        )  # fmt: skip
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) > 50_000:
                self._plans.clear()
            plan = self._plans[key] = self._make_plan(envelope, capacity)
        return plan

    def _make_plan(self, envelope: LeanEnvelope, capacity: str) -> _Plan:
        at = parse_instant(envelope.time)
        sender, role = envelope.sender, envelope.role
        held = self._directory.roles_of(sender, at)
        if not envelope.is_protocol and role not in held:
            return _broken(
                AuditCheck.ROLE,
                f"{sender} không giữ vai trò “{role}” vào thời điểm ký.",
                f"{sender} did not hold the role {role} when it signed.",
            )
        row = self._row(envelope)
        if row is None:
            return _broken(
                AuditCheck.RULE,
                f"Không quy tắc nào theo {envelope.clause or 'giao thức'} cho vai trò “{role}” gửi "
                f"{envelope.event_type}.",
                f"No rule under {envelope.clause or 'the protocol'} lets the role {role} send {envelope.event_type}.",
            )
        if capacity not in row.capacities:
            return _broken(
                AuditCheck.RULE,
                f"Người ký với tư cách {capacity} không được ký văn bản này.",
                f"A key of capacity {capacity} may not sign this.",
            )
        if row.is_protocol:
            unlisted = [agency for agency in envelope.agencies if agency not in self._directory.agencies]
            return _unlisted(unlisted[0]) if unlisted else _PASSED
        if row.case != "optional" and (envelope.case is None or (row.case == "required" and envelope.basis is None)):
            return _broken(
                AuditCheck.RULE,
                "Văn bản phải thuộc một vụ việc và nêu căn cứ trong vụ việc đó.",
                "It must belong to a case, and name its basis there.",
            )
        if (wrong := self._recipients(envelope, row, at)) is not None:
            return wrong
        return _Plan(
            row,
            None,
            _in_force_from(row),
            any(check.name == "due_is_stated" for check in row.checks),
            tuple(check for check in row.checks if check.name in _CITING and not check.params.get("optional")),
        )

    def _row(self, envelope: LeanEnvelope) -> RuleRow | None:
        known = self._rules.known_roles if envelope.is_protocol else self._rules.named_roles
        if envelope.role not in known:
            return None
        for row in self._rules.by_type_and_clause.get((envelope.event_type, envelope.clause), ()):
            if row.is_protocol != envelope.is_protocol:
                return None
            if row.admits_role(envelope.role) or row.from_lead or row.from_participants:
                return None if any(envelope.role in named for _, named in row.yields_to) else row
        return None

    def _recipients(self, envelope: LeanEnvelope, row: RuleRow, at: datetime) -> _Plan | None:
        agencies = envelope.agencies
        for agency in agencies:
            roles = self._directory.roles_of(agency, at)
            if not roles & self._rules.named_roles:
                return _unlisted(agency)
            open_to = row.recipient_roles is None or roles & row.recipient_roles
            if not (open_to or row.to_lead or row.to_participants):
                return _broken(
                    AuditCheck.RULE,
                    f"Theo {row.clause} không được gửi {row.event_type} cho {agency}.",
                    f"Under {row.clause} {agency} may not be sent {row.event_type}.",
                )
        for group in row.include:
            holders = {a for role in group.roles for a in self._directory.agencies_with_role(role, at)}
            holders.discard(envelope.sender)
            own = self._directory.roles_of(envelope.sender, at) & group.roles
            lacking = holders - set(agencies) if group.all else not own and not holders & set(agencies)
            if lacking:
                return _broken(
                    AuditCheck.RULE,
                    f"Phải gửi cho cơ quan giữ vai trò {', '.join(sorted(group.roles))}.",
                    f"It must also go to {', '.join(sorted(group.roles))}.",
                )
        return None

    # --- what hangs on the event cited ---

    def _citing(self, check: Check, envelope: LeanEnvelope, cause: LeanEnvelope | None) -> Breach | None:
        if envelope.cause is None:
            return Breach(
                AuditCheck.RULE, "Văn bản phải dẫn văn bản mà nó trả lời.", "It must name the event that it answers."
            )
        if cause is None:
            return None
        types: Any = check.params.get("types", ())
        if types and cause.event_type not in types:
            return Breach(
                AuditCheck.RULE,
                f"Văn bản được dẫn là {cause.event_type}, không phải {'/'.join(types)}.",
                f"The event that it names is a {cause.event_type}, no {'/'.join(types)}.",
            )
        heirs = self._directory.heirs_at(parse_instant(envelope.time))
        if check.params.get("own") and _takes_up_own(envelope, cause, heirs) is None:
            return None
        return _CITING[check.name](envelope, cause, heirs)


def _stands_for(agency: str, others: tuple[str, ...], heirs: Mapping[str, str]) -> bool:
    return agency in others or heirs.get(agency) in others


def _answers(envelope: LeanEnvelope, cause: LeanEnvelope, heirs: Mapping[str, str]) -> Breach | None:
    asked = any(_stands_for(agency, (envelope.sender,), heirs) for agency in cause.agencies)
    if not asked or cause.case != envelope.case:
        return Breach(
            AuditCheck.RULE,
            "Bên gửi không được hỏi trong văn bản được dẫn, hoặc văn bản đó thuộc vụ việc khác.",
            "The sender was not asked by the event that it answers, or that one is of another case.",
        )
    if not _stands_for(cause.sender, envelope.agencies, heirs):
        return Breach(
            AuditCheck.RULE,
            f"Phải gửi cho cơ quan đã yêu cầu ({cause.sender}).",
            f"The answer must go to who asked ({cause.sender}).",
        )
    return None


def _takes_up_own(envelope: LeanEnvelope, cause: LeanEnvelope, heirs: Mapping[str, str]) -> Breach | None:
    if cause.is_protocol or not _stands_for(cause.sender, (envelope.sender,), heirs):
        return Breach(
            AuditCheck.RULE,
            "Chỉ được dẫn văn bản do chính mình đã gửi.",
            "It takes up an event that is not its sender's own.",
        )
    return None


def _refers(_envelope: LeanEnvelope, _cause: LeanEnvelope, _heirs: Mapping[str, str]) -> Breach | None:
    return None  # the type of what is cited is all that shows


_CITING = {"answers": _answers, "takes_up_own": _takes_up_own, "refers_to_held": _refers}


def _broken(check: AuditCheck, vi: str, en: str) -> _Plan:
    return _PASSED._replace(breach=Breach(check, vi, en))


def _unlisted(agency: str) -> _Plan:
    return _broken(
        AuditCheck.RULE,
        f"{agency} không có trong danh bạ với vai trò nào của Quy chế.",
        f"{agency} is in no directory under a role of the regulation.",
    )


def _in_force_from(row: RuleRow) -> str:
    days: list[Any] = [check.params["since"] for check in row.checks if check.name == "regulation_in_force"]
    return max((format_instant(datetime.combine(day, time(), VIETNAM).astimezone(UTC)) for day in days), default="")
