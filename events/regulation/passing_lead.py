"""What the lead of a case leaves alone while the lead passes to another."""

from __future__ import annotations

from events.regulation.situation import Situation
from events.regulation.verdict import Problem


def lead_under_way(s: Situation) -> Problem | None:
    """While a dossier passes the lead, the old lead changes nothing of who leads or takes part: both might do so."""
    if not s.at_sender or s.state is None or not s.state.passes_lead_by_dossier(s.envelope.sender):
        return None
    return Problem(
        "lead-under-way",
        "Hồ sơ kèm quyền chủ trì đang được giao; chờ cơ quan nhận xác nhận, hoặc thu hồi và chờ xác nhận thu hồi.",
        "A dossier that passes the lead is under way: wait until its receiver confirms it, or recall it and wait for "
        "that to be confirmed.",
    )
