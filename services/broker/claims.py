"""NATS JWTs: operator, account and user claims, signed with nkeys.

Pure functions over values; no file, no clock (`issued_at` is passed in).

Source: NATS ADR-14 (JWT library-free generation) and the claims of
https://github.com/nats-io/jwt version 2. A JWT here is
``base64url(header) . base64url(claims) . base64url(ed25519 signature)``, without
padding, with the header ``{"typ":"JWT","alg":"ed25519-nkey"}``.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import nkeys

_HEADER = {"typ": "JWT", "alg": "ed25519-nkey"}
UNLIMITED = -1


class KeyKind(Enum):
    """What an nkey is for; the value is the prefix byte of its encoded form."""

    OPERATOR = nkeys.PREFIX_BYTE_OPERATOR
    ACCOUNT = nkeys.PREFIX_BYTE_ACCOUNT
    USER = nkeys.PREFIX_BYTE_USER


@dataclass(frozen=True, slots=True)
class Nkey:
    """An Ed25519 key pair in NATS' text form; `seed` is secret and kept out of `repr`."""

    seed: str = field(repr=False)
    public: str

    @classmethod
    def from_entropy(cls, kind: KeyKind, entropy: bytes) -> Nkey:
        """The key pair of 32 random bytes."""
        return cls.from_seed(nkeys.encode_seed(entropy, kind.value).decode())

    @classmethod
    def from_seed(cls, seed: str) -> Nkey:
        """The key pair of a seed (``SO…``, ``SA…``, ``SU…``)."""
        pair = nkeys.from_seed(bytearray(seed.encode()))
        return cls(seed=seed, public=pair.public_key.decode())

    def sign(self, data: bytes) -> bytes:
        """The 64-byte Ed25519 signature of `data`."""
        signature: bytes = nkeys.from_seed(bytearray(self.seed.encode())).sign(data)
        return signature


@dataclass(frozen=True, slots=True)
class ServiceExport:
    """What an account offers to other accounts as a service.

    `streamed`: the service answers with more than one message.
    """

    name: str
    subject: str
    streamed: bool = False

    def claims(self) -> dict[str, Any]:
        """This, as it stands in a JWT."""
        return {
            "name": self.name,
            "subject": self.subject,
            "type": "service",
            "response_type": "Stream" if self.streamed else "Singleton",
        }


@dataclass(frozen=True, slots=True)
class ServiceImport:
    """A service of account `exporter` that an account may call.

    `subject` is the exporter's name for it, `local_subject` the importer's.
    """

    name: str
    exporter: str
    subject: str
    local_subject: str

    def claims(self) -> dict[str, Any]:
        """This, as it stands in a JWT."""
        return {
            "name": self.name,
            "account": self.exporter,
            "subject": self.subject,
            "local_subject": self.local_subject,
            "type": "service",
        }


@dataclass(frozen=True, slots=True)
class Account:
    """The claims of an account.

    `revoked` maps a user's public key to the Unix second up to which a JWT issued
    for it is refused. `connections` is the number of clients at a time.
    """

    name: str
    exports: Sequence[ServiceExport] = ()
    imports: Sequence[ServiceImport] = ()
    jetstream: bool = False
    connections: int = UNLIMITED
    revoked: Mapping[str, int] = field(default_factory=dict)

    def claims(self) -> dict[str, Any]:
        """This, as it stands in a JWT."""
        limits: dict[str, Any] = dict.fromkeys(("subs", "data", "payload", "imports", "exports"), UNLIMITED)
        limits |= {"wildcards": True, "conn": self.connections, "leaf": 0}
        if self.jetstream:
            limits |= dict.fromkeys(("mem_storage", "disk_storage", "streams", "consumer"), -1)
        claims: dict[str, Any] = {
            "exports": [one.claims() for one in self.exports],
            "imports": [one.claims() for one in self.imports],
            "limits": limits,
            "default_permissions": {"pub": {}, "sub": {}},
        }
        if self.revoked:
            claims["revocations"] = dict(self.revoked)
        return claims | {"type": "account", "version": 2}


@dataclass(frozen=True, slots=True)
class User:
    """The claims of a user: the subjects it may publish and subscribe to, all others refused."""

    name: str
    publish: Sequence[str]
    subscribe: Sequence[str]

    def claims(self) -> dict[str, Any]:
        """This, as it stands in a JWT."""
        return {
            "pub": {"allow": list(self.publish)},
            "sub": {"allow": list(self.subscribe)},
            "subs": UNLIMITED,
            "data": UNLIMITED,
            "payload": UNLIMITED,
            "type": "user",
            "version": 2,
        }


def encode_operator(name: str, key: Nkey, system_account: str, issued_at: int) -> str:
    """The self-signed JWT of the operator, who signs every account."""
    nats = {"system_account": system_account, "type": "operator", "version": 2}
    return _encode(name, key.public, key, issued_at, nats)


def encode_account(account: Account, public: str, operator: Nkey, issued_at: int) -> str:
    """The JWT of the account with the key `public`, signed by the operator."""
    return _encode(account.name, public, operator, issued_at, account.claims())


def encode_user(user: User, public: str, account: Nkey, issued_at: int, expires_at: int | None = None) -> str:
    """The JWT of the user with the key `public`, signed by its account.

    `expires_at` is the Unix second from which the server refuses it, None for never.
    """
    return _encode(user.name, public, account, issued_at, user.claims(), expires_at)


def encode_credentials(user_jwt: str, user_key: Nkey) -> str:
    """The text of a ``.creds`` file: a user's JWT and its secret seed. A file of mode 0600."""
    return (
        "-----BEGIN NATS USER JWT-----\n"
        f"{user_jwt}\n"
        "------END NATS USER JWT------\n\n"
        "This file is secret: whoever has it is this user.\n\n"
        "-----BEGIN USER NKEY SEED-----\n"
        f"{user_key.seed}\n"
        "------END USER NKEY SEED------\n"
    )


def decode_claims(jwt: str) -> dict[str, Any]:
    """The claims inside a JWT. The signature is not looked at: for our own files only."""
    body = jwt.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def _encode(
    name: str,
    subject: str,
    issuer: Nkey,
    issued_at: int,
    nats: dict[str, Any],
    expires_at: int | None = None,
) -> str:
    claims: dict[str, Any] = {
        "iat": issued_at,
        "iss": issuer.public,
        "name": name,
        "sub": subject,
        "nats": nats,
    }
    if expires_at is not None:
        claims["exp"] = expires_at
    # The id is the digest of the claims without it, as nats-io/jwt makes it.
    digest = hashlib.new("sha512_256", _json(claims)).digest()
    claims["jti"] = base64.b32encode(digest).decode().rstrip("=")
    signed = f"{_base64url(_json(_HEADER))}.{_base64url(_json(claims))}"
    return f"{signed}.{_base64url(issuer.sign(signed.encode()))}"


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
