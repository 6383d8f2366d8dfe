"""The accounts of one agency, as one call of the command line opens them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.accounts.store import Accounts
from services.agency.folder import AgencyFolder
from services.cli.session import Session
from services.cli.signing import passphrase
from services.identity.directory_folder import DirectoryFolder


@contextmanager
def open_accounts(session: Session) -> Iterator[Accounts]:
    """The accounts of the session's agency. Raises as `open_desk` does for the agency and its folder."""
    place = AgencyFolder(session.folder, session.me)
    place.check_listed(DirectoryFolder.of(session.folder).load())
    with Accounts(place.accounts, place.agency) as accounts:
        yield accounts


def check_signatory(session: Session, signatory: str) -> None:
    """Raise `AccountFault` unless the directory lists the signatory with the capacity of a head or deputy."""
    from services.accounts.account import AccountFault  # noqa: PLC0415 - one use

    listed = DirectoryFolder.of(session.folder).load().agencies[session.me].signatories
    people = [one.id for one in listed if one.capacity != "service"]
    if signatory not in people:
        raise AccountFault(
            what=f"{session.me} has no signatory {signatory!r} for a person",
            why=f"those of its people are {', '.join(people) or 'none'}",
            next_step="name one of them with --signatory",
        )


def new_password(session: Session, file: Path | None) -> str:
    """A password from a file, or asked for twice; never from an argument."""
    return passphrase(session, "prompt.password", file, confirm=True)
