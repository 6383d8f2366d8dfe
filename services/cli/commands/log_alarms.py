"""`phoihop log alarms`: what was found wrong with the log, here and by others, and what of it is proven."""

from __future__ import annotations

import click

from events.instants import parse_instant
from events.types.transparency import LogProblem
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session
from services.cli.tables import draw_table, short
from services.documents import Document
from services.documents.log import alarms_document
from services.moments import show_short

_PROBLEMS = {problem.value: problem for problem in LogProblem}


@click.command("alarms", cls=TextCommand)
@common_options()
@option("--open", "only_open", is_flag=True, text="log_open")
@option("--limit", type=click.IntRange(1, 100_000), default=200)
@click.pass_obj
def command(session: Session, limit: int, *, only_open: bool) -> None:
    """The text `help.log.alarms` of the catalogue."""
    with open_desk(session) as desk:
        document = alarms_document(desk.record, limit, only_open=only_open)

    def draw() -> None:
        columns = ("raised_at!", "raised_by", "problem", "explanation", "proof", "standing", "event!")
        rows = [_row(session, one) for one in document["alarms"]]
        draw_table(session, session.texts("log.alarms", agency=document["agency"]), columns, rows)

    session.show(document, draw)


def _row(session: Session, one: Document) -> tuple[str, ...]:
    texts = session.texts
    standing = texts.word("alarm_standing", one["standing"])
    return (
        show_short(parse_instant(one["raised_at"])),
        one["raised_by"],
        _PROBLEMS[one["problem"]].label(texts.lang),
        one["explanation"],
        texts.word("alarm_proof", one["proof"]),
        f"{standing}: {one['reason']}" if one["reason"] else standing,
        short(one["id"]),
    )
