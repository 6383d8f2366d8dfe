"""Every silence at a moment: what was not answered, not receipted, not sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from projections.deliveries_reports import Unsent, unsent
from projections.deliveries_silent import (
    Unanswered,
    UnansweredCount,
    Unreceipted,
    count_unanswered,
    count_unreceipted,
    unanswered,
    unreceipted,
)
from services.audit.questions.book import Book
from services.reports.duties import calendar_duties


@dataclass(frozen=True)
class Silence:
    """The silences at a moment; of requests and receipts those that a limit left, and how many there are at all."""

    requests_count: UnansweredCount
    requests: tuple[Unanswered, ...]
    receipts_count: int
    receipts: tuple[Unreceipted, ...]
    reports: tuple[Unsent, ...]


def silence(book: Book, at: datetime, limit: int) -> Silence:
    """What was silent at a moment; roles and successors are those of the newest directory."""
    directory, cursor = book.directory, book.cursor
    duties = calendar_duties(book.directories.chain(), at)
    return Silence(
        count_unanswered(cursor, directory, at),
        unanswered(cursor, directory, at, limit=limit),
        count_unreceipted(cursor, at),
        unreceipted(cursor, at, limit=limit),
        unsent(cursor, duties, directory.heirs_at(at), at),
    )
