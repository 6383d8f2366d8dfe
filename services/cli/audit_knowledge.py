"""What agencies knew, as `who-knew` and `compare` show it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from projections.deliveries_knowledge import Known
from services.audit.output import Cell, Sheet
from services.audit.questions.book import Book
from services.audit.questions.coverage import Coverage
from services.cli.audit_answers import document_name, event_name, heads, reach
from services.cli.session import Session
from services.moments import show_moment

OF_AGENCY = ("known_since!", "how", "type", "clause!", "document!", "sender_recipient")
OF_EVENT = ("known_since!", "agency", "how", "type", "clause!", "document!")
"""The columns of a table: of one agency's knowledge, and of the knowers of one document."""
_FILE = (
    "agency", "how", "known_since", "log_index", "signed_at", "stored_at", "sender", "recipient", "event_type",
    "event", "clause", "document", "case_id", "incoming_number", "event_id", "digest", "checkpoint_size",
)  # fmt: skip


def known_line(session: Session, known: Known) -> tuple[str, ...]:
    """The same as a line of the table `OF_AGENCY`."""
    told = known.delivery
    return (
        show_moment(known.since),
        how_name(session, known),
        event_name(session, told.event_type),
        told.clause or "",
        document_name(told),
        f"{told.sender} → {', '.join(known.told) or told.recipient}",
    )


def knower_line(session: Session, known: Known) -> tuple[str, ...]:
    """The same as a line of the table `OF_EVENT`."""
    since, *rest, _ = known_line(session, known)
    return (since, known.agency, *rest)


def how_name(session: Session, known: Known) -> str:
    """How it stands to it, in words, with its incoming number."""
    name = session.texts.word("audit_how", known.how)
    if known.since is not None and known.delivery.incoming_number is not None and not known.told:
        name += ", " + session.texts("ledger.incoming", number=known.delivery.incoming_number)
    return name


def known_sheet(session: Session, book: Book, title: str, found: Iterable[Known]) -> Sheet:
    """The same as a file."""
    coverage = Coverage(book.ledger.connection)
    rows = (_row(session, known, coverage) for known in found)
    return Sheet(title, heads(session, _FILE), rows, reach(session, book.standing))


def _row(session: Session, known: Known, coverage: Coverage) -> tuple[Cell, ...]:
    told = known.delivery
    return (
        known.agency, session.texts.word("audit_how", known.how), known.since, told.log_index, told.signed_at,
        told.stored_at, told.sender, ", ".join(known.told) or told.recipient, told.event_type,
        event_name(session, told.event_type), told.clause, document_name(told), told.case_id,
        None if known.told else told.incoming_number, told.event_id, told.digest, coverage.of(told.log_index).size,
    )  # fmt: skip


def predecessors_note(session: Session, book: Book, agency: str, at: datetime) -> list[str]:
    """Whose knowledge may have come to an agency with their place, and has to be asked for by itself."""
    before = sorted(old for old, heir in book.directory.heirs_at(at).items() if heir == agency)
    return [session.texts("audit_who_knew.predecessors", agency=agency, before=", ".join(before))] if before else []
