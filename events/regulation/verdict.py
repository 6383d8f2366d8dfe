"""What judging an event can say: lawful, unlawful with the clause, or not yet to be judged here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from events.regulation.row import RuleRow


@dataclass(frozen=True, slots=True)
class Lawful:
    """The row lets this event be."""

    row: RuleRow


@dataclass(frozen=True, slots=True)
class Unlawful:
    """The event may not be. `reason` is a stable token, `clause` what stands against it (protocol: None)."""

    row: RuleRow | None
    clause: str | None
    reason: str
    explanation_vi: str
    explanation_en: str
    origin: str = "text"
    """Whether the regulation's text stands against it or this design's addition (`text` or `ours`)."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The receiver lacks events that the judgement needs; `missing` are their ids."""

    missing: tuple[str, ...]
    why: str


Verdict = Lawful | Unlawful | Waiting


@dataclass(frozen=True, slots=True)
class Problem:
    """What a condition finds wrong: a stable token and a sentence in both languages.

    `clause` is given where the condition knows a better one than the row that it stands in.
    """

    reason: str
    vi: str
    en: str
    clause: str | None = None
