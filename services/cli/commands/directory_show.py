"""`phoihop directory show`: the agencies of the province, their roles, signatories and keys."""

from __future__ import annotations

import click

from events.agency import Agency, RoleTerm
from events.instants import format_instant
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Document, Session
from services.cli.tables import draw_facts, draw_table
from services.errors import UsageFault
from services.identity.directory_folder import DirectoryFolder
from services.moments import show_moment


class VersionUnknown(UsageFault):
    """The folder holds no such version of the directory."""


@click.command("show", cls=TextCommand)
@common_options(agency=False)
@option("--version", type=click.IntRange(1), text="directory_version")
@click.pass_obj
def command(session: Session, version: int | None) -> None:
    """The text `help.directory.show` of the catalogue."""
    directories = DirectoryFolder.of(session.folder)
    chain = directories.chain()
    if version is not None and version > len(chain):
        raise VersionUnknown(
            what=f"there is no version {version} of the directory here",
            why=f"the newest is {len(chain)}",
            next_step="leave --version out for the newest",
        )
    directory = chain[(version or len(chain)) - 1]
    document = {
        "province": directory.province,
        "name": directory.name,
        "regulation": directory.regulation,
        "version": directory.version,
        "newest_version": len(chain),
        "issued_at": format_instant(directory.issued_at),
        "clock": directory.clock,
        "root_key": str(directories.root),
        "agencies": [_agency(agency) for agency in directory.agencies.values()],
    }

    def draw() -> None:
        facts = [
            ("regulation", directory.regulation),
            ("version", f"{directory.version} ({show_moment(directory.issued_at)})"),
            ("clock", session.texts.word("clock", directory.clock)),
            ("root", str(directories.root)),
        ]
        draw_facts(session, directory.name, facts)
        rows = [
            (agency.id, agency.name, agency.symbol, _roles(session, agency), _keys(session, agency))
            for agency in directory.agencies.values()
        ]
        columns = ("agency", "name", "symbol", "roles", "signatories")
        draw_table(session, session.texts("directory.agencies"), columns, rows)

    session.show(document, draw)


def _agency(agency: Agency) -> Document:
    return {
        "id": agency.id,
        "name": agency.name,
        "name_en": agency.name_en,
        "symbol": agency.symbol,
        "roles": [
            {
                "role": term.role,
                "since": format_instant(term.since),
                "until": None if term.until is None else format_instant(term.until),
                "successor": term.successor,
            }
            for term in agency.roles
        ],
        "signatories": [
            {
                "id": signatory.id,
                "title": signatory.title,
                "capacity": signatory.capacity,
                "keys": [
                    {
                        "kid": key.kid,
                        "not_before": format_instant(key.not_before),
                        "not_after": format_instant(key.not_after),
                        "revoked_at": None if key.revoked_at is None else format_instant(key.revoked_at),
                    }
                    for key in signatory.keys
                ],
            }
            for signatory in agency.signatories
        ],
    }


def _roles(session: Session, agency: Agency) -> str:
    return ", ".join(_term(session, term) for term in agency.roles)


def _term(session: Session, term: RoleTerm) -> str:
    if term.until is None:
        return term.role
    until = show_moment(term.until)
    if term.successor is None:
        return session.texts("directory.until", role=term.role, until=until)
    return session.texts("directory.passed", role=term.role, until=until, successor=term.successor)


def _keys(session: Session, agency: Agency) -> str:
    shown = []
    for signatory in agency.signatories:
        usable = sum(key.revoked_at is None for key in signatory.keys)
        shown.append(signatory.id if usable else session.texts("directory.revoked", signatory=signatory.id))
    return ", ".join(shown)
