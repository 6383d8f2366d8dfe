"""Signatures: detached JWS over the envelope's bytes (RFC 7515, RFC 7797), Ed25519 (RFC 8037, RFC 9864).

Form: `<protected>..<signature>`, both base64url. The protected header is always, in canonical JSON,
`{"alg":"Ed25519","b64":false,"crit":["b64"],"kid":"<kid>"}`: another spelling is refused, so a signature has one form.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, Protocol

from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from events import base64url
from events.canonical import canonical_json, parse_canonical
from events.errors import InvalidValue, Malformed, SignatureInvalid
from events.names import make_kid, parse_kid

SIGNATURE_BYTES = 64
MAX_SIGNATURE_CHARACTERS = 1024


class Signer(Protocol):
    """Something that signs with one private key: a file's now, a token's later. It may refuse until it is unlocked."""

    @property
    def kid(self) -> str:
        """The id of the key, as the directory lists it."""

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature of a message."""


@lru_cache(maxsize=4096)
def protected_header(kid: str) -> str:
    """The base64url of the one protected header that a key uses."""
    return base64url.encode(canonical_json({"alg": "Ed25519", "b64": False, "crit": ["b64"], "kid": kid}))


def sign_envelope(envelope_bytes: bytes, signer: Signer) -> str:
    """The detached JWS of an envelope."""
    protected = protected_header(signer.kid)
    return f"{protected}..{base64url.encode(signer.sign(protected.encode('ascii') + b'.' + envelope_bytes))}"


@lru_cache(maxsize=4096)
def _kid_of_header(protected: str) -> str:
    header = parse_canonical(base64url.decode(protected))
    kid = header.get("kid") if isinstance(header, dict) else None
    # The kid's form comes first: what is remembered of a header must not be as long as a stranger likes.
    if not isinstance(kid, str) or protected_header(make_kid(*parse_kid(kid))) != protected:
        raise Malformed(
            "signature", "the JWS header is not the one that phoihop writes (alg Ed25519, b64 false, crit b64, kid)"
        )
    return kid


class _Jws(NamedTuple):
    kid: str
    protected: bytes
    signature: bytes


@lru_cache(maxsize=1024)
def _parse_jws(signature: str) -> _Jws:
    # An event's signature is looked at for its form, its kid and its bytes, one after the other.
    protected, separator, rest = signature.partition("..")
    try:
        if len(signature) > MAX_SIGNATURE_CHARACTERS:
            raise Malformed(
                "signature", f"a signature of {len(signature)} characters is over {MAX_SIGNATURE_CHARACTERS}"
            )
        raw = base64url.decode(rest)
        if not separator or len(raw) != SIGNATURE_BYTES:
            raise Malformed("signature", "a signature is <protected>..<64 bytes in base64url>")
        return _Jws(_kid_of_header(protected), protected.encode("ascii"), raw)
    except InvalidValue as error:
        raise Malformed("signature", str(error)) from error


def signature_kid(signature: str) -> str:
    """The `kid` that a detached JWS names; raises `Malformed` unless it has the one form."""
    return _parse_jws(signature).kid


def verify_envelope(envelope_bytes: bytes, signature: str, public_key: bytes) -> None:
    """Check a detached JWS with a 32-byte Ed25519 public key; raises `SignatureInvalid` or `Malformed`."""
    jws = _parse_jws(signature)
    try:
        crypto_sign_open(b"".join((jws.signature, jws.protected, b".", envelope_bytes)), public_key)
    except (BadSignatureError, ValueError) as error:
        raise SignatureInvalid("the signature is not this key's over these bytes") from error
