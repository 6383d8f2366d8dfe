"""RFC 3161 time-stamps on checkpoints: what is stamped, and whether a response is a trusted authority's word on it.

What is stamped is a checkpoint's text (origin, size, root; without signatures), so a stamp shows that this tree stood
by then. Needs no broker and no database.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from rfc3161_client import TimeStampRequest, VerificationError, VerifierBuilder, decode_timestamp_response

from events.errors import PhoihopError
from services.errors import UsageFault


class TimestampInvalid(PhoihopError):
    """A time-stamp response is none, is not over this checkpoint, or is not signed by a trusted authority."""


class RootsUnreadable(UsageFault):
    """The file of the trusted authorities' root certificates cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            what="the time-stamp authority's certificates cannot be read",
            why=f"{path}: {reason}",
            next_step="name a PEM file with the authority's root certificate",
        )
        self.path, self.reason = path, reason


def load_roots(path: Path) -> list[x509.Certificate]:
    """The root certificates of a PEM file; raises `RootsUnreadable`."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise RootsUnreadable(path, str(error)) from error


def verify_timestamp(
    response: bytes, text: str, roots: Sequence[x509.Certificate], *, request: TimeStampRequest | None = None
) -> datetime:
    """The authority's time in a response (DER) over a checkpoint's text; raises `TimestampInvalid`.

    1. it is a response that grants a token; 2. the token is signed by a certificate for time-stamping under one of the
    roots; 3. it is over this very text; 4. with `request`, it answers that request and no earlier one.
    """
    builder = VerifierBuilder() if request is None else VerifierBuilder.from_request(request)
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        decoded = decode_timestamp_response(response)
        builder.build().verify_message(decoded, text.encode("utf-8"))
    except (VerificationError, ValueError) as error:
        raise TimestampInvalid(f"the time-stamp does not hold: {error}") from error
    return decoded.tst_info.gen_time
