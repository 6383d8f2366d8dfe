"""`phoihop version`: which program this is."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import version

import click

from services.cli.frame import TextCommand, common_options
from services.cli.session import Session


@click.command("version", cls=TextCommand)
@common_options(agency=False)
@click.pass_obj
def command(session: Session) -> None:
    """The text `help.version` of the catalogue."""
    document = {"version": version("phoihop"), "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    session.show(document, lambda: session.say("version.line", **document))
