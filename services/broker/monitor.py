"""What the server tells about itself over HTTP on the loopback interface.

Source: https://docs.nats.io/running-a-nats-service/nats_admin/monitoring
"""

from __future__ import annotations

import asyncio
import http.client
import json
from typing import Any
from urllib.parse import urlsplit


async def monitor_get(monitor_url: str, path: str, timeout_seconds: float = 2.0) -> dict[str, Any]:
    """The JSON document at `path` (``/healthz``, ``/varz``, …) of a server's monitor.

    Raises OSError if nobody answers in time, ValueError if the answer is not JSON.
    """
    return await asyncio.to_thread(_get, monitor_url, path, timeout_seconds)


def _get(monitor_url: str, path: str, timeout_seconds: float) -> dict[str, Any]:
    parts = urlsplit(monitor_url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=timeout_seconds)
    try:
        connection.request("GET", path)
        body = connection.getresponse().read()
    except http.client.HTTPException as error:
        raise OSError(f"{monitor_url} does not speak HTTP ({error!r})") from error
    finally:
        connection.close()
    document: dict[str, Any] = json.loads(body)
    return document
