"""Where a passphrase comes from: the program, the file that PHOIHOP_PASSPHRASE_FILE names, or the person asked.

Never an argument of a command: those stand in the process list and the shell's history.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path

from services.identity.disk import read_private
from services.identity.errors import PassphraseUnusable

VARIABLE = "PHOIHOP_PASSPHRASE_FILE"
MIN_CHARACTERS = 8


def find_passphrase(environment: Mapping[str, str], ask: Callable[[], str] | None, explicit: str | None = None) -> str:
    """The passphrase: `explicit`, else the first line of the file that the environment names, else what `ask` returns.

    The file must be its owner's alone. Raises `PassphraseUnusable` if there is none, `KeyFileMissing` or
    `KeyFileOpenToOthers` for the file. `ask` is None where there is no terminal.
    """
    if explicit is not None:
        return explicit
    if name := environment.get(VARIABLE):
        return _first_line(Path(name))
    if ask is None:
        raise PassphraseUnusable(
            what="no passphrase",
            why="there is no terminal to ask for it",
            next_step=f"set {VARIABLE} to a file of mode 0600 that holds it in its first line",
        )
    return ask()


def _first_line(path: Path) -> str:
    try:
        text = read_private(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise PassphraseUnusable(
            what=f"{path} cannot be used as a passphrase file",
            why="it is not UTF-8",
            next_step="write it again as UTF-8",
        ) from error
    return text.partition("\n")[0].removesuffix("\r")


def check_new_passphrase(passphrase: str) -> None:
    """Raises `PassphraseUnusable` if a new key would be too easily opened."""
    if len(passphrase.strip()) < MIN_CHARACTERS:
        raise PassphraseUnusable(
            what="the passphrase is too short",
            why=f"it has fewer than {MIN_CHARACTERS} characters",
            next_step="choose several words that do not belong together",
        )


def passphrase_bytes(passphrase: str) -> bytes:
    """What the key derivation takes: Unicode NFC (RFC 8265), since input methods spell 'ế' in several ways."""
    return unicodedata.normalize("NFC", passphrase).encode("utf-8")
