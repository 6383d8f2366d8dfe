"""Keys of a log and its witnesses for tests, the same each time."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from nacl.signing import SigningKey

from events.keys import PublicKey
from events.note import VerifierKey
from events.transparency.cosignature import CosignerKey

Sign = Callable[[bytes], bytes]


def signer(name: str) -> tuple[PublicKey, Sign]:
    key = SigningKey(sha256(name.encode()).digest())
    return PublicKey(bytes(key.verify_key)), lambda message: key.sign(message).signature


def log_key(name: str) -> tuple[VerifierKey, Sign]:
    public, sign = signer(name)
    return VerifierKey(name, public), sign


def witness_key(name: str) -> tuple[CosignerKey, Sign]:
    public, sign = signer(name)
    return CosignerKey(name, public), sign
