"""The demonstration's passphrases: made once, kept beside the keys that they open, each in a file of mode 0600.

    agencies/<id>/keys/passphrase
    directory/root.passphrase

Real agencies keep theirs in people's heads; the demonstration plays the people too. `PHOIHOP_PASSPHRASE_FILE` may name
one of these files, to act for an agency from the command line.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from services.identity.disk import PRIVATE, create_file, make_private_folder, read_private
from services.identity.layout import agency_folder, directory_folder

_BYTES = 18


def agency_passphrase_file(folder: Path, agency: str) -> Path:
    """Where an agency's passphrase lies."""
    return agency_folder(folder, agency) / "keys" / "passphrase"


def agency_passphrase(folder: Path, agency: str) -> str:
    """An agency's passphrase; made if it is not there yet. Raises as `services.identity.disk` does."""
    return _kept(agency_passphrase_file(folder, agency))


def root_passphrase(folder: Path) -> str:
    """The root key's passphrase; made if it is not there yet."""
    return _kept(directory_folder(folder) / "root.passphrase")


def _kept(file: Path) -> str:
    if not file.exists():
        make_private_folder(file.parent)
        create_file(file, f"{secrets.token_urlsafe(_BYTES)}\n".encode("ascii"), PRIVATE)
    return read_private(file).decode("ascii").removesuffix("\n")
