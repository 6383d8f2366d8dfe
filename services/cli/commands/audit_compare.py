"""`phoihop audit compare`: what an agency knew of a case at two moments, and what it came to know between them."""

from __future__ import annotations

from pathlib import Path

import click

from services.audit.questions.words import find_agency, find_case
from services.cli.audit_answers import SHOWN, answer_options, asked, reach, say_shown, write_files
from services.cli.audit_knowledge import OF_AGENCY, known_line, known_sheet, predecessors_note
from services.cli.frame import TextCommand, option
from services.cli.session import Session
from services.cli.tables import draw_table
from services.documents.knowledge import Comparison, compare_document
from services.errors import UsageFault
from services.moments import read_moment, show_moment


class TwoMomentsWanted(UsageFault):
    """A comparison takes exactly two moments."""


@click.command("compare", cls=TextCommand)
@option("--agency", metavar="AGENCY", required=True, text="audit_agency")
@option("--case", metavar="CASE", required=True, text="audit_case")
@option("--at", "moments", metavar="MOMENT", multiple=True, text="audit_at_two")
@answer_options()
@click.pass_obj
def command(
    session: Session,
    agency: str,
    case: str,
    moments: tuple[str, ...],
    limit: int | None,
    csv: Path | None,
    xlsx: Path | None,
) -> None:
    """The text `help.audit.compare` of the catalogue."""
    if len(moments) != 2:
        raise TwoMomentsWanted(
            what=f"{len(moments)} moments were named",
            why="what an agency knew is compared between two",
            next_step="name --at twice",
        )
    now = session.now()
    first, second = sorted(read_moment(moment, now) for moment in moments)
    with asked(session) as book:
        who, of_case = find_agency(book, agency), find_case(book, case)
        compared = Comparison(book, who, of_case, first, second)
        added = compared.added
        shown = added[: limit or SHOWN]
        document = compare_document(book, compared, first=0, limit=limit or SHOWN)
        title = session.texts(
            "audit_compare.title", agency=who, case=of_case, first=show_moment(first), second=show_moment(second)
        )
        kept = added if limit is None else shown
        write_files(session, lambda: known_sheet(session, book, title, kept), len(kept), csv, xlsx)
        lines = [*predecessors_note(session, book, who, second), *reach(session, book.standing)]

    def draw() -> None:
        draw_table(session, title, OF_AGENCY, [known_line(session, one) for one in shown])
        say_shown(session, len(shown), len(added))
        session.say("audit_compare.counts", before=len(compared.before), after=len(compared.after))
        for line in lines:
            click.echo(line)

    session.show(document, draw)
