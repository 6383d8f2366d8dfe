"""`phoihop log alarms`: what was found wrong with the log, here and by others, and what of it is proven."""

from __future__ import annotations

import click

from events.instants import parse_instant
from events.types.transparency import LogProblem
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.log_desk import alarm_document
from services.cli.session import Document, Session
from services.cli.tables import draw_table, short
from services.moments import show_short
from services.witness.notebook import Notebook, Standing

_PROBLEMS = {problem.value: problem for problem in LogProblem}


@click.command("alarms", cls=TextCommand)
@common_options()
@option("--open", "only_open", is_flag=True, text="log_open")
@option("--limit", type=click.IntRange(1, 100_000), default=200)
@click.pass_obj
def command(session: Session, limit: int, *, only_open: bool) -> None:
    """The text `help.log.alarms` of the catalogue."""
    with open_desk(session) as desk:
        found = Notebook.of(desk.record).alarms(limit)
        alarms = [alarm_document(desk, alarm) for alarm in found if not only_open or alarm.standing is Standing.OPEN]
        me = desk.me

    def draw() -> None:
        columns = ("raised_at!", "raised_by", "problem", "explanation", "proof", "standing", "event!")
        draw_table(session, session.texts("log.alarms", agency=me), columns, [_row(session, one) for one in alarms])

    session.show({"agency": me, "alarms": alarms}, draw)


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
