"""`phoihop backup`: a consistent copy of the record, while it is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import click

from services.agency.recorder import RecordUnavailable
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
        position = _read_back(file)
        me = desk.me
    document = {"agency": me, "file": str(file), "position": position, "bytes": file.stat().st_size}
    session.show(document, lambda: session.say("backup.done", **document))


def _read_back(file: Path) -> int:
    """The last position in the copy, which is checked page by page: one that cannot be read is no backup."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise RecordUnavailable(
                what=f"the backup {file} is damaged", why=str(found), next_step="check the disk and make another one"
            )
        position: int = copy.execute("SELECT COALESCE(MAX(rowid), 0) FROM entries").fetchone()[0]
    return position
