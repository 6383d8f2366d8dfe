"""Conditions on events that answer another: the request is there, was theirs to answer, and came first."""

from __future__ import annotations

from events.known_event import KnownEvent
from events.regulation.situation import Situation
from events.regulation.verdict import Problem, Waiting


def answers(
    s: Situation,
    *,
    member: str,
    types: tuple[str, ...],
    held_by: str = "requester",
    optional: bool = False,
    own: bool = False,
) -> Problem | Waiting | None:
    """The event answers the one that its `member` names: of a type in `types`, held, asked of the sender, earlier.

    The envelope's cause is that same event. `held_by` says who besides the requester was bound to receive the
    request and so may wait for it: the `lead`, the `parties` of the case, `all` recipients, or nobody (`requester`).
    With `optional` the member may be absent; with `own` it may be the sender's own event, taken up before all who heard
    it. A co-recipient that never got the request cannot check it and leaves it to the requester.
    """
    named = getattr(s.content, member)
    if named is None:
        return None if optional else _nothing_answered(types)
    if s.envelope.cause != named:
        return Problem(
            "cause-differs",
            "Văn bản được trả lời trong nội dung khác với văn bản dẫn trong phong bì.",
            f"The content answers {named}, but the envelope's cause is {s.envelope.cause or 'missing'}.",
        )
    if s.facts.cause is None:
        return _unheld(s, named, types, held_by)
    return _fits(s, s.facts.cause, types, own=own)


def asker_alone_answered(s: Situation, *, clauses: tuple[str, ...]) -> Problem | None:
    """What was asked under one of `clauses` is answered to who asked and to nobody else (DL-10.4c)."""
    cause = s.facts.cause
    if cause is None or cause.envelope.clause not in clauses or set(s.envelope.agencies) == {cause.envelope.sender}:
        return None
    return Problem(
        "asker-alone",
        f"Chỉ được trả lời riêng cơ quan đã yêu cầu ({cause.envelope.sender}).",
        f"The answer goes to {cause.envelope.sender}, which asked, and to nobody else.",
    )


def _nothing_answered(types: tuple[str, ...]) -> Problem:
    return Problem(
        "answers-nothing",
        f"Văn bản phải trả lời một {'/'.join(types)}.",
        f"This must answer an event of type {'/'.join(types)}, and names none.",
    )


def _unheld(s: Situation, named: str, types: tuple[str, ...], held_by: str) -> Problem | Waiting | None:
    if not s.at_sender and len(s.envelope.agencies) > 1:
        untold = named in s.facts.untold  # its sender says that it was never addressed here: the others check it
        if not untold and _bound_to_hold(s, held_by):
            return Waiting((named,), f"{s.row.event_type} answers event {named}, which is not held here yet")
        return None
    # Whoever is the only one addressed must have asked, and an agency holds all that it sent.
    return Problem(
        "request-unknown",
        f"Không có văn bản {'/'.join(types)} nào mang mã {named}.",
        f"No {'/'.join(types)} {named} is held here: this answers a request that was never made.",
    )


def _bound_to_hold(s: Situation, held_by: str) -> bool:
    me = s.facts.me
    return (
        held_by == "all"
        or (held_by == "lead" and s.leads(me))
        or (held_by == "parties" and s.state is not None and s.state.is_party(me))
    )


def _fits(s: Situation, cause: KnownEvent, types: tuple[str, ...], *, own: bool) -> Problem | None:
    asked = cause.envelope
    if cause.event_type not in types:
        return _nothing_answered(types)
    if cause.refused:
        return Problem(
            "request-refused",
            "Văn bản được trả lời đã bị từ chối tiếp nhận.",
            f"The event answered, {cause.id}, was refused here and asks for nothing.",
        )
    if asked.case != s.envelope.case:
        return Problem(
            "request-of-other-case",
            "Văn bản được trả lời thuộc vụ việc khác.",
            f"The event answered, {cause.id}, belongs to another case.",
        )
    return _own_heard(s, cause) if own and asked.sender == s.envelope.sender else _asked_of_sender(s, cause)


def _own_heard(s: Situation, cause: KnownEvent) -> Problem | None:
    left_out = sorted(set(cause.envelope.agencies).difference(s.envelope.agencies))
    if not left_out and s.envelope.time >= cause.envelope.time:
        return None
    return Problem(
        "hearers-not-addressed",
        f"Phải gửi đến mọi nơi đã nhận văn bản đó; còn thiếu: {', '.join(left_out)}.",
        f"Everybody who received that event hears of this, later than of it; missing: {', '.join(left_out)}.",
    )


def _asked_of_sender(s: Situation, cause: KnownEvent) -> Problem | None:
    asked = cause.envelope
    if s.envelope.sender not in asked.agencies:
        return Problem(
            "not-asked",
            f"Cơ quan {s.envelope.sender} không được hỏi trong văn bản đó.",
            f"Agency {s.envelope.sender} was not among those asked in {cause.id}.",
        )
    if s.envelope.time < asked.time:
        return Problem(
            "dated-before-request",
            "Văn bản trả lời đề thời điểm trước văn bản yêu cầu.",
            f"The answer is dated before the event that it answers, {cause.id}.",
        )
    if asked.sender not in s.envelope.agencies:
        return Problem(
            "requester-not-addressed",
            f"Phải gửi cho cơ quan đã yêu cầu ({asked.sender}).",
            f"Agency {asked.sender}, which asked, must be among the recipients.",
        )
    return None


def refers_to_held(s: Situation, *, member: str, types: tuple[str, ...]) -> Problem | None:
    """The event passes on or takes up another that its sender holds, and names it as its cause too."""
    cause, named = s.facts.cause, getattr(s.content, member)
    if s.envelope.cause != named:
        return Problem(
            "cause-differs",
            "Văn bản được dẫn trong nội dung khác với văn bản dẫn trong phong bì.",
            f"The content refers to {named}, but the envelope's cause is {s.envelope.cause or 'missing'}.",
        )
    if cause is None and not s.at_sender:
        return None
    if cause is not None and not cause.refused and cause.event_type in types and s.envelope.time >= cause.envelope.time:
        return None
    return Problem(
        "refers-to-nothing",
        f"Phải dẫn một {'/'.join(types)} có trong sổ, đề trước văn bản này.",
        f"This must refer to an earlier {'/'.join(types)} that its sender holds.",
    )
