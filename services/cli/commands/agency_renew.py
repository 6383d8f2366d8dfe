"""`phoihop agency renew`: new keys for an agency, before the old ones expire or after they were revoked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from services.agency.folder import AgencyFolder
from services.broker.live import enrol
from services.cli.frame import TextCommand, common_options, option
from services.cli.network_change import change_document, registrar, wake_all
from services.cli.new_passphrases import new_passphrases
from services.cli.running import configure_log
from services.cli.session import Session
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION, STRONG
from services.network_setup import broker_folder


@click.command("renew", cls=TextCommand)
@common_options(agency=False)
@click.argument("agency", metavar="ID")
@option("--passphrase-file", type=click.Path(path_type=Path), text="init_passphrase_file")
@option("--root-passphrase-file", type=click.Path(path_type=Path))
@option("--demo-keys", is_flag=True)
@click.pass_obj
def command(
    session: Session,
    agency: str,
    passphrase_file: Path | None,
    root_passphrase_file: Path | None,
    *,
    demo_keys: bool,
) -> None:
    """The text `help.agency.renew` of the catalogue."""
    configure_log()
    now = session.now()
    broker = broker_folder(session.folder)
    membership = broker.membership(agency)
    office = registrar(session, root_passphrase_file)
    secret = new_passphrases(session, passphrase_file).of(agency)
    policy = KeyPolicy(cost=DEMONSTRATION if demo_keys else STRONG)
    directory = office.renew_keys(agency, secret, now, policy)
    if membership.user is None:
        # It was revoked at the broker too. Else it keeps its credentials, which may lie on its own machine alone.
        asyncio.run(enrol(broker, agency, AgencyFolder(session.folder, agency).credentials))
    woken = wake_all(session.folder, directory)
    session.show(
        change_document(session, directory, agency, "renewed", woken),
        lambda: session.say(
            "agency_renew.done", name=directory.agencies[agency].name, version=directory.version, agency=agency
        ),
    )
