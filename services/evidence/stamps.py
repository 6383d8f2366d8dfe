"""RFC 3161 time-stamps over checkpoints: an authority outside the province saw the log's tree at a time.

A member holds the authority's whole response (`TimeStampResp`, DER) over the checkpoint's text, the lines that the log
and the witnesses sign. Without the authority's certificate only the response's own claim can be read.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from events.audit.finding import AuditCheck
from events.errors import Malformed
from services.evidence.archive import Archive
from services.evidence.faults import Faults
from services.evidence.layout import MAX_TOKEN_BYTES, timestamp_size
from services.evidence.shown import shown
from services.evidence.trees import Trees
from services.evidence.verdict import Stamp

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

_HASHES = {
    "2.16.840.1.101.3.4.2.1": hashlib.sha256,
    "2.16.840.1.101.3.4.2.2": hashlib.sha384,
    "2.16.840.1.101.3.4.2.3": hashlib.sha512,
}


def read_stamps(archive: Archive, trees: Trees, authorities: tuple[bytes, ...], faults: Faults) -> tuple[Stamp, ...]:
    """The time-stamps of a package; one that is over something else, or not its authority's, is a finding."""
    texts = {tree.checkpoint.size: tree.note.text.encode("utf-8") for tree in trees.trees}
    found = []
    for name in archive.members:
        size = timestamp_size(name)
        if size is None:
            continue
        try:
            found.append(_read(archive.read(name, MAX_TOKEN_BYTES), texts.get(size), size, authorities))
        except Malformed as error:
            faults.add(
                AuditCheck.CHECKPOINT_UNSIGNED, name,
                "dấu thời gian không phải của điểm kiểm tra này",
                f"the time-stamp is not one over this checkpoint: {error}",
            )  # fmt: skip
    return tuple(found)


def _read(data: bytes, text: bytes | None, size: int, authorities: tuple[bytes, ...]) -> Stamp:
    if text is None:
        raise Malformed("package", f"the package has no good checkpoint over {size} entries")
    from rfc3161_client import decode_timestamp_response  # noqa: PLC0415 - few packages have time-stamps

    try:
        response = decode_timestamp_response(data)
        info = response.tst_info
        digest = _HASHES[info.message_imprint.hash_algorithm.dotted_string]
        at = info.gen_time.replace(tzinfo=UTC) if info.gen_time.tzinfo is None else info.gen_time
        matches = info.message_imprint.message == digest(text).digest()
        authority = shown(str(info.name))
    except (ValueError, KeyError, AttributeError) as error:
        raise Malformed("timestamp", f"it cannot be read: {error}") from error
    if not matches:
        raise Malformed("timestamp", "it is over something else")
    if authorities:
        _verify(response, text, authorities)
    return Stamp(size, _whole(at), authority, trusted=bool(authorities))


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def _verify(response: TimeStampResponse, text: bytes, authorities: tuple[bytes, ...]) -> None:
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415

    builder = VerifierBuilder()
    for data in authorities:
        builder = builder.add_root_certificate(load_certificate(data))
    try:
        builder.build().verify_message(response, text)
    except (VerificationError, ValueError) as error:
        raise Malformed("timestamp", f"it is not of an authority that is trusted here: {error}") from error


def load_certificate(data: bytes) -> Certificate:
    """A certificate from PEM or DER; raises `Malformed` (`certificate`)."""
    from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificate  # noqa: PLC0415

    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            return load_pem_x509_certificate(data)
        return load_der_x509_certificate(data)
    except ValueError as error:
        raise Malformed("certificate", f"this is no X.509 certificate: {error}") from error
