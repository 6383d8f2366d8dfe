"""Public keys: Ed25519 (RFC 8032), 32 bytes, named by their RFC 7638 thumbprint.

The thumbprint is SHA-256 over the canonical JSON of the key's required JWK members (RFC 8037 section 2):
`{"crv":"Ed25519","kty":"OKP","x":"<base64url of the 32 bytes>"}`, written in base64url (43 characters).
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Self

from nacl.bindings import crypto_core_ed25519_is_valid_point

from events import base64url
from events.canonical import canonical_json
from events.errors import InvalidValue
from events.names import make_kid

PUBLIC_KEY_BYTES = 32


class PublicKey(bytes):
    """An Ed25519 public key: its 32 bytes, usable wherever the bytes are wanted.

    Raises `InvalidValue` unless the bytes are the canonical encoding of a point of the prime-order subgroup: with a
    point of small order one signature would verify for many messages.
    """

    def __new__(cls, raw: bytes) -> Self:
        """Check the bytes, once: a key that exists is a good one."""
        if len(raw) != PUBLIC_KEY_BYTES:
            raise InvalidValue(f"an Ed25519 public key has {PUBLIC_KEY_BYTES} bytes, not {len(raw)}")
        if not crypto_core_ed25519_is_valid_point(bytes(raw)):
            raise InvalidValue("these 32 bytes are no Ed25519 public key: not a canonical point of the main subgroup")
        return super().__new__(cls, raw)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a key from base64url; raises `InvalidValue`."""
        return cls(base64url.decode(text))

    @property
    def text(self) -> str:
        """The key in base64url, as the directory and a JWK's `x` have it."""
        return base64url.encode(self)

    @cached_property
    def thumbprint(self) -> str:
        """The RFC 7638 thumbprint (SHA-256) in base64url."""
        jwk = {"crv": "Ed25519", "kty": "OKP", "x": self.text}
        return base64url.encode(hashlib.sha256(canonical_json(jwk)).digest())

    def kid(self, province: str, agency: str, signatory: str) -> str:
        """The `kid` under which this key signs for a signatory of an agency."""
        return make_kid(province, agency, signatory, self.thumbprint)
