"""`phoihop audit who-told`: who told whom what under which clause, when, and what became of it."""

from __future__ import annotations

from pathlib import Path

import click

from projections.deliveries_told import ToldFilter, count_told, told
from services.audit.output import Sheet
from services.audit.questions.book import Book
from services.audit.questions.coverage import Coverage
from services.audit.questions.words import find_agency, find_case, find_clause, find_event_type
from services.cli.audit_answers import SHOWN, answer_options, asked, heads, reach, say_shown, write_files
from services.cli.audit_sheets import FILE, TABLE, delivery_line, delivery_row
from services.cli.frame import TextCommand, option
from services.cli.session import Session
from services.cli.tables import draw_table
from services.documents.deliveries import who_told_document
from services.moments import read_beginning, read_moment


@click.command("who-told", cls=TextCommand)
@option("--sender", metavar="AGENCY", text="audit_sender")
@option("--recipient", metavar="AGENCY", text="audit_recipient")
@option("--type", "event_type", metavar="TYPE", text="audit_type")
@option("--case", metavar="CASE", text="audit_case")
@option("--clause", metavar="CLAUSE", text="audit_clause")
@option("--from", "since", metavar="MOMENT", text="audit_from")
@option("--to", "until", metavar="MOMENT", text="audit_to")
@option("--by", type=click.Choice(["signed", "admitted"]), default="signed", text="audit_by")
@option("--after", type=click.IntRange(0), text="audit_after")
@answer_options()
@click.pass_obj
def command(
    session: Session,
    sender: str | None,
    recipient: str | None,
    event_type: str | None,
    case: str | None,
    clause: str | None,
    since: str | None,
    until: str | None,
    by: str,
    after: int | None,
    limit: int | None,
    csv: Path | None,
    xlsx: Path | None,
) -> None:
    """The text `help.audit.who-told` of the catalogue."""
    now = session.now()
    first = -1 if after is None else after
    with asked(session) as book:
        wanted = ToldFilter(
            sender=find_agency(book, sender) if sender else None,
            recipient=find_agency(book, recipient) if recipient else None,
            event_type=find_event_type(book, event_type) if event_type else None,
            case_id=find_case(book, case) if case else None,
            clause=find_clause(book, clause) if clause else None,
            since=read_beginning(since, now) if since else None,
            until=read_moment(until, now) if until else None,
            by_admission=by == "admitted",
        )
        total = count_told(book.cursor, wanted)
        rows = list(told(book.cursor, wanted, after=first, limit=limit or SHOWN)) if total else []
        coverage = Coverage(book.ledger.connection)
        document = who_told_document(
            book.standing, rows, coverage, by=by, total=total,
            next_after=rows[-1].log_index if len(rows) == (limit or SHOWN) else None,
        )  # fmt: skip
        write_files(session, lambda: _sheet(session, book, wanted, first, limit), min(total, limit or total), csv, xlsx)
        lines = reach(session, book.standing)

    def draw() -> None:
        title = session.texts("audit_who_told.title")
        draw_table(session, title, TABLE, [delivery_line(session, row) for row in rows])
        say_shown(session, len(rows), total)
        for line in lines:
            click.echo(line)

    session.show(document, draw)


def _sheet(session: Session, book: Book, wanted: ToldFilter, after: int, limit: int | None) -> Sheet:
    coverage = Coverage(book.ledger.connection)
    rows = told(book.cursor, wanted, after=after, limit=-1 if limit is None else limit)
    return Sheet(
        session.texts("audit_who_told.title"),
        heads(session, FILE),
        (delivery_row(session, row, coverage) for row in rows),
        reach(session, book.standing),
    )
