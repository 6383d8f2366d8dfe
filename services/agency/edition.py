"""An edited draft: what its editor did not name stays, unless it stands against what the draft says now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from events.draft import Draft
from services.agency.context import Context
from services.agency.lawfulness import Lawfulness, lawfulness, with_standing
from services.agency.record_reading import RecordReading


def as_edited(draft: Draft, record: RecordReading, context: Context, now: datetime) -> tuple[Draft, Lawfulness]:
    """An edited draft with its standing, judged for the head; clause and basis are found anew where the kept ones fail.

    Other recipients or words may need another clause, and another event that all of them were told.
    """
    found = with_standing(draft, record, context, now)
    judged = lawfulness(found, record, context, "head", now)
    if judged.refusal is not None and (draft.clause is not None or draft.basis is not None):
        found = with_standing(replace(draft, clause=None, basis=None), record, context, now)
        judged = lawfulness(found, record, context, "head", now)
    return found, judged
