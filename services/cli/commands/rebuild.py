"""`phoihop rebuild`: the views are deleted and folded anew from the record."""

from __future__ import annotations

import time

import click

from projections.rebuild import rebuild
from projections.views import Views
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options
from services.cli.session import Session


@click.command("rebuild", cls=TextCommand)
@common_options()
@click.pass_obj
def command(session: Session) -> None:
    """The text `help.rebuild` of the catalogue."""
    from rich.progress import Progress  # noqa: PLC0415 - only where it is drawn

    began = time.monotonic()
    console = session.console(error=True)
    with open_desk(session) as desk, Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(session.texts("rebuild.progress"), total=desk.record.last_position)
        position = rebuild(
            desk.record.all_entries(),
            desk.place.views,
            lambda reached: bar.update(task, completed=reached),
            me=desk.me,
            roles_of=desk.roles_of,
        )
        with Views(desk.place.views, roles_of=desk.roles_of) as views:
            digest = views.digest()
        me = desk.me
    document = {
        "agency": me,
        "position": position,
        "digest": digest,
        "seconds": round(time.monotonic() - began, 3),
    }
    session.show(document, lambda: session.say("rebuild.done", **document))
