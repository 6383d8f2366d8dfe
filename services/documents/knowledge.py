"""Documents about what agencies knew: `audit-who-knew.json` and `audit-compare.json`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from events.instants import format_instant
from projections.deliveries_knowledge import Known, came_to_know, knowledge
from services.audit.questions.book import Book
from services.audit.questions.coverage import Coverage
from services.documents import Document
from services.documents.deliveries import delivery_document


def known_document(known: Known, coverage: Coverage) -> Document:
    """How an agency stands to a document."""
    return {
        "agency": known.agency,
        "how": known.how.value,
        "since": None if known.since is None else format_instant(known.since),
        "told": list(known.told),
        "delivery": delivery_document(known.delivery, coverage),
    }


def who_knew_document(
    book: Book, found: Sequence[Known], at: datetime, *, agency: str | None, case: str | None, event: str | None,
    first: int, limit: int,
) -> Document:  # fmt: skip
    """How an agency stood to a case's documents, or who knew one; `limit` of them, after the `first` ones."""
    coverage = Coverage(book.ledger.connection)
    return {
        "question": "who-knew",
        "standing": book.standing.to_json(),
        "at": format_instant(at),
        "agency": agency,
        "case": case,
        "event": event,
        "total": len(found),
        "known": sum(one.how.knows for one in found),
        "documents": [known_document(one, coverage) for one in found[first : first + limit]],
    }


class Comparison:
    """What an agency knew of a case at two moments, `added` between them."""

    def __init__(self, book: Book, agency: str, case: str, first: datetime, second: datetime) -> None:
        self.agency, self.case, self.first, self.second = agency, case, first, second
        self.before, self.after = (
            [one for one in knowledge(book.cursor, agency, case, at) if one.how.knows] for at in (first, second)
        )
        self.added = came_to_know(self.before, self.after)


def compare_document(book: Book, compared: Comparison, *, first: int, limit: int) -> Document:
    """The comparison, with `limit` of the documents that were added, after the `first` ones."""
    coverage = Coverage(book.ledger.connection)
    return {
        "question": "compare",
        "standing": book.standing.to_json(),
        "agency": compared.agency,
        "case": compared.case,
        "first": _at(compared.first, compared.before),
        "second": _at(compared.second, compared.after),
        "total": len(compared.added),
        "added": [known_document(one, coverage) for one in compared.added[first : first + limit]],
    }


def _at(moment: datetime, known: Sequence[Known]) -> Document:
    ids = [one.delivery.event_id for one in known]
    return {"at": format_instant(moment), "known": len(ids), "documents": ids}
