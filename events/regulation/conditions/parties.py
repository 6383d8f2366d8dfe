"""Conditions on who takes part: newcomers, and what is said inside a case."""

from __future__ import annotations

from events.regulation.passing_lead import lead_under_way
from events.regulation.situation import Situation
from events.regulation.verdict import Problem


def within_cited_case(s: Situation) -> Problem | None:
    """What cites a case is said by one of its parties to parties (confidentiality, LC-2.4a, DL-11.1).

    Only the sender, who knows all parties, can tell about recipients; a receiver tells about the sender.
    """
    state = s.state
    if s.envelope.case is None or state is None or not state.openings:
        return None
    if not state.is_party(s.envelope.sender):
        return _outside(s.envelope.sender) if s.knows_parties else None
    if s.knows_parties:
        for agency in s.envelope.agencies:
            if not state.is_party(agency):
                return _outside(agency)
    return None


def _outside(agency: str) -> Problem:
    return Problem(
        "outside-case",
        f"Cơ quan {agency} không tham gia vụ việc được dẫn.",
        f"Agency {agency} takes no part in the case that is cited; add it first, or cite no case.",
    )


def sender_takes_part(s: Situation) -> Problem | None:
    """If a case is cited, the sender takes part in it; the recipient need not (an enterprise that is asked)."""
    state = s.state
    if s.envelope.case is None or not s.knows_parties:
        return None
    if state is not None and state.is_party(s.envelope.sender):
        return None
    return _outside(s.envelope.sender)


def lead_addressed(s: Situation) -> Problem | None:
    """If a case is cited, its lead hears of this: it has to know what binds people in its case."""
    state = s.state
    if s.envelope.case is None or state is None or state.lead is None or not s.knows_parties:
        return None
    if s.leads(s.envelope.sender) or state.lead in s.envelope.agencies:
        return None
    return Problem(
        "lead-not-addressed",
        f"Phải gửi cho cơ quan chủ trì vụ việc ({state.lead}).",
        f"The case's lead, {state.lead}, must be among the recipients.",
    )


def newcomer_briefed(s: Situation) -> Problem | None:
    """The newcomer is addressed, was no party before, and is briefed with the opening and the lead as they are."""
    state, content = s.state, s.content
    if (waiting := lead_under_way(s)) is not None:
        return waiting
    if content.participant not in s.envelope.agencies:
        return Problem(
            "newcomer-not-addressed",
            f"Phải gửi cho cơ quan được bổ sung ({content.participant}).",
            f"The agency that is added, {content.participant}, must be among the recipients.",
        )
    if s.at_sender and state is not None and state.is_party(content.participant):
        return Problem(
            "already-party",
            f"Cơ quan {content.participant} đã tham gia vụ việc.",
            f"Agency {content.participant} takes part already.",
        )
    known = s.welcomes_me or (state is not None and content.briefing.opening in state.openings)
    # A lead that leads by two openings may brief on the one that this agency was not told of.
    known = known or (not s.at_sender and state is not None and state.leads(s.envelope.sender))
    if content.briefing.lead == s.envelope.sender and known:
        return None
    return Problem(
        "briefing-wrong",
        "Tóm tắt vụ việc nêu sai cơ quan chủ trì hoặc văn bản mở vụ việc.",
        "The briefing names another lead or another opening than the case has.",
    )
