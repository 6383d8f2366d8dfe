"""Passphrases for keys that are about to be made: one for all, or a file for each agency."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services.cli.session import Session
from services.cli.signing import passphrase
from services.identity.passphrases import check_new_passphrase


@dataclass(frozen=True)
class NewPassphrases:
    """Where new passphrases come from: files of `folder` named after the agencies, and `root`; else all are `one`."""

    session: Session
    one: str
    folder: Path | None = None

    def of(self, name: str) -> str:
        """The passphrase of an agency's signatories, or of `root`. Raises `PassphraseUnusable` and what files raise."""
        found = self.one if self.folder is None else passphrase(self.session, "prompt.new", self.folder / name)
        check_new_passphrase(found)
        return found


def new_passphrases(session: Session, source: Path | None) -> NewPassphrases:
    """From `--passphrase-file` (a file, or a folder of files), the environment's file, or asked for twice."""
    if source is not None and source.is_dir():
        return NewPassphrases(session, "", source)
    one = passphrase(session, "prompt.new", source, confirm=True)
    check_new_passphrase(one)
    return NewPassphrases(session, one)
