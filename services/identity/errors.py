"""What can go wrong with keys and directories on disk. No message holds a key or a passphrase."""

from __future__ import annotations

from pathlib import Path

from services.errors import CannotRun, UsageFault


class DiskRefused(CannotRun):
    """A file or folder cannot be written or read."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            what=f"{path} cannot be written or read",
            why=error.strerror or type(error).__name__,
            next_step="free space or correct the permissions, then run the command again; nothing is left half-written",
        )
        self.path = path


class KeyFileMissing(CannotRun):
    """There is no key file where one is needed."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            what=f"key file {path} is missing",
            why="no such file",
            next_step="restore it from a backup, or have the province make a new key for this signatory",
        )
        self.path = path


class KeyFileOpenToOthers(CannotRun):
    """Others than the owner may read or write a secret file."""

    def __init__(self, path: Path, mode: int) -> None:
        super().__init__(
            what=f"{path} is open to others",
            why=f"its mode is {mode:04o}, a secret file must be 0600",
            next_step=f"run `chmod 600 {path}`; if somebody may have read it, have the key revoked and a new one made",
        )
        self.path = path
        self.mode = mode


class KeyFileDamaged(CannotRun):
    """A key file does not hold what it should."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            what=f"key file {path} cannot be used",
            why=why,
            next_step="restore it from a backup, or have the province make a new key for this signatory",
        )
        self.path = path


class KeyFileExists(UsageFault):
    """A key file stands where a new one should be made, and is not overwritten."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            what=f"key file {path} exists already",
            why="a key is never overwritten: what it signed could not be continued",
            next_step="move it away if it is not needed, or give the passphrase it was made with to go on with it",
        )
        self.path = path


class PassphraseWrong(CannotRun):
    """The passphrase does not open the key file."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            what=f"key file {path} stays locked",
            why="the passphrase does not open it",
            next_step="try again; capital letters and the keyboard's Vietnamese input mode count",
        )
        self.path = path


class PassphraseUnusable(UsageFault):
    """A passphrase is missing, too short, or comes from a place that cannot be read."""


class SignerLocked(CannotRun):
    """The private key is passphrase-encrypted and was not unlocked in this session."""

    def __init__(self, kid: str) -> None:
        super().__init__(
            what=f"key {kid} is locked",
            why="its passphrase was not given in this session",
            next_step="give the signatory's passphrase when asked, or in the file that PHOIHOP_PASSPHRASE_FILE names",
        )
        self.kid = kid


class DirectoryMissing(CannotRun):
    """The folder holds no directory, or not the root key to check it with."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            what=f"{path} is missing",
            why="this folder holds no province's directory",
            next_step="run `phoihop init --province <province>`, or copy the directory folder the province gave out",
        )
        self.path = path


class NetworkExists(UsageFault):
    """A province was set up in this folder before."""

    def __init__(self, path: Path, province: str, version: int) -> None:
        super().__init__(
            what=f"{path} holds a network already",
            why=f"it is {province}, directory version {version}",
            next_step="use it as it is, add agencies with `phoihop agency add`, or choose another --dir",
        )
        self.province = province
        self.version = version


class ChangeImpossible(UsageFault):
    """A change to the directory cannot be meant: an agency, key or role that is not there, or is there already."""
