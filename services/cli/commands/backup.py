"""`phoihop backup`: a consistent copy of the record, while it is in use."""

from __future__ import annotations

from pathlib import Path

import click

from services.agency.record import Record
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options
from services.cli.session import Session


@click.command("backup", cls=TextCommand)
@common_options()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.pass_obj
def command(session: Session, file: Path) -> None:
    """The text `help.backup` of the catalogue."""
    with open_desk(session) as desk:
        desk.record.backup(file)
        # Read back: a copy that cannot be opened is no backup.
        copy = Record(file, desk.me, desk.directory.province)
        position = copy.last_position
        copy.close()
        me = desk.me
    document = {"agency": me, "file": str(file), "position": position, "bytes": file.stat().st_size}
    session.show(document, lambda: session.say("backup.done", **document))
