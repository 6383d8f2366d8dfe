"""`phoihop directory succeed`: a role passes from one agency to another on a date."""

from __future__ import annotations

from pathlib import Path

import click

from events.instants import format_instant, whole_milliseconds
from services.cli.frame import TextCommand, common_options, option
from services.cli.network_change import registrar, wake_all
from services.cli.running import configure_log
from services.cli.session import Session
from services.moments import read_beginning, show_moment


@click.command("succeed", cls=TextCommand)
@common_options(agency=False)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@option("--role", required=True, text="succeed_role")
@option("--from", "since", metavar="MOMENT", text="succeed_from")
@option("--root-passphrase-file", type=click.Path(path_type=Path))
@click.pass_obj
def command(
    session: Session, old: str, new: str, role: str, since: str | None, root_passphrase_file: Path | None
) -> None:
    """The text `help.directory.succeed` of the catalogue."""
    configure_log()
    now = session.now()
    moment = whole_milliseconds(read_beginning(since, now) if since else now)
    directory = registrar(session, root_passphrase_file).pass_role(old, new, role, at=moment, now=now)
    in_office = bool(directory.roles_of(old, moment))
    document = {
        "folder": str(session.folder),
        "province": directory.province,
        "agency": old,
        "successor": new,
        "role": role,
        "since": format_instant(moment),
        "keeps_other_roles": in_office,
        "directory_version": directory.version,
        "services_woken": wake_all(session.folder, directory),
    }
    session.show(
        document,
        lambda: session.say(
            "directory_succeed.kept" if in_office else "directory_succeed.done",
            old=directory.agencies[old].name,
            new=directory.agencies[new].name,
            role=role,
            since=show_moment(moment),
            version=directory.version,
        ),
    )
