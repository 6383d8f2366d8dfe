"""What a deputy may sign: within the scope and the period that the head delegated by a document (our addition).

The directory says who may sign for the head at all (its capacity `deputy`); that alone is enough as long as the head
has delegated to this deputy by no document. Once there is a `DelegationGranted` for a deputy, what it signs must be
covered by one in force, and goes only to agencies that this one was sent to: so every receiver can judge it by what it
holds. Only the head delegates, so nothing is delegated further. Where only the head's signature counts (DL-11.1) rows
accept no deputy's key, and this is never asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from events.known_event import KnownEvent
from events.regulation.situation import Situation
from events.regulation.verdict import Unlawful
from events.types.correction import EventRecalled
from events.types.delegation import DelegationEnded, DelegationGranted
from events.values.matter import Category

TYPES = frozenset({"DelegationGranted", "DelegationEnded", "EventRecalled"})
"""What says who may sign for the head: a recalled delegation is over, too."""


class DelegationStanding(StrEnum):
    """Where a delegation stands at a moment; `ended` is before its time, `expired` with it."""

    TO_COME = "to_come"
    IN_FORCE = "in_force"
    ENDED = "ended"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Delegation:
    """What a head granted to a deputy. It is in force until `ends_at`; `ended` is the document that ends it early."""

    grant: KnownEvent
    content: DelegationGranted
    ends_at: datetime
    ended: KnownEvent | None

    def standing(self, at: datetime) -> DelegationStanding:
        """Where it stands at an instant."""
        if at >= self.ends_at:
            return DelegationStanding.ENDED if self.ends_at < self.content.until else DelegationStanding.EXPIRED
        return DelegationStanding.TO_COME if at < self.content.since else DelegationStanding.IN_FORCE


def delegations(documents: Iterable[KnownEvent]) -> tuple[Delegation, ...]:
    """The delegations that documents of one agency grant, each with the one that ends it first, as they come."""
    grants: list[tuple[KnownEvent, DelegationGranted]] = []
    ends: dict[str, list[tuple[datetime, str, KnownEvent]]] = {}
    for held in documents:
        match held.content:
            case DelegationGranted() as content:
                grants.append((held, content))
            case DelegationEnded() as content:
                # An end stated afterwards takes nothing back that was signed in good faith.
                ends_at = max(content.ends_at, held.envelope.time)
                ends.setdefault(content.delegation, []).append((ends_at, held.id, held))
            case EventRecalled() as content:
                ends.setdefault(content.event, []).append((held.envelope.time, held.id, held))
    found = []
    for held, content in grants:
        ends_at, _, ended = min(ends.get(held.id, ()), default=(content.until, "", None))
        found.append(Delegation(held, content, min(ends_at, content.until), ended))
    return tuple(found)


def outside_delegation(s: Situation) -> Unlawful | None:
    """Why a deputy may not sign this, None if it may or the key is no deputy's."""
    if s.capacity != "deputy":
        return None
    granted = [each for each in delegations(s.facts.delegations) if each.content.delegate == s.facts.signatory]
    time = s.envelope.time
    if not granted or any(
        each.standing(time) is DelegationStanding.IN_FORCE and _covers(s, each.grant, each.content) for each in granted
    ):
        return None
    return Unlawful(
        s.row, s.row.signatory_clause or s.row.clause, "outside-delegation",
        f"Cấp phó {s.facts.signatory} ký ngoài phạm vi, thời hạn được giao, hoặc gửi cho nơi chưa được báo việc giao.",
        f"The deputy {s.facts.signatory} signs outside the scope or period that the head delegated, or writes to an "
        "agency that the delegation was not sent to.",
        "ours",
    )  # fmt: skip


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
