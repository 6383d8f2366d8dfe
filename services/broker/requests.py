"""A request to JetStream's API over NATS, with its errors typed."""

from __future__ import annotations

import json
from typing import Any

import nats.errors
from nats.aio.client import Client

from services.broker.errors import BrokerUnreachable, RequestRefused

REQUEST_SECONDS = 5.0


async def api_request(nc: Client, subject: str, payload: bytes = b"") -> dict[str, Any]:
    """The JSON answer to a request.

    A refused permission shows as no answer: the log of the connection names it.

    Raises RequestRefused, BrokerUnreachable.
    """
    try:
        answer = await nc.request(subject, payload, timeout=REQUEST_SECONDS)
    except nats.errors.NoRespondersError as error:
        raise BrokerUnreachable(
            url_of(nc), f"nobody answers {subject}: it does not exist or may not be asked"
        ) from error
    except (TimeoutError, nats.errors.Error) as error:
        reason = f"no answer within {REQUEST_SECONDS:.0f} s to {subject}: {error!r}"
        raise BrokerUnreachable(url_of(nc), reason) from error
    document: dict[str, Any] = json.loads(answer.data)
    refusal = document.get("error")
    if refusal is not None:
        code = int(refusal.get("err_code", refusal.get("code", 0)))
        raise RequestRefused(subject, code, str(refusal.get("description", "")))
    return document


async def api_find(nc: Client, subject: str, not_found: int) -> dict[str, Any] | None:
    """As `api_request`; None if the answer is the error `not_found`."""
    try:
        return await api_request(nc, subject)
    except RequestRefused as refusal:
        if refusal.code == not_found:
            return None
        raise


def url_of(nc: Client) -> str:
    """The address of the server a client is connected to, for messages."""
    url = nc.connected_url
    return f"{url.scheme}://{url.netloc}" if url else "(not connected)"
