"""Private keys as PKCS#8 PEM (RFC 5958, RFC 8410), encrypted with scrypt and AES-256 (PBES2: RFC 8018, RFC 7914).

`cryptography` reads such files but, for PKCS#8, writes only PBKDF2 with 2,048 rounds, far too few for a passphrase
that a person can remember. So the envelope around its plain PKCS#8 is written here, in DER; reading is the library's.
OpenSSL's `openssl pkey` reads the files too.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

SEED_BYTES = 32
_SALT_BYTES = 16
_KEY_BYTES = 32
_PBES2 = bytes.fromhex("06092a864886f70d01050d")  # 1.2.840.113549.1.5.13
_SCRYPT = bytes.fromhex("06092b06010401da47040b")  # 1.3.6.1.4.1.11591.4.11
_AES_256_CBC = bytes.fromhex("060960864801650304012a")  # 2.16.840.1.101.3.4.1.42


@dataclass(frozen=True)
class KdfCost:
    """What trying one passphrase costs: scrypt's `n` (a power of two), `r` and `p`. Memory is 128·n·r bytes."""

    n: int
    r: int
    p: int


STRONG = KdfCost(n=2**14, r=8, p=5)
"""For real use: 16 MiB and about 0.2 s a try, one of the settings that OWASP's password storage sheet asks at least.
A larger `n` would be beyond the memory that OpenSSL grants scrypt when it reads such a file."""

DEMONSTRATION = KdfCost(n=2**12, r=8, p=1)
"""For demonstrations and tests alone: about 10 ms a try, so that thirty agencies' keys are made in a second or two."""


class NotThisPassphrase(ValueError):
    """The passphrase does not open the key, or the encrypted bytes are damaged: the two look alike."""


def to_pem(seed: bytes, passphrase: bytes | None, cost: KdfCost = STRONG) -> bytes:
    """The PEM of an Ed25519 private key's 32-byte seed, encrypted unless `passphrase` is None."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    if passphrase is None:
        return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return _pem(_encrypt(plain, passphrase, cost))


def from_pem(pem: bytes, passphrase: bytes | None) -> bytes:
    """The 32-byte seed of a PEM; raises `NotThisPassphrase`, or `ValueError` if it holds no Ed25519 private key."""
    try:
        key = load_pem_private_key(pem, passphrase)
    except (ValueError, TypeError) as error:
        if passphrase is not None:
            raise NotThisPassphrase("the passphrase does not open this key") from error
        raise ValueError("it holds no readable PKCS#8 private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"it holds a key of another kind than Ed25519 ({type(key).__name__})")  # noqa: TRY004 - bad data
    return key.private_bytes_raw()


def _encrypt(plain: bytes, passphrase: bytes, cost: KdfCost) -> bytes:
    """EncryptedPrivateKeyInfo (RFC 5958 section 3) with PBES2-params of scrypt (RFC 7914 section 7) and AES-256-CBC."""
    salt, iv = os.urandom(_SALT_BYTES), os.urandom(16)
    maximum_memory = 128 * cost.r * (cost.n + cost.p) * 2
    key = hashlib.scrypt(passphrase, salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=maximum_memory, dklen=_KEY_BYTES)
    padder = PKCS7(AES.block_size).padder()
    encryptor = Cipher(AES(key), CBC(iv)).encryptor()
    encrypted = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    derivation = _sequence(
        _SCRYPT,
        _sequence(_octets(salt), _integer(cost.n), _integer(cost.r), _integer(cost.p), _integer(_KEY_BYTES)),
    )
    scheme = _sequence(_AES_256_CBC, _octets(iv))
    return _sequence(_sequence(_PBES2, _sequence(derivation, scheme)), _octets(encrypted))


def _tagged(tag: int, content: bytes) -> bytes:
    """DER (X.690): tag, length, content; every structure here is shorter than 64 KiB."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes(2 if size > 0xFF else 1, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _sequence(*parts: bytes) -> bytes:
    return _tagged(0x30, b"".join(parts))


def _octets(data: bytes) -> bytes:
    return _tagged(0x04, data)


def _integer(value: int) -> bytes:
    # One bit more than the number needs, so that a positive one never begins with a set bit.
    return _tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _pem(der: bytes) -> bytes:
    text = base64.b64encode(der)
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return b"\n".join((b"-----BEGIN ENCRYPTED PRIVATE KEY-----", *lines, b"-----END ENCRYPTED PRIVATE KEY-----", b""))
