"""Conditions on events that take up an earlier one of their own sender: confirmations, corrections, recalls."""

from __future__ import annotations

from events.regulation.situation import Situation
from events.regulation.verdict import Problem


def takes_up_own(s: Situation, *, member: str, types: tuple[str, ...] = (), optional: bool = False) -> Problem | None:
    """The event that `member` names is the sender's own, earlier, of a type in `types` (any document, if none).

    The envelope's cause is that event, and everybody who heard of it hears of this. Whoever does not hold it leaves
    the check to the others.
    """
    named, cause = getattr(s.content, member), s.facts.cause
    if named is None and optional:
        return None
    if s.envelope.cause != named:
        return Problem(
            "cause-differs",
            "Văn bản được dẫn trong nội dung khác với văn bản dẫn trong phong bì.",
            f"The content takes up {named}, but the envelope's cause is {s.envelope.cause or 'missing'}.",
        )
    if cause is None and not s.at_sender:
        return None
    own = cause is not None and cause.envelope.sender == s.envelope.sender and not cause.envelope.is_protocol
    if cause is None or not own or (types and cause.event_type not in types) or s.envelope.time < cause.envelope.time:
        return Problem(
            "not-own-event",
            "Chỉ được dẫn văn bản do chính mình đã gửi trước đó.",
            f"This takes up an earlier event of its own sender{', a ' + '/'.join(types) if types else ''}.",
        )
    if left_out := sorted(set(cause.envelope.agencies).difference(s.envelope.agencies)):
        return Problem(
            "hearers-not-addressed",
            f"Phải gửi đến mọi nơi đã nhận văn bản đó; còn thiếu: {', '.join(left_out)}.",
            f"Everybody who received that event hears of this; missing: {', '.join(left_out)}.",
        )
    return None


FOLLOWED_IN_A_CASE = frozenset({"InfoRequested", "CoordinationRequested"})
"""The requests whose answers the case's state follows; of others the sender's own obligations say who is silent."""


def overdue_is_so(s: Situation) -> Problem | None:
    """The request's time has run out, and those named were asked and, as far as the requester knows, are silent.

    The due time is the one that the request's envelope states. An answer that crossed this on its way is admitted. Of
    who has taken something back the case's state cannot tell: an answer that was recalled is owed again.
    """
    cause, content = s.facts.cause, s.content
    if cause is None:
        return None
    state = s.state
    silent = set(cause.envelope.agencies)
    if s.at_sender and state is not None and cause.event_type in FOLLOWED_IN_A_CASE:
        open_request = state.requests.get(cause.id)
        silent &= {*(open_request.unanswered if open_request else ()), *state.took_back}
    passed = cause.envelope.due == content.due and s.envelope.time >= content.due
    if passed and set(content.unanswered_by) <= silent and set(content.unanswered_by) <= set(s.envelope.agencies):
        return None
    return Problem(
        "not-overdue",
        "Chỉ ghi nhận quá hạn khi đã hết thời hạn ghi trong yêu cầu và cơ quan được hỏi chưa trả lời.",
        "Silence is stated once the request's own time has run out, of those asked who have not answered, to them.",
    )
