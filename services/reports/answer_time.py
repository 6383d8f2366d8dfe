"""The time to answer that a document's urgency sets, where its writer names none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from events.calendar.urgency import ANSWER_WITHIN, ASKS_FOR_ANSWER, answer_by
from events.draft import Draft
from events.instants import vietnam_date
from events.values.document import Urgency
from services.reports.public_holidays import calendar_around


def with_answer_time(draft: Draft, moment: datetime) -> Draft:
    """The draft with the due time that its urgency sets, counted from `moment`, when it is signed.

    Unchanged where it names a time, asks for nothing, or has no degree of urgency.
    """
    urgency = getattr(draft.content, "urgency", None)
    if draft.due is not None or draft.event_type not in ASKS_FOR_ANSWER or not isinstance(urgency, Urgency):
        return draft
    if urgency not in ANSWER_WITHIN:  # spares loading the holidays
        return draft
    return replace(draft, due=answer_by(urgency, moment, calendar_around(vietnam_date(moment))))
