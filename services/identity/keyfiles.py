"""A private key on disk: PKCS#8 PEM, mode 0600, under a heading that says whose it is without opening it.

    phoihop-key: lao-cai/police/head/3Tq0u6yRk1vWmN2x
    phoihop-public: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo
    -----BEGIN ENCRYPTED PRIVATE KEY-----
    …

Text before the PEM is explanatory (RFC 7468 section 2); other tools skip it. It is checked against the private key
whenever that is opened. Head's and deputy's keys are encrypted, the service's opens alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from nacl.bindings import crypto_sign_seed_keypair
from nacl.signing import SigningKey

from events.errors import InvalidValue
from events.keys import PublicKey
from services.identity.disk import PRIVATE, create_file, make_private_folder, read_private
from services.identity.errors import KeyFileDamaged, KeyFileExists, PassphraseWrong
from services.identity.passphrases import check_new_passphrase, passphrase_bytes
from services.identity.pkcs8 import STRONG, KdfCost, NotThisPassphrase, from_pem, to_pem

_FILE = re.compile(
    rb"phoihop-key: (?P<label>[!-~]{1,160})\nphoihop-public: (?P<public>[A-Za-z0-9_-]{43})\n"
    rb"(?P<pem>-----BEGIN (?P<encrypted>ENCRYPTED )?PRIVATE KEY-----\n"
    rb"[A-Za-z0-9+/=\n]{1,4096}-----END (ENCRYPTED )?PRIVATE KEY-----\n)"
)


@dataclass(frozen=True)
class KeyFile:
    """A key file that was read but not opened: whose key it is, its public half, and whether it wants a passphrase.

    `label` is the `kid` of a signatory's key, the key name of a root key.
    """

    path: Path
    label: str
    public_key: PublicKey
    encrypted: bool
    pem: bytes = field(repr=False)

    def open(self, passphrase: str | None = None) -> bytes:
        """The 64-byte private key as libsodium takes it (seed and public key).

        Raises `PassphraseWrong` (also if none is given for an encrypted file), or `KeyFileDamaged` if the private
        key is not the one of the heading.
        """
        if self.encrypted and passphrase is None:
            raise PassphraseWrong(self.path)
        try:
            seed = from_pem(
                self.pem, passphrase_bytes(passphrase) if self.encrypted and passphrase is not None else None
            )
        except NotThisPassphrase as error:
            raise PassphraseWrong(self.path) from error
        except ValueError as error:
            raise KeyFileDamaged(self.path, str(error)) from error
        public, private = crypto_sign_seed_keypair(seed)
        if public != self.public_key:
            raise KeyFileDamaged(self.path, "its heading names another key than it holds")
        return private


def new_seed() -> bytes:
    """A new private key's 32 random bytes."""
    return bytes(SigningKey.generate())


def public_key_of(seed: bytes) -> PublicKey:
    """The public key of a private key's 32 bytes."""
    return PublicKey(crypto_sign_seed_keypair(seed)[0])


def create_key_file(path: Path, seed: bytes, label: str, passphrase: str | None, cost: KdfCost = STRONG) -> KeyFile:
    """Write a new key file; encrypted unless `passphrase` is None.

    Raises `KeyFileExists` (nothing is overwritten), `PassphraseUnusable` for one that is too short, `DiskRefused`.
    """
    if passphrase is not None:
        check_new_passphrase(passphrase)
    pem = to_pem(seed, None if passphrase is None else passphrase_bytes(passphrase), cost)
    heading = f"phoihop-key: {label}\nphoihop-public: {public_key_of(seed).text}\n".encode("ascii")
    make_private_folder(path.parent)
    try:
        create_file(path, heading + pem, PRIVATE)
    except FileExistsError as error:
        raise KeyFileExists(path) from error
    return read_key_file(path)


def read_key_file(path: Path) -> KeyFile:
    """Read a key file without opening the key.

    Raises `KeyFileMissing`, `KeyFileOpenToOthers`, `KeyFileDamaged`.
    """
    if not (match := _FILE.fullmatch(read_private(path))):
        raise KeyFileDamaged(path, "it is not a phoihop key file: heading and one PKCS#8 private key in PEM")
    try:
        public_key = PublicKey.from_text(match["public"].decode("ascii"))
    except InvalidValue as error:
        raise KeyFileDamaged(path, f"its heading holds no public key ({error})") from error
    return KeyFile(path, match["label"].decode("ascii"), public_key, match["encrypted"] is not None, match["pem"])
