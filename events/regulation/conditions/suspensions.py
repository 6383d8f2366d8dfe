"""Conditions on suspensions: what an order states, who lifts it, and what must end before the case closes."""

from __future__ import annotations

from events.regulation.situation import Situation
from events.regulation.verdict import Problem, Waiting


def suspension_has_scope_basis_end(s: Situation) -> Problem | None:
    """An order names services, scope, legal basis and its end, a moment to come or a condition (LC-2.6)."""
    return None if _ends(s) and s.content.legal_basis.strip() and s.content.targets else _incomplete()


def own_suspension_is_complete(s: Situation) -> Problem | None:
    """A stop on the enterprise's own initiative states scope, reason and end (DL-10.4b)."""
    complete = s.content.ends is not None and _ends(s) and s.content.scope is not None
    return None if complete and s.content.reason else _incomplete()


def _ends(s: Situation) -> bool:
    ends = s.content.ends
    return bool((ends.at is not None and ends.at > s.envelope.time) or (ends.condition and ends.condition.strip()))


def _incomplete() -> Problem:
    return Problem(
        "suspension-incomplete",
        "Việc tạm ngừng dịch vụ phải nêu rõ phạm vi, căn cứ hoặc lý do, và thời hạn hoặc điều kiện kết thúc.",
        "A suspension states its scope, its basis or reason, and its end: a later moment or a condition.",
    )


def targets_addressed(s: Situation) -> Problem | None:
    """Where the order names a service's provider, that enterprise is among the recipients (LC-10.3)."""
    for target in s.content.targets:
        provider = target.service.provider
        if provider is not None and provider not in s.envelope.agencies:
            return Problem(
                "provider-not-addressed",
                f"Doanh nghiệp {provider} cung cấp dịch vụ nhưng không có trong nơi nhận.",
                f"Enterprise {provider} provides a service that the order names, but is not addressed.",
            )
    return None


def on_own_initiative(s: Situation) -> Problem | None:
    """No order is named: in Đắk Lắk the enterprise stops by itself, and nobody may order it (DL-10.4b)."""
    if s.content.order is None:
        return None
    return Problem(
        "no-power-to-order",
        "Quy chế không cho cơ quan nào yêu cầu tạm ngừng; doanh nghiệp tự dừng dịch vụ và không dẫn yêu cầu.",
        "Nobody may order a suspension here; the enterprise stops by itself and names no order.",
    )


def lifts_own_measure(s: Situation, *, types: tuple[str, ...]) -> Problem | Waiting | None:
    """Whoever ordered or began a suspension lifts it, or the lead does; all who heard of it hear of this (LC-2.6).

    The envelope's cause is that order or execution. It may still be on its way to a recipient, which then waits for it;
    who was never told of it leaves the check to those who were. A lead lifts another's towards those alone who were
    told that it leads, and rests on what made it the lead: so each of them can judge it (decision 24).
    """
    envelope, cause, lifted = s.envelope, s.facts.cause, s.content.suspension
    if envelope.cause == lifted and cause is None and not s.at_sender:
        return (
            None if lifted in s.facts.untold else Waiting((lifted,), f"it lifts {lifted}, which is not held here yet")
        )
    if envelope.cause != lifted or cause is None or cause.refused or cause.event_type not in types:
        return _lifts_nothing()
    hearers = {cause.envelope.sender, *cause.envelope.agencies} - {envelope.sender}
    if envelope.time < cause.envelope.time or hearers.difference(envelope.agencies):
        return _lifts_nothing()
    return None if cause.envelope.sender == envelope.sender else _lifts_as_lead(s)


def _lifts_as_lead(s: Situation) -> Problem | Waiting | None:
    state, envelope = s.state, s.envelope
    if not s.leads(envelope.sender):
        if s.facts.basis is None and envelope.basis not in {None, *s.facts.untold} and not s.at_sender:
            return Waiting((str(envelope.basis),), f"it rests on event {envelope.basis}, which is not held here yet")
        return _lifts_nothing()
    if not s.at_sender or state is None:
        return None
    told = state.told_of_lead(envelope.sender) if state.openings_led(envelope.sender, envelope.basis) else ()
    strangers = sorted(set(envelope.agencies).difference(told if envelope.basis is not None else ()))
    if not strangers:
        return None
    return Problem(
        "lead-not-told",
        f"Nơi nhận {', '.join(strangers)} chưa được biết cơ quan này chủ trì vụ việc; hãy bổ sung họ vào vụ việc "
        "trước, hoặc đề nghị cơ quan đã yêu cầu chấm dứt việc tạm ngừng.",
        f"The recipients {', '.join(strangers)} were not told that you lead: add them to the case first, or let who "
        "ordered the suspension lift it.",
    )


def _lifts_nothing() -> Problem:
    return Problem(
        "lifts-nothing",
        "Chỉ cơ quan đã yêu cầu (hoặc chủ trì) được chấm dứt việc tạm ngừng, và gửi đến mọi nơi đã nhận.",
        "A suspension is lifted by who ordered or began it, or by the lead, with everyone addressed who heard of it.",
    )


def no_interim_suspension_in_force(s: Situation) -> Problem | None:
    """A case does not close over an interim suspension: it is lifted, or a decision makes it final (LC-2.6)."""
    state = s.state
    left = set(state.interim_suspensions(s.envelope.time)) if state is not None else set()
    left.difference_update(s.content.suspensions_made_final if s.content.decisions else ())
    if not left:
        return None
    return Problem(
        "interim-suspension",
        f"Còn lệnh tạm ngừng có hiệu lực ({', '.join(sorted(left))}); phải chấm dứt hoặc có quyết định giữ nguyên.",
        f"Interim suspensions are in force ({', '.join(sorted(left))}): lift them, or make them final by a decision.",
    )
