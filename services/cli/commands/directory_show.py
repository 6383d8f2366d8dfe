"""`phoihop directory show`: the agencies of the province, their roles, signatories and keys."""

from __future__ import annotations

import click

from events.agency import Agency, RoleTerm
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session
from services.cli.tables import draw_facts, draw_table
from services.documents.directory import directory_document, version_of
from services.identity.directory_folder import DirectoryFolder
from services.moments import show_moment


@click.command("show", cls=TextCommand)
@common_options(agency=False)
@option("--version", type=click.IntRange(1), text="directory_version")
@click.pass_obj
def command(session: Session, version: int | None) -> None:
    """The text `help.directory.show` of the catalogue."""
    directories = DirectoryFolder.of(session.folder)
    chain = directories.chain()
    directory = version_of(chain, version)
    document = directory_document(directory, len(chain), str(directories.root))

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
