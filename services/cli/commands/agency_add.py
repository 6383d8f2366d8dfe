"""`phoihop agency add`: one more agency, while the network runs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from events.directory import Directory
from events.instants import vietnam_date
from services.agency.folder import AgencyFolder
from services.broker.live import enrol
from services.cli.frame import TextCommand, common_options, option
from services.cli.network_change import change_document, registrar, wake_all
from services.cli.new_passphrases import new_passphrases
from services.cli.running import configure_log
from services.cli.session import Session
from services.errors import UsageFault
from services.identity.directory_folder import DirectoryFolder
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION, STRONG
from services.network_setup import broker_folder, set_up_agency
from services.provinces import AgencyEntry, ProvinceUnknown, RoleTenure, SignatoryEntry, load_province


class AgencyNotDescribed(UsageFault):
    """The province's file does not list the agency, so its name, symbol and roles have to be given."""


@click.command("add", cls=TextCommand)
@common_options(agency=False)
@click.argument("agency", metavar="ID")
@option("--name", text="agency_name")
@option("--name-en", text="agency_name_en")
@option("--symbol", text="agency_symbol")
@option("--role", "roles", multiple=True, text="agency_role")
@option("--head-title", text="agency_head_title")
@option("--passphrase-file", type=click.Path(path_type=Path), text="init_passphrase_file")
@option("--root-passphrase-file", type=click.Path(path_type=Path))
@option("--demo-keys", is_flag=True)
@click.pass_obj
def command(
    session: Session,
    agency: str,
    name: str | None,
    name_en: str | None,
    symbol: str | None,
    roles: tuple[str, ...],
    head_title: str | None,
    passphrase_file: Path | None,
    root_passphrase_file: Path | None,
    *,
    demo_keys: bool,
) -> None:
    """The text `help.agency.add` of the catalogue."""
    configure_log()
    now = session.now()
    directory = DirectoryFolder.of(session.folder).load()
    folder, place = broker_folder(session.folder), AgencyFolder(session.folder, agency)
    if agency not in directory.agencies or agency in folder.agencies():
        entry = _entry(session, directory, agency, name, name_en, symbol, roles, head_title, now)
        office = registrar(session, root_passphrase_file)
        secret = None if agency in directory.agencies else new_passphrases(session, passphrase_file).of(agency)
        policy = KeyPolicy(cost=DEMONSTRATION if demo_keys else STRONG)
        directory = office.add_agency(entry, secret, now, policy)
    # Else it was listed by a call that was interrupted behind the directory: the rest is made now.
    set_up_agency(session.folder, directory, agency)
    asyncio.run(enrol(folder, agency, place.credentials))
    woken = wake_all(session.folder, directory)
    session.show(
        change_document(session, directory, agency, "added", woken),
        lambda: session.say(
            "agency_add.done", name=directory.agencies[agency].name, version=directory.version, woken=len(woken)
        ),
    )


def _entry(
    session: Session,
    directory: Directory,
    agency: str,
    name: str | None,
    name_en: str | None,
    symbol: str | None,
    roles: Sequence[str],
    head_title: str | None,
    now: datetime,
) -> AgencyEntry:
    """The agency as the province's file describes it, or as the options do."""
    if name is None and symbol is None and not roles:
        try:
            return load_province(directory.province).by_id[agency]
        except (KeyError, ProvinceUnknown):
            pass
    if name is None or symbol is None or not roles:
        raise AgencyNotDescribed(
            what=f"agency {agency} cannot be added",
            why=f"the file of province {directory.province} does not describe it",
            next_step="give --name, --symbol and at least one --role",
        )
    today = vietnam_date(now)
    return AgencyEntry(
        id=agency,
        name=name,
        name_en=name_en or name,
        symbol=symbol,
        roles=tuple(RoleTenure(role=role, from_=today) for role in roles),
        signatories=(
            SignatoryEntry(id="head", title=head_title or session.texts("agency_add.head"), capacity="head"),
            SignatoryEntry(id="service", title=session.texts("agency_add.service"), capacity="service"),
        ),
    )
