"""What changes of the running network have in common: the root key's holder, and telling the services."""

from __future__ import annotations

from pathlib import Path

from events.directory import Directory
from services.agency.folder import AgencyFolder
from services.agency.wake import wake
from services.cli.session import Document, Session
from services.cli.signing import passphrase
from services.identity.directory_folder import DirectoryFolder
from services.identity.keyfiles import read_key_file
from services.identity.network_change import Registrar


def registrar(session: Session, passphrase_file: Path | None) -> Registrar:
    """Whoever holds the root key in this folder, with the key open. Raises as `Registrar` does."""
    locked = read_key_file(DirectoryFolder.of(session.folder).root_key_file).encrypted
    return Registrar(session.folder, passphrase(session, "prompt.root", passphrase_file) if locked else None)


def wake_all(folder: Path, directory: Directory) -> list[str]:
    """Wake the services that run on this folder: they look at the directory. Agencies elsewhere hear of it by mail."""
    return [agency for agency in directory.agencies if wake(AgencyFolder(folder, agency).path)]


def change_document(session: Session, directory: Directory, agency: str, change: str, woken: list[str]) -> Document:
    """The document of `agency add`, `agency revoke` and `agency renew`."""
    return {
        "folder": str(session.folder),
        "province": directory.province,
        "agency": agency,
        "change": change,
        "directory_version": directory.version,
        "services_woken": woken,
    }
