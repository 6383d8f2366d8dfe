"""`phoihop audit timeline`: a case from its first document to its last: who told whom what, and which answers which."""

from __future__ import annotations

from pathlib import Path

import click

from projections.deliveries_told import Step, ToldFilter, count_told, timeline
from services.audit.output import Cell, Sheet
from services.audit.questions.coverage import Coverage
from services.audit.questions.words import find_case
from services.cli.audit_answers import (
    SHOWN,
    answer_options,
    asked,
    document_name,
    event_name,
    heads,
    outcome_name,
    reach,
    say_shown,
    write_files,
)
from services.cli.audit_sheets import FILE, delivery_row
from services.cli.frame import TextCommand, option
from services.cli.session import Session
from services.cli.tables import draw_table
from services.documents.deliveries import timeline_document
from services.moments import show_moment

_FILE = (*FILE, "answers", "answered_by", "answered_at", "withdrawn_at")


@click.command("timeline", cls=TextCommand)
@click.argument("case")
@option("--after", type=click.IntRange(0), text="audit_after")
@answer_options()
@click.pass_obj
def command(
    session: Session, case: str, after: int | None, limit: int | None, csv: Path | None, xlsx: Path | None
) -> None:
    """The text `help.audit.timeline` of the catalogue."""
    first = -1 if after is None else after
    with asked(session) as book:
        of_case = find_case(book, case)
        total = count_told(book.cursor, ToldFilter(case_id=of_case))
        rows = list(timeline(book.cursor, of_case, after=first, limit=limit or SHOWN))
        coverage = Coverage(book.ledger.connection)
        title = session.texts("audit_timeline.title", case=of_case)
        document = timeline_document(
            book.standing, rows, coverage, case=of_case, total=total,
            next_after=rows[-1].log_index if len(rows) == (limit or SHOWN) else None,
        )  # fmt: skip

        def sheet() -> Sheet:
            found = timeline(book.cursor, of_case, after=first, limit=-1 if limit is None else limit)
            again = Coverage(book.ledger.connection)
            steps = (_row(session, step, again) for step in found)
            return Sheet(title, heads(session, _FILE), steps, reach(session, book.standing))

        write_files(session, sheet, min(total, limit or total), csv, xlsx)
        lines = reach(session, book.standing)

    def draw() -> None:
        columns = ("signed!", "sender_recipient!", "type", "clause!", "document!", "outcome")
        draw_table(session, title, columns, [_line(session, row) for row in rows])
        say_shown(session, len(rows), total)
        for line in lines:
            click.echo(line)

    session.show(document, draw)


def _line(session: Session, step: Step) -> tuple[str, ...]:
    return (
        show_moment(step.signed_at),
        f"{step.sender} → {step.recipient}",
        event_name(session, step.event_type),
        step.clause or "",
        document_name(step),
        "; ".join([outcome_name(session, step), *_links(session, step)]),
    )


def _links(session: Session, step: Step) -> list[str]:
    texts, links = session.texts, []
    if step.answers is not None:
        links.append(texts("audit_timeline.answers", document=step.answers_document))
    if step.withdrawn_at is not None:
        links.append(texts("audit_timeline.withdrawn", at=show_moment(step.withdrawn_at)))
    elif step.answered_by is not None:
        at = show_moment(step.answered_at)
        links.append(texts("audit_timeline.answered", document=step.answered_by_document, at=at))
    elif step.asks and step.due is not None:
        links.append(texts("audit_timeline.asked", due=show_moment(step.due)))
    return links


def _row(session: Session, step: Step, coverage: Coverage) -> tuple[Cell, ...]:
    links = (step.answers, step.answered_by, step.answered_at, step.withdrawn_at)
    return (*delivery_row(session, step, coverage), *links)
