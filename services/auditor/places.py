"""Where the auditor's things lie under the state folder (`--dir`).

agencies/auditor/ledger.sqlite   what it was given, in the order of the log: the truth
agencies/auditor/log/            tiles, entry bundles and checkpoints: all of it follows from the ledger
agencies/auditor/log.url         where a running service serves the log
witness-policy                   which cosignatures a checkpoint needs
"""

from __future__ import annotations

from pathlib import Path

from services.broker.names import AUDITOR
from services.identity.layout import agency_folder


def auditor_folder(folder: Path) -> Path:
    """The auditor's own folder."""
    return agency_folder(folder, AUDITOR)


def ledger_file(folder: Path) -> Path:
    """The ledger."""
    return auditor_folder(folder) / "ledger.sqlite"


def log_folder(folder: Path) -> Path:
    """The log's files."""
    return auditor_folder(folder) / "log"


def url_file(folder: Path) -> Path:
    """Where a running service says at which address it serves the log."""
    return auditor_folder(folder) / "log.url"
