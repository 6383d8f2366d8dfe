"""Making the stream and the durables: the provisioner's work, never an agency's.

Idempotent. What exists with another configuration is reported, not changed.

Source: https://docs.nats.io/reference/reference-protocols/nats_api_reference
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from nats.aio.client import Client

from services.broker.accounts import PROVISIONER
from services.broker.configuration import MAX_MESSAGE_BYTES, TlsFiles
from services.broker.connection import connect
from services.broker.errors import ConfigurationDiffers
from services.broker.names import mail_filter, stream_name, stream_subjects
from services.broker.network import BrokerFolder
from services.broker.requests import api_find, api_request

_SECOND = 1_000_000_000

# Long enough to verify and store a full batch on a slow disk. A killed reader does
# not wait for it: it resets its durable when it starts.
ACK_WAIT_SECONDS = 60
FETCH_SECONDS = 25
MAX_FETCH_SECONDS = 30
MAX_FETCH_MESSAGES = 1_000

_STREAM_NOT_FOUND = 10059
_CONSUMER_NOT_FOUND = 10014


def stream_configuration(province: str) -> dict[str, Any]:
    """The province's stream as JetStream's API takes it.

    Evidence: no limit ever drops a message, nobody can delete one. Left off on
    purpose: `allow_direct` (reads around the durable), `allow_rollup_hdrs` and
    `allow_msg_ttl` (erase despite `deny_delete`), `allow_msg_schedules` (stores under
    another's subject).
    """
    return {
        "name": stream_name(province),
        "subjects": [stream_subjects(province)],
        "retention": "limits",
        "storage": "file",
        "num_replicas": 1,
        "max_consumers": -1,
        "max_msgs": -1,
        "max_msgs_per_subject": -1,
        "max_bytes": -1,
        "max_age": 0,
        "max_msg_size": MAX_MESSAGE_BYTES,
        "discard": "new",
        "duplicate_window": 120 * _SECOND,
        "compression": "s2",
        "deny_delete": True,
        "deny_purge": True,
        "allow_atomic": True,
        "allow_direct": False,
        "mirror_direct": False,
        "allow_rollup_hdrs": False,
        "allow_msg_ttl": False,
        "allow_msg_schedules": False,
        "sealed": False,
    }


def durable_configuration(province: str, agency: str) -> dict[str, Any]:
    """The durable consumer an agency reads its mail with, as JetStream's API takes it."""
    return {
        "name": agency,
        "durable_name": agency,
        "filter_subject": mail_filter(province, agency),
        "deliver_policy": "all",
        "ack_policy": "explicit",
        "ack_wait": ACK_WAIT_SECONDS * _SECOND,
        "max_deliver": -1,
        "max_ack_pending": 20_000,
        "max_waiting": 64,
        "max_batch": MAX_FETCH_MESSAGES,
        "max_expires": MAX_FETCH_SECONDS * _SECOND,
        "replay_policy": "instant",
        "num_replicas": 0,
    }


async def provision(url: str, folder: BrokerFolder, *, tls: TlsFiles | None = None) -> None:
    """Make the stream and a durable for every member that lacks one.

    Raises ConfigurationDiffers, RequestRefused, BrokerUnreachable, NetworkMissing.
    """
    async with await connect(url, folder.provisioner_creds, PROVISIONER, tls=tls) as nc:
        await provision_stream(nc, folder.network.province)
        await provision_durables(nc, folder.network.province, folder.agencies())


async def provision_stream(nc: Client, province: str) -> None:
    """Make the province's stream. Raises ConfigurationDiffers, RequestRefused."""
    wanted = stream_configuration(province)
    name = wanted["name"]
    found = await api_find(nc, f"$JS.API.STREAM.INFO.{name}", _STREAM_NOT_FOUND)
    if found is None:
        found = await api_request(nc, f"$JS.API.STREAM.CREATE.{name}", json.dumps(wanted).encode())
    _compare(f"the stream {name}", found["config"], wanted)


async def provision_durables(nc: Client, province: str, agencies: Iterable[str]) -> None:
    """Make the durable of each agency. Raises ConfigurationDiffers, RequestRefused."""
    stream = stream_name(province)
    for agency in agencies:
        wanted = durable_configuration(province, agency)
        found = await api_find(nc, f"$JS.API.CONSUMER.INFO.{stream}.{agency}", _CONSUMER_NOT_FOUND)
        if found is None:
            request = {"stream_name": stream, "config": wanted, "action": "create"}
            found = await api_request(
                nc,
                f"$JS.API.CONSUMER.CREATE.{stream}.{agency}.{wanted['filter_subject']}",
                json.dumps(request).encode(),
            )
        _compare(f"the durable {agency}", found["config"], wanted)


def _compare(what: str, found: dict[str, Any], wanted: dict[str, Any]) -> None:
    differences = configuration_differences(found, wanted)
    if differences:
        raise ConfigurationDiffers(what, differences)


def configuration_differences(found: dict[str, Any], wanted: dict[str, Any]) -> dict[str, tuple[object, object]]:
    """Where `found` is not as `wanted`, by field: (found, wanted).

    The server leaves out what is off, so a missing field counts as off. The replicas
    are left out: a province may run a cluster. What the server adds by itself (a
    default, its own metadata) is no difference; what grants more than wanted is.
    """
    differences: dict[str, tuple[object, object]] = {}
    for key in sorted(wanted.keys() | found.keys()):
        if key in _NOT_COMPARED:
            continue
        one, other = found.get(key), wanted.get(key)
        if (one or None) != (other or None):
            differences[key] = (one, other)
    return differences


_NOT_COMPARED = {"num_replicas", "metadata", "consumer_limits", "allow_batched"}
