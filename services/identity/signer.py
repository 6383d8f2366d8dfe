"""Signing with a key file: locked until its passphrase is given, unless it opens alone."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from nacl.bindings import crypto_sign

from events.keys import PublicKey
from services.identity.errors import SignerLocked
from services.identity.keyfiles import KeyFile, read_key_file
from services.identity.layout import key_file

_SIGNATURE_BYTES = 64


class FileSigner:
    """A `Signer` (`events.signature`) whose private key lies in a file.

    An encrypted key is locked at first; a service's key is open at once. The private key is in memory only while it
    is unlocked. Raises what `read_key_file` raises.
    """

    def __init__(self, file: KeyFile) -> None:
        self._file = file
        self._private: bytes | None = None
        if not file.encrypted:
            self.unlock(None)

    @classmethod
    def of(cls, folder: Path, agency: str, signatory: str) -> Self:
        """The signer of an agency's signatory under a state folder (`--dir`)."""
        return cls(read_key_file(key_file(folder, agency, signatory)))

    def __repr__(self) -> str:
        return f"FileSigner({self.kid!r}, {'locked' if self.locked else 'unlocked'})"

    @property
    def kid(self) -> str:
        """The key's id, as the directory lists it; a root key's name."""
        return self._file.label

    @property
    def public_key(self) -> PublicKey:
        """The public half, known also while the key is locked."""
        return self._file.public_key

    @property
    def locked(self) -> bool:
        """Whether a passphrase is needed before signing."""
        return self._private is None

    def unlock(self, passphrase: str | None) -> None:
        """Open the key for this session; raises `PassphraseWrong` and leaves the signer as it was."""
        self._private = self._file.open(passphrase)

    def lock(self) -> None:
        """Forget the private key. One that opens alone is opened again by `unlock(None)`."""
        self._private = None

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature of a message; raises `SignerLocked`."""
        if (private := self._private) is None:
            raise SignerLocked(self.kid)
        return crypto_sign(message, private)[:_SIGNATURE_BYTES]
