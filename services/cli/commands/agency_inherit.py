"""`phoihop agency inherit`: a successor takes over its predecessor's record."""

from __future__ import annotations

from pathlib import Path

import click

from services.agency.folder import AgencyFolder
from services.agency.record import Record
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session
from services.succession.inheriting import take_over


@click.command("inherit", cls=TextCommand)
@common_options()
@click.argument("predecessor", metavar="OLD")
@option("--record", type=click.Path(path_type=Path), text="inherit_record")
@click.pass_obj
def command(session: Session, predecessor: str, record: Path | None) -> None:
    """The text `help.agency.inherit` of the catalogue."""
    with open_desk(session) as desk:
        file = record or AgencyFolder(session.folder, predecessor).record
        left = Record(file, predecessor, desk.directory.province)
        try:
            taken = take_over(desk.record, left, desk.context, session.now())
        finally:
            left.close()
        document = {"agency": desk.me, "predecessor": predecessor, **taken.to_json()}
        document["service_woken"] = desk.wake_service()
    session.show(document, lambda: session.say("agency_inherit.done", **document))
