"""Conditions on look-ups (LC-4.1b) and on openings in conflict (LC-2.2a, DL-3.2a)."""

from __future__ import annotations

from events.regulation.situation import Situation
from events.regulation.verdict import Problem


def consultation_of_party(s: Situation) -> Problem | None:
    """Who looked takes part in the case and hears that its look is recorded; found is among what was looked for."""
    content, state = s.content, s.state
    keys = {record.id for record in content.records}
    party = state is None or not s.knows_parties or state.is_party(content.consulted_by)
    if party and content.consulted_by in s.envelope.agencies and set(content.found) <= keys:
        return None
    return Problem(
        "consultation",
        "Chỉ bên tham gia vụ việc được tra cứu; việc tra cứu được ghi nhận và gửi cho chính cơ quan đó.",
        "Only a party of the case looks up; the record of it goes to that agency, and names what was looked for.",
    )


def answers_what_was_looked_up(s: Situation) -> Problem | None:
    """The results are of the records that were asked for, each once."""
    cause, results = s.facts.cause, [result.record for result in s.content.results]
    if cause is None or sorted(results) == sorted(record.id for record in getattr(cause.content, "records", ())):
        return None
    return Problem(
        "lookup-results",
        "Kết quả phải ứng với từng dữ liệu được tra cứu.",
        "The results answer each record that was looked up, once.",
    )


def resolves_conflict(s: Situation) -> Problem | None:
    """The openings named are those in conflict, and the upheld one's agency leads (our addition to LC-2.2a).

    A recipient may hold other openings than DIC, or none; and a lead may have passed before DIC heard of it.
    """
    state, content = s.state, s.content
    upheld = state.openings.get(content.upheld) if state is not None else None
    named = set(content.openings)
    led = content.lead in s.envelope.agencies or content.lead == s.envelope.sender
    if not s.at_sender and content.upheld in named and led:
        return None
    fits = upheld is not None and upheld.lead == content.lead and content.upheld in named
    if fits and state is not None and s.at_sender and state.in_conflict and named == set(state.openings):
        return None
    return Problem(
        "resolves-nothing",
        "Phải nêu đủ các văn bản mở vụ việc đang mâu thuẫn, văn bản được giữ và cơ quan chủ trì của văn bản đó.",
        "Name the openings that are in conflict, the one that is upheld among them, and its agency as lead.",
    )
