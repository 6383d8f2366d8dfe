"""`phoihop audit compare`: what an agency knew of a case at two moments, and what it came to know between them."""

from __future__ import annotations

from pathlib import Path

import click

from events.instants import format_instant
from projections.deliveries_knowledge import Known, came_to_know, knowledge
from services.audit.questions.coverage import Coverage
from services.audit.questions.words import find_agency, find_case
from services.cli.audit_answers import SHOWN, answer_options, asked, reach, say_shown, write_files
from services.cli.audit_knowledge import OF_AGENCY, known_document, known_line, known_sheet, predecessors_note
from services.cli.frame import TextCommand, option
from services.cli.session import Session
from services.cli.tables import draw_table
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
        before, after = (
            [one for one in knowledge(book.cursor, who, of_case, at) if one.how.knows] for at in (first, second)
        )
        added = came_to_know(before, after)
        shown = added[: limit or SHOWN]
        coverage = Coverage(book.ledger.connection)
        document = {
            "question": "compare",
            "standing": book.standing.to_json(),
            "agency": who,
            "case": of_case,
            "first": {"at": format_instant(first), "known": len(before), "documents": _ids(before)},
            "second": {"at": format_instant(second), "known": len(after), "documents": _ids(after)},
            "total": len(added),
            "added": [known_document(one, coverage) for one in shown],
        }
        title = session.texts(
            "audit_compare.title", agency=who, case=of_case, first=show_moment(first), second=show_moment(second)
        )
        kept = added if limit is None else shown
        write_files(session, lambda: known_sheet(session, book, title, kept), len(kept), csv, xlsx)
        lines = [*predecessors_note(session, book, who, second), *reach(session, book.standing)]

    def draw() -> None:
        draw_table(session, title, OF_AGENCY, [known_line(session, one) for one in shown])
        say_shown(session, len(shown), len(added))
        session.say("audit_compare.counts", before=len(before), after=len(after))
        for line in lines:
            click.echo(line)

    session.show(document, draw)


def _ids(found: list[Known]) -> list[str]:
    return [one.delivery.event_id for one in found]
