"""`phoihop agency revoke`: an agency's keys count no more, on the running network within milliseconds."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from services.broker import live
from services.cli.frame import TextCommand, common_options, option
from services.cli.network_change import change_document, registrar, wake_all
from services.cli.running import configure_log
from services.cli.session import Session
from services.identity.directory_changes import usable_kids
from services.identity.directory_folder import DirectoryFolder
from services.moments import read_beginning
from services.network_setup import broker_folder


@click.command("revoke", cls=TextCommand)
@common_options(agency=False)
@click.argument("agency", metavar="ID")
@option("--at", metavar="MOMENT", text="revoke_at")
@option("--root-passphrase-file", type=click.Path(path_type=Path))
@click.pass_obj
def command(session: Session, agency: str, at: str | None, root_passphrase_file: Path | None) -> None:
    """The text `help.agency.revoke` of the catalogue."""
    configure_log()
    now = session.now()
    directory = DirectoryFolder.of(session.folder).load()
    folder = broker_folder(session.folder)
    membership = folder.membership(agency)
    if usable_kids(directory, agency) or membership.user is None:
        office = registrar(session, root_passphrase_file)
        directory = office.revoke_agency(agency, at=read_beginning(at, now) if at else now, now=now)
    # Else a call was interrupted behind the directory: the broker still lets the agency in.
    asyncio.run(live.revoke(folder, agency))
    woken = wake_all(session.folder, directory)
    session.show(
        change_document(session, directory, agency, "revoked", woken),
        lambda: session.say(
            "agency_revoke.done", name=directory.agencies[agency].name, version=directory.version, woken=len(woken)
        ),
    )
