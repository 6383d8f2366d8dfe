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
    requests = unanswered(cursor, directory, at, limit=limit)
    receipts = unreceipted(cursor, at, limit=limit)
    return Silence(
        # Whoever has all of them need not count them again.
        _counted(requests, at) if len(requests) < limit else count_unanswered(cursor, directory, at),
        requests,
        len(receipts) if len(receipts) < limit else count_unreceipted(cursor, at),
        receipts,
        unsent(cursor, duties, directory.heirs_at(at), at),
    )


def _counted(requests: tuple[Unanswered, ...], at: datetime) -> UnansweredCount:
    return UnansweredCount(len(requests), sum(one.overdue_seconds(at) is not None for one in requests))
