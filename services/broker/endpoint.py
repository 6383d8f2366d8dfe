"""Where the running broker listens, for the other processes of this machine."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from services.broker.errors import BrokerUnreachable
from services.broker.files import write_private


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A running server: ``nats://…`` (``tls://…``), ``http://…`` and its process id."""

    url: str
    monitor_url: str
    pid: int


def write_endpoint(broker_folder: Path, endpoint: Endpoint) -> None:
    """Say in ``endpoint.json`` where the server listens."""
    write_private(_path(broker_folder), json.dumps(asdict(endpoint)))


def read_endpoint(broker_folder: Path) -> Endpoint:
    """Where the server listens; it may have died since, so a connection can still fail.

    Raises BrokerUnreachable when no broker runs on the folder.
    """
    try:
        return Endpoint(**json.loads(_path(broker_folder).read_text("utf-8")))
    except FileNotFoundError:
        raise BrokerUnreachable(str(broker_folder), "no broker runs on this folder") from None


def remove_endpoint(broker_folder: Path) -> None:
    """Forget the endpoint: the server is stopping."""
    _path(broker_folder).unlink(missing_ok=True)


def _path(broker_folder: Path) -> Path:
    return broker_folder / "endpoint.json"
