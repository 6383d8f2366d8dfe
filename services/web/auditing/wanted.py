"""What an address asks of the ledger: filters as they are typed, held against what the auditor knows."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from starlette.requests import Request

from events.errors import InvalidValue
from projections.deliveries_told import ToldFilter
from services.audit.questions.book import Book
from services.audit.questions.words import find_agency, find_case, find_clause, find_event_type
from services.moments import read_beginning, read_moment
from services.web.asked import text_or_none
from services.web.problems import PageError, Problem


@dataclass(frozen=True)
class Wanted:
    """The filters of the ledger's page as they stand in its address; None where one does not narrow.

    `by` says which instant a period is of: `signed` or `admitted`.
    """

    sender: str | None = None
    recipient: str | None = None
    type: str | None = None
    case: str | None = None
    clause: str | None = None
    since: str | None = None
    until: str | None = None
    by: str | None = None

    @classmethod
    def of(cls, request: Request) -> Wanted:
        """Read an address. Raises `PageError`."""
        found = cls(**{each.name: text_or_none(request, each.name) for each in fields(cls)})
        if found.by not in {None, "signed", "admitted"}:
            raise PageError(Problem.INVALID, "by")
        return found

    @property
    def parameters(self) -> dict[str, str | None]:
        """The filters by their names in the address."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @property
    def narrowing(self) -> dict[str, str]:
        """The filters that narrow, as an export is noted; what the period is of, under a name of its own."""
        named = {"period_by" if name == "by" else name: value for name, value in self.parameters.items()}
        return {name: value for name, value in named.items() if value is not None}

    @property
    def period_by(self) -> str:
        """Which instant a period is of."""
        return self.by or "signed"

    def filter(self, book: Book, now: datetime) -> ToldFilter:
        """What is asked of the views. Raises `NotKnownToAuditor`, `UnclearToAuditor`, `PageError`."""
        try:
            since = read_beginning(self.since, now) if self.since else None
            until = read_moment(self.until, now) if self.until else None
        except InvalidValue:
            raise PageError(Problem.INVALID, "since until") from None
        return ToldFilter(
            sender=find_agency(book, self.sender) if self.sender else None,
            recipient=find_agency(book, self.recipient) if self.recipient else None,
            event_type=find_event_type(book, self.type) if self.type else None,
            case_id=find_case(book, self.case) if self.case else None,
            clause=find_clause(book, self.clause) if self.clause else None,
            since=since,
            until=until,
            by_admission=self.by == "admitted",
        )
