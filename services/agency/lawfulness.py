"""Whether a draft could be signed as things stand, before anybody signs it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from events.case_succession import facts_at
from events.decision import CASE_STARTERS, DraftFault, NotLawful, decide
from events.draft import Draft
from events.facts import Facts
from events.instants import whole_milliseconds
from services.agency.context import Context, new_id
from services.agency.record_reading import RecordReading
from services.reports.answer_time import with_answer_time


@dataclass(frozen=True)
class Lawfulness:
    """Whether a draft may be signed as things stand: by which clause and role, or what stands against it."""

    draft: Draft
    refusal: NotLawful | DraftFault | None

    @property
    def clause(self) -> str | None:
        """The clause by which it is lawful, or the one that stands against it."""
        return self.refusal.clause if isinstance(self.refusal, NotLawful) else self.draft.clause

    def reason(self, lang: str) -> str:
        """Why it is not lawful, in a language; empty if it is."""
        if isinstance(self.refusal, NotLawful):
            return self.refusal.explanation_vi if lang == "vi" else self.refusal.explanation_en
        return "" if self.refusal is None else str(self.refusal)

    def to_json(self) -> dict[str, Any]:
        """The member `lawfulness` of the documents about drafts."""
        refusal = self.refusal
        return {
            "lawful": refusal is None,
            "clause": self.clause,
            "role": self.draft.role if refusal is None else None,
            "reason": refusal.reason if isinstance(refusal, NotLawful) else refusal and "draft",
            "explanation_vi": self.reason("vi") or None,
            "explanation_en": self.reason("en") or None,
        }


def with_standing(draft: Draft, record: RecordReading, context: Context, now: datetime) -> Draft:
    """The draft with its `basis`, unless it names one: what gives the agency its standing, and recipients were told."""
    if draft.basis is None and draft.event_type == "CaseOpened" and draft.cause is not None:
        notice = record.known(draft.cause)
        if notice is not None and notice.event_type == "SuspicionReferred":
            return replace(draft, basis=notice.id)  # what is opened on DIC's notice rests on it (LC-7.1)
    if draft.basis is not None or draft.case is None or (state := record.case_state(draft.case)) is None:
        return draft
    facts = Facts(context.me, now, context.directory, context.rules, case=state)
    state = facts_at(facts, context.me, context.directory.heirs_at(now)).case or state
    return replace(draft, basis=state.basis_of(context.me, draft.recipients))


def lawfulness(
    draft: Draft,
    record: RecordReading,
    context: Context,
    capacity: str,
    now: datetime,
    *,
    signatory: str | None = None,
) -> Lawfulness:
    """Judge a draft as it would be judged if it were signed now; a deputy's `signatory` by what was delegated to it."""
    if draft.case is None and draft.event_type in CASE_STARTERS:
        draft = replace(draft, case=new_id())
    draft = with_answer_time(draft, whole_milliseconds(now))
    try:
        facts = context.facts(record, draft, whole_milliseconds(now))
        if capacity == "deputy":
            facts = replace(facts, signatory=signatory, delegations=record.delegations_of(context.me))
        return Lawfulness(decide(draft, capacity, facts), None)
    except (NotLawful, DraftFault) as refusal:
        return Lawfulness(draft, refusal)


def by_any_clause(
    draft: Draft,
    record: RecordReading,
    context: Context,
    capacity: str,
    now: datetime,
    *,
    signatory: str | None = None,
) -> tuple[Draft, Lawfulness]:
    """As `lawfulness`; where the draft's own clause stands against it, any other that lets it go is as good."""
    judged = lawfulness(draft, record, context, capacity, now, signatory=signatory)
    if draft.clause is not None and judged.refusal is not None:
        draft = replace(draft, clause=None)
        judged = lawfulness(draft, record, context, capacity, now, signatory=signatory)
    return draft, judged
