"""Conditions on withheld information (LC-7.2b)."""

from __future__ import annotations

from events.regulation.situation import Situation
from events.regulation.verdict import Problem

MIN_REASON_CHARACTERS = 10
"""Shorter than this is a word, not a reason."""


def withheld_has_reason(s: Situation) -> Problem | None:
    """Withholding states its reason (LC-7.2b: “nêu rõ lý do”)."""
    if s.content.reason is not None and len(s.content.reason.strip()) >= MIN_REASON_CHARACTERS:
        return None
    return Problem(
        "reason-missing",
        "Không cung cấp thông tin thì phải nêu rõ lý do.",
        "Information is withheld without a stated reason; say why, in a sentence.",
    )
