"""`phoihop informant add`: keep an informant's identity here; only the reference that it prints may travel."""

from __future__ import annotations

from typing import TextIO

import click

from services.agency.informants import Informants
from services.cli.desk import open_desk
from services.cli.draft_input import members_of_file
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session


@click.command("add", cls=TextCommand)
@common_options()
@click.argument("file", type=click.File("r", encoding="utf-8"), metavar="FILE|-")
@option("--by", "taken_by", required=True, text="informant_by")
@click.pass_obj
def command(session: Session, file: TextIO, taken_by: str) -> None:
    """The text `help.informant.add` of the catalogue."""
    # Not by options: what is typed on a command line stays in the shell's history.
    members = members_of_file(file)
    with open_desk(session) as desk:
        reference = Informants(desk.place.path).take_in(members, taken_by, session.now())
        me = desk.me
    session.show({"agency": me, "reference": reference}, lambda: session.say("informant_add.done", reference=reference))
