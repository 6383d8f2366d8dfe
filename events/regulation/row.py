"""A rule row: who may send which type to whom, under which clause, signed by whom, in which state of the case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from events.case_parts import CaseStatus

if TYPE_CHECKING:
    from events.regulation.situation import Situation
    from events.regulation.verdict import Problem, Waiting

By = Literal["both", "sender", "auditor"]
"""Who can check a condition: sender and receiver, the sender alone, or only an auditor who sees more than either."""

Origin = Literal["text", "ours"]
"""Whether the regulation's text asks it or this design adds it."""

Condition = Callable[["Situation"], "Problem | Waiting | None"]
"""A named pure function with its parameters bound: None if it holds."""


@dataclass(frozen=True, slots=True)
class Check:
    """A condition as a row uses it. `clause` is what stands against the event where it fails; None: the row's own."""

    name: str
    condition: Condition
    params: Mapping[str, object]
    by: By
    origin: Origin
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Include:
    """A group of roles of which one holder, or with `all` every holder, must be among the recipients."""

    roles: frozenset[str]
    all: bool = False


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row, compiled from TOML by `events.regulation.rule_file`. See docs/rules.md for each member.

    `sender_roles` is None for `any`; `from_lead` and `from_participants` let an agency in by its place in the case.
    The same for recipients. `yields_to` holds the special clauses before which this row gives way, each with the
    roles that it names; `yields_in_category_to` those that go first in the categories alone that they are about, each
    with its roles and these categories. Holders of `outside_roles` hear this of a case in which they take no part, and
    so cannot check who leads there (a superior to whom the lead reports).
    """

    id: str
    clause: str | None
    event_type: str
    kind: str
    origin: Origin
    sender_roles: frozenset[str] | None
    from_lead: bool
    from_participants: bool
    recipient_roles: frozenset[str] | None
    to_lead: bool
    to_participants: bool
    include: tuple[Include, ...]
    outside_roles: frozenset[str]
    capacities: frozenset[str]
    signatory_clause: str | None
    case: Literal["optional", "required", "new"]
    statuses: frozenset[CaseStatus]
    addressed: Literal["", "all_parties"]
    categories: frozenset[str] | None
    yields_to: tuple[tuple[str, frozenset[str]], ...]
    yields_in_category_to: tuple[tuple[str, frozenset[str], frozenset[str]], ...]
    text_vi: str
    text_en: str
    checks: tuple[Check, ...]
    sender_checks: tuple[Check, ...] = field(init=False, repr=False)
    receiver_checks: tuple[Check, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sender_checks", tuple(c for c in self.checks if c.by != "auditor"))
        object.__setattr__(self, "receiver_checks", tuple(c for c in self.checks if c.by == "both"))

    @property
    def is_protocol(self) -> bool:
        """Whether the row is for a message of the protocol itself."""
        return self.kind == "protocol"

    @property
    def answers_always(self) -> bool:
        """Whether what is sent under the row must answer another event."""
        return any(check.name == "answers" and not check.params.get("optional") for check in self.checks)

    @property
    def by_lead_alone(self) -> bool:
        """Whether only the case's lead may send this."""
        by_place = self.from_lead and not self.from_participants and self.sender_roles == frozenset()
        return by_place or any(check.name == "sender_leads" for check in self.checks)

    def admits_role(self, role: str) -> bool:
        """Whether a holder of the role may send under this row by its role alone."""
        return self.sender_roles is None or role in self.sender_roles

    def text(self, lang: str = "vi") -> str:
        """What the row asks, in Vietnamese (`vi`) or English (`en`)."""
        return self.text_en if lang == "en" else self.text_vi


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What no row lets a role send, and the clause that stands against it."""

    event_type: str
    clause: str
    roles: frozenset[str] | None
    origin: Origin
    text_vi: str
    text_en: str
