"""A case whose parties change hands: what an agency owed, was asked and led in it is its successor's.

The directory says who stands in whose place (`Directory.heirs_at`). The events stay as they were signed; only the state
that is folded from them names the successor. What the agency itself signed before that moment may still be under way:
the state remembers how it stood, so that this is judged by the standing that it had.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from immutables import Map

from events.case_merging import without_debts_to_itself
from events.case_parts import TakenOver
from events.case_state import CaseState
from events.envelope import Envelope
from events.facts import Facts
from events.known_event import KnownEvent
from events.recipients import Recipient

Evolve = Callable[[CaseState | None, KnownEvent, str | None], CaseState]

_PARTS = tuple(
    member.name
    for member in fields(CaseState)
    if member.default_factory is Map and member.name not in {"parties", "succeeded"}
)
_NO_AGENCY = frozenset(
    {
        "event",
        "event_type",
        "suspicions",
        "outstanding",
        "reason",
        "category",
        "given_by",
        "told_by",
        "closed_on",
        "recall",
    }
)
"""Members of parts that hold ids of other things, or words."""


def agencies_in(state: CaseState) -> frozenset[str]:
    """Every agency that the state names, for whatever reason."""
    found: set[str] = {*state.parties, *(a for a in (state.lead, state.previous_lead) if a)}
    for part in _PARTS:
        for value in getattr(state, part).values():
            found.update(_named(value))
    return frozenset(found)


def pass_over(state: CaseState, old: str, new: str) -> CaseState:
    """The state in which `new` stands wherever `old` stood; the same state if `old` stood nowhere."""
    if old == new or old not in agencies_in(state):
        return state
    changes: dict[str, Any] = {part: _renamed_map(getattr(state, part), old, new) for part in _PARTS}
    if state.is_party(old):
        parties = state.parties.delete(old)
        # A successor that took part by itself keeps its own standing.
        changes["parties"] = parties if new in parties else parties.set(new, state.parties[old])
    trace = _trace(state, old, new)
    handed_on = {gone: replace(t, by=new) if t.by == old else t for gone, t in state.succeeded.items()}
    passed = replace(
        state,
        lead=new if state.lead == old else state.lead,
        previous_lead=new if state.previous_lead == old else state.previous_lead,
        took_back=tuple(sorted({new if agency == old else agency for agency in state.took_back})),
        succeeded=Map(handed_on | {old: trace}),
        **changes,
    )
    return without_debts_to_itself(passed, new)


def restored(state: CaseState, gone: str) -> CaseState:
    """The state as it stood for an agency that has been succeeded since: to judge what it signed before."""
    taken = state.succeeded.get(gone)
    if taken is None:
        return state
    if taken.basis is not None:
        state = replace(state, parties=state.parties.set(gone, taken.basis))
    if not taken.led:
        return state
    openings = _renamed_map(state.openings, taken.by, gone)
    return replace(state, openings=openings, lead=gone if state.lead == taken.by else state.lead)


def evolve_passing_over(evolve: Evolve, state: CaseState | None, event: KnownEvent, me: str | None) -> CaseState:
    """The case after an event that is recorded when some agencies had successors (`event.heirs`)."""
    heirs = dict(event.heirs)
    if state is not None:
        state = _all_passed(state, heirs)
        heirs = {gone: taken.by for gone, taken in state.succeeded.items()} | heirs
    moved = evolve(state, replace(in_place_of(event, heirs), heirs=()), me)
    gone = event.envelope.sender
    if gone in heirs and moved.leads(heirs[gone]) and not (state is not None and state.leads(heirs[gone])):
        # It made itself the lead before, and is heard of now: in the record that its successor takes over.
        trace = _trace(moved, gone, heirs[gone])
        trace = replace(trace, led=True, basis=trace.basis or moved.parties.get(heirs[gone]))
        moved = replace(moved, succeeded=moved.succeeded.set(gone, trace))
    # What the content names, too: it may have been written before.
    return _all_passed(moved, dict(event.heirs))


def _trace(state: CaseState, old: str, new: str) -> TakenOver:
    """How `old` stood; what is heard of later, and was before, adds to it."""
    known = state.succeeded.get(old)
    if known is None:
        return TakenOver(new, state.parties.get(old), state.leads(old))
    return replace(known, led=known.led or state.leads(old))


def in_place_of(event: KnownEvent, heirs: Mapping[str, str]) -> KnownEvent:
    """The event as if whoever stands in its agencies' places had sent and received it; the signed one is unchanged."""
    envelope = envelope_in_place_of(event.envelope, heirs)
    return event if envelope is event.envelope else replace(event, envelope=envelope)


def envelope_in_place_of(envelope: Envelope, heirs: Mapping[str, str]) -> Envelope:
    """The envelope as if heirs had written it to heirs, without counts: for folds alone, nobody signed it so."""
    if envelope.sender not in heirs and not any(agency in heirs for agency in envelope.agencies):
        return envelope
    sender = heirs.get(envelope.sender, envelope.sender)
    agencies = {heirs.get(agency, agency) for agency in envelope.agencies} - {sender}
    recipients = tuple(Recipient(agency) for agency in sorted(agencies))
    # Between an agency and its own successor nothing is owed; the event stands as it was.
    return replace(envelope, sender=sender, recipients=recipients) if recipients else envelope


def facts_at(facts: Facts, sender: str, heirs: Mapping[str, str]) -> Facts:
    """What a judge knows of an event of `sender`, signed when these heirs stood in others' places."""
    state, cause = facts.case, facts.cause
    if state is not None and (heirs or state.succeeded):
        if sender in state.succeeded and sender not in heirs:
            state = restored(state, sender)
        state = _all_passed(state, heirs)
    if cause is not None and heirs:
        cause = in_place_of(cause, heirs)
    if state is facts.case and cause is facts.cause:
        return facts
    return replace(facts, case=state, cause=cause)


def heirs_concerned(
    state: CaseState | None, envelope: Envelope, heirs: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Those of the heirs that matter to a case now: of agencies that it, or the event, still names."""
    if not heirs:
        return ()
    named = {envelope.sender, *envelope.agencies, *(agencies_in(state) if state is not None else ())}
    return tuple(sorted((gone, heir) for gone, heir in heirs.items() if gone in named))


def _all_passed(state: CaseState, heirs: Mapping[str, str]) -> CaseState:
    for old in sorted(heirs):
        state = pass_over(state, old, heirs[old])
    return state


def _named(part: Any) -> set[str]:
    if isinstance(part, str):
        return {part}
    found: set[str] = set()
    for member in fields(part):
        value = getattr(part, member.name)
        if member.name in _NO_AGENCY or value is None:
            continue
        if isinstance(value, str):
            found.add(str(value))
        elif isinstance(value, tuple):
            found.update(name for name in value if isinstance(name, str))
    return found


def _renamed_map(parts: Map[str, Any], old: str, new: str) -> Map[str, Any]:
    for key, part in list(parts.items()):
        if old in _named(part):
            parts = parts.set(key, _renamed_part(part, old, new))
    return parts


def _renamed_part(part: Any, old: str, new: str) -> Any:
    if isinstance(part, str):
        return new
    changes: dict[str, Any] = {}
    for member in fields(part):
        value = getattr(part, member.name)
        if member.name in _NO_AGENCY:
            continue
        if value == old:
            changes[member.name] = new
        elif isinstance(value, tuple) and old in value:
            changes[member.name] = tuple(sorted({new if name == old else name for name in value}))
    return replace(part, **changes)
