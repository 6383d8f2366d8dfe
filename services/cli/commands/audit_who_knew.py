"""`phoihop audit who-knew`: what an agency knew of a case at a moment, or who knew a document when."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from projections.deliveries_knowledge import Known, knowers, knowledge
from services.audit.questions.book import Book
from services.audit.questions.words import find_agency, find_case, find_event
from services.cli.audit_answers import SHOWN, answer_options, asked, reach, say_shown, write_files
from services.cli.audit_knowledge import (
    OF_AGENCY,
    OF_EVENT,
    knower_line,
    known_line,
    known_sheet,
    predecessors_note,
)
from services.cli.frame import TextCommand, option
from services.cli.session import Session
from services.cli.tables import draw_table
from services.documents.knowledge import who_knew_document
from services.errors import UsageFault
from services.moments import read_moment, show_moment


class KnowledgeUnclear(UsageFault):
    """Neither an agency with a case nor a document was named, or both were."""


@click.command("who-knew", cls=TextCommand)
@option("--agency", metavar="AGENCY", text="audit_agency")
@option("--case", metavar="CASE", text="audit_case")
@option("--event", metavar="EVENT", text="audit_event")
@option("--at", metavar="MOMENT", text="audit_at")
@answer_options()
@click.pass_obj
def command(
    session: Session,
    agency: str | None,
    case: str | None,
    event: str | None,
    at: str | None,
    limit: int | None,
    csv: Path | None,
    xlsx: Path | None,
) -> None:
    """The text `help.audit.who-knew` of the catalogue."""
    if (event is None) == (agency is None or case is None) or (event is not None and (agency or case)):
        raise KnowledgeUnclear(
            what="it is not clear what is asked",
            why="an agency's knowledge is asked of a case, and a document's knowers are asked of the document",
            next_step="name --agency and --case, or --event alone",
        )
    now = session.now()
    moment = read_moment(at, now) if at else now
    with asked(session) as book:
        title, found, notes = _ask(session, book, agency, case, event, moment)
        shown = found[: limit or SHOWN]
        document = who_knew_document(
            book, found, moment,
            agency=None if agency is None else find_agency(book, agency),
            case=None if case is None else find_case(book, case),
            event=None if event is None else find_event(book, event),
            first=0, limit=limit or SHOWN,
        )  # fmt: skip
        kept = found if limit is None else shown
        write_files(session, lambda: known_sheet(session, book, title, kept), len(kept), csv, xlsx)
        lines = [*notes, *reach(session, book.standing)]

    def draw() -> None:
        columns, drawn = (OF_AGENCY, known_line) if event is None else (OF_EVENT, knower_line)
        draw_table(session, title, columns, [drawn(session, one) for one in shown])
        say_shown(session, len(shown), len(found))
        for line in lines:
            click.echo(line)

    session.show(document, draw)


def _ask(
    session: Session, book: Book, agency: str | None, case: str | None, event: str | None, at: datetime
) -> tuple[str, tuple[Known, ...], list[str]]:
    when = show_moment(at)
    if event is not None:
        whole = find_event(book, event)
        title = session.texts("audit_who_knew.of_event", event=whole, at=when)
        return title, knowers(book.cursor, whole, at), []
    who, of_case = find_agency(book, agency or ""), find_case(book, case or "")
    title = session.texts("audit_who_knew.of_agency", agency=who, case=of_case, at=when)
    return title, knowledge(book.cursor, who, of_case, at), predecessors_note(session, book, who, at)
