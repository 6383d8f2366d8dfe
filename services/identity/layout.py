"""Where things lie under the state folder (`--dir`, `PHOIHOP_DIR`).

directory/root.vkey, root.key, 000001.note, 000002.note, …
agencies/<id>/keys/<signatory>.key
"""

from __future__ import annotations

from pathlib import Path

from events.names import check_slug


def directory_folder(folder: Path) -> Path:
    """The folder of the directory's versions and the root key."""
    return folder / "directory"


def agency_folder(folder: Path, agency: str) -> Path:
    """An agency's own folder; raises `InvalidValue` for a name that is no agency id."""
    return folder / "agencies" / check_slug(agency, "agency id")


def key_file(folder: Path, agency: str, signatory: str) -> Path:
    """The file of a signatory's private key; raises `InvalidValue` for names that are no ids."""
    return agency_folder(folder, agency) / "keys" / f"{check_slug(signatory, 'signatory id')}.key"
