"""Having checkpoints time-stamped by an authority (RFC 3161), where one is set."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx
import structlog
from cryptography import x509
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from services.auditor.log_keeper import LogKeeper
from services.auditor.timestamp_check import TimestampInvalid, verify_timestamp

_log = structlog.get_logger(__name__)

EVERY_SECONDS = 3_600.0
"""A checkpoint is stamped this often, if the log has grown: authorities do not like to be asked every few seconds."""
_REQUEST_SECONDS = 20.0
_MAX_RESPONSE_BYTES = 65_536


@dataclass(frozen=True)
class Authority:
    """A time-stamp authority: its address, the roots by which its answers are believed, how often it is asked."""

    url: str
    roots: Sequence[x509.Certificate]
    every_seconds: float = EVERY_SECONDS


async def stamp_checkpoints(log: LogKeeper, authority: Authority) -> None:
    """Have the newest checkpoint stamped, now and then, until cancelled.

    Raises `TimestampInvalid`, `httpx.HTTPError`.
    """
    async with httpx.AsyncClient(timeout=_REQUEST_SECONDS, follow_redirects=False) as client:
        while True:
            moved = log.moved
            if (waiting := await log.unstamped(authority.url)) is not None:
                size, text = waiting
                response, at = await _stamp(client, authority, text)
                await log.keep_timestamp(size, authority.url, response, at)
                _log.info("checkpoint time-stamped", size=size, authority=authority.url, at=at.isoformat())
                await asyncio.sleep(authority.every_seconds)
            else:
                await moved.wait()


async def _stamp(client: httpx.AsyncClient, authority: Authority, text: str) -> tuple[bytes, datetime]:
    request = (
        TimestampRequestBuilder()
        .data(text.encode("utf-8"))
        .hash_algorithm(HashAlgorithm.SHA256)
        .cert_request(cert_request=True)
        .build()
    )
    async with client.stream(
        "POST", authority.url, content=request.as_bytes(), headers={"Content-Type": "application/timestamp-query"}
    ) as answer:
        answer.raise_for_status()
        response = b""
        async for part in answer.aiter_bytes():
            response += part
            if len(response) > _MAX_RESPONSE_BYTES:
                raise TimestampInvalid(f"{authority.url} answers with more than {_MAX_RESPONSE_BYTES} bytes")
    return response, verify_timestamp(response, text, authority.roots, request=request)
