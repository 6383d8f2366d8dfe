"""Conditions on who leads: competence for the category, discovery, DIC's notice, and the passing of the lead."""

from __future__ import annotations

from events.regulation.passing_lead import lead_under_way
from events.regulation.situation import Situation
from events.regulation.verdict import Problem
from events.regulation.vocabulary import competent_roles


def lead_is_competent(s: Situation) -> Problem | None:
    """Whoever opens a case is competent to lead its category, in the role it acts in (LC-2.2a, DL-3.2a)."""
    competent = competent_roles(s.facts.rules.regulation, s.content.category)
    return None if s.envelope.role in competent else _incompetent(s.envelope.sender, s.content.category, competent)


def new_lead_is_competent(s: Situation) -> Problem | None:
    """The lead passes only to a party that is addressed and competent for the category (LC-2.2a, DL-3.2a)."""
    state = s.state
    if s.content.dossier is None and (waiting := lead_under_way(s)) is not None:
        return waiting
    if s.content.to not in s.envelope.agencies:
        return Problem(
            "new-lead-not-addressed",
            f"Phải gửi cho cơ quan chủ trì mới ({s.content.to}).",
            f"The new lead, {s.content.to}, must be among the recipients.",
        )
    if state is None or state.category is None:
        return None
    # Of two openings in conflict each may name another category, and they come in any order: the lead passes what is
    # its own, so that by its own opening everybody judges alike.
    own = {opening.category for opening in state.openings.values() if opening.lead == s.envelope.sender}
    if None in own and not s.at_sender:
        return None
    categories = sorted(category for category in own if category is not None) or [state.category]
    competent = tuple(dict.fromkeys(r for c in categories for r in competent_roles(s.facts.rules.regulation, c)))
    return None if s.roles_of(s.content.to) & set(competent) else _incompetent(s.content.to, categories[0], competent)


def _incompetent(agency: str, category: str, competent: tuple[str, ...]) -> Problem:
    return Problem(
        "lead-not-competent",
        f"Cơ quan {agency} không có thẩm quyền chủ trì “{category}”; có thẩm quyền: {', '.join(competent)}.",
        f"Agency {agency} is not competent to lead on {category!s}; competent: {', '.join(competent)}.",
    )


def sender_leads(s: Situation) -> Problem | None:
    """The sender leads the case, whatever its role."""
    if s.leads(s.envelope.sender):
        return None
    return Problem(
        "not-lead",
        f"Cơ quan {s.envelope.sender} không phải cơ quan chủ trì vụ việc.",
        f"Agency {s.envelope.sender} does not lead the case.",
    )


def discovery_stated(s: Situation) -> Problem | None:
    """The opening says that its sender found the case itself (LC-7.2a)."""
    if s.content.discovered_by_sender:
        return None
    return Problem(
        "not-discovered",
        "Điều khoản này chỉ dành cho vụ việc do Công an tỉnh tự phát hiện.",
        "This clause is for cases that the police found themselves; the opening says otherwise.",
    )


def discovery_is_anothers(s: Situation, *, roles: tuple[str, ...]) -> Problem | None:
    """A holder of one of `roles` that found the case itself opens it by the clause made for that (LC-7.2a)."""
    if s.envelope.role not in roles or not s.content.discovered_by_sender:
        return None
    return Problem(
        "discovered",
        "Vụ việc do Công an tỉnh tự phát hiện thì mở theo điều khoản dành cho vụ việc đó.",
        "What the police found themselves they open by the clause made for it.",
    )


def sender_discovered_case(s: Situation) -> Problem | None:
    """The sender found the case itself (LC-7.2: “vụ việc khác do Công an tỉnh phát hiện”), as its opening says."""
    state = s.state
    if state is not None and s.envelope.sender in state.discovered_by():
        return None
    return Problem(
        "not-discovered",
        "Chỉ áp dụng trong vụ việc do chính Công an tỉnh phát hiện, không phải vụ việc theo thông báo của Sở.",
        "This holds only in a case that the police themselves discovered, not in one that came by notice.",
    )


def dic_notice_precedes(s: Situation) -> Problem | None:
    """The case is opened after a notice from DIC, which the opening cites as its basis (LC-7.1).

    DIC, as a recipient, holds its own notices and so checks; others who were not addressed cannot.
    """
    basis = s.facts.basis
    if basis is not None:
        notice = basis.event_type == "SuspicionReferred" and not basis.refused
        from_dic = notice and "dic" in s.facts.directory.roles_of(basis.envelope.sender, basis.envelope.time)
        if from_dic and s.envelope.sender in basis.envelope.agencies and basis.envelope.time <= s.envelope.time:
            return None
    elif not s.at_sender and "dic" not in s.roles_of(s.facts.me):
        return None
    return Problem(
        "no-dic-notice",
        "Công an tỉnh chủ trì theo khoản này khi có thông báo của Sở Thông tin và Truyền thông; phải dẫn thông báo đó.",
        "Under this clause police lead after DIC's notice: cite the SuspicionReferred that DIC sent them as basis.",
    )
