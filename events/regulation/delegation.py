"""What a deputy may sign: within the scope and the period that the head delegated by a document (our addition).

The directory says who may sign for the head at all (its capacity `deputy`); that alone is enough as long as the head
has delegated to this deputy by no document. Once there is a `DelegationGranted` for a deputy, what it signs must be
covered by one in force, and goes only to agencies that this one was sent to: so every receiver can judge it by what it
holds. Only the head delegates, so nothing is delegated further. Where only the head's signature counts (DL-11.1) rows
accept no deputy's key, and this is never asked.
"""

from __future__ import annotations

from events.known_event import KnownEvent
from events.regulation.situation import Situation
from events.regulation.verdict import Unlawful
from events.types.delegation import DelegationEnded, DelegationGranted
from events.values.matter import Category

TYPES = frozenset({"DelegationGranted", "DelegationEnded"})


def outside_delegation(s: Situation) -> Unlawful | None:
    """Why a deputy may not sign this, None if it may or the key is no deputy's."""
    if s.capacity != "deputy":
        return None
    granted = [
        (held, held.content)
        for held in s.facts.delegations
        if isinstance(held.content, DelegationGranted) and held.content.delegate == s.facts.signatory
    ]
    if not granted or any(_in_force(s, *grant) and _covers(s, *grant) for grant in granted):
        return None
    return Unlawful(
        s.row, s.row.signatory_clause or s.row.clause, "outside-delegation",
        f"Cấp phó {s.facts.signatory} ký ngoài phạm vi, thời hạn được giao, hoặc gửi cho nơi chưa được báo việc giao.",
        f"The deputy {s.facts.signatory} signs outside the scope or period that the head delegated, or writes to an "
        "agency that the delegation was not sent to.",
        "ours",
    )  # fmt: skip


def _in_force(s: Situation, grant: KnownEvent, content: DelegationGranted) -> bool:
    time = s.envelope.time
    ends = [
        # An end stated afterwards takes nothing back that was signed in good faith.
        max(held.content.ends_at, held.envelope.time)
        for held in s.facts.delegations
        if isinstance(held.content, DelegationEnded) and held.content.delegation == grant.id
    ]
    return content.since <= time < min([content.until, *ends])


def _covers(s: Situation, grant: KnownEvent, content: DelegationGranted) -> bool:
    scope = content.scope
    if s.at_sender and not set(s.envelope.agencies) <= set(grant.envelope.agencies):
        return False
    if scope.event_types and s.envelope.event_type not in scope.event_types:
        return False
    if scope.cases and s.envelope.case not in scope.cases:
        return False
    category: Category | None
    category, fields = getattr(s.content, "category", None), set(getattr(s.content, "fields", ()))
    if scope.categories and category is not None and category not in scope.categories:
        return False
    if scope.categories and category is None and s.at_sender and not _case_within(s, scope.categories):
        return False
    return not scope.fields or fields <= set(scope.fields)


def _case_within(s: Situation, categories: tuple[Category, ...]) -> bool:
    # The sender knows its case; a receiver may know less of it, and so does not refuse for that.
    return s.state is not None and s.state.category in {str(category) for category in categories}
