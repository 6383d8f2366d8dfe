"""What an agency looks at before it trusts the broker with its mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from nats.aio.client import Client

from services.broker.errors import BrokerError, ConfigurationDiffers
from services.broker.monitor import monitor_get
from services.broker.names import JETSTREAM_PREFIX, stream_name
from services.broker.provision import (
    configuration_differences,
    durable_configuration,
    stream_configuration,
)
from services.broker.requests import api_request


@dataclass(frozen=True, slots=True)
class BrokerHealth:
    """What is wrong, and what could not be looked at; each a sentence for the operator.

    `waiting` and `unacknowledged` count the agency's messages on the broker, None if
    its durable does not answer.
    """

    problems: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    waiting: int | None = None
    unacknowledged: int | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing wrong was found."""
        return not self.problems


@dataclass(slots=True)
class _Findings:
    problems: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)


async def broker_health(nc: Client, province: str, agency: str, monitor_url: str | None) -> BrokerHealth:
    """Check, as `agency`, that mail sent now is safe and will reach it.

    1. connected: else nothing below says anything;
    2. the durable exists and is configured as expected: a deleted or altered durable
       would skip mail while everything looks healthy;
    3. the server syncs before it acknowledges (by its monitor): else a power failure
       loses what was acknowledged;
    4. the stream exists and is configured as expected (by its monitor): else messages
       could be deleted or expire. A wrong key for a store at rest shows here too.

    `monitor_url` is None where the monitor cannot be reached from the agency's machine;
    3 and 4 are then named as unchecked.
    """
    if not nc.is_connected:
        return BrokerHealth(("the connection to the broker is lost and being restored",))
    found = _Findings()
    waiting = unacknowledged = None
    try:
        info = await _durable(nc, province, agency)
        waiting, unacknowledged = int(info["num_pending"]), int(info["num_ack_pending"])
    except BrokerError as error:
        found.problems.append(str(error))
    if monitor_url is None:
        found.unchecked.append("whether the broker syncs before it acknowledges: no monitor given")
        found.unchecked.append("how the stream is configured: no monitor given")
    else:
        await _look_at_server(monitor_url, province, found)
    return BrokerHealth(tuple(found.problems), tuple(found.unchecked), waiting, unacknowledged)


async def _durable(nc: Client, province: str, agency: str) -> dict[str, Any]:
    subject = f"{JETSTREAM_PREFIX}.CONSUMER.INFO.{stream_name(province)}.{agency}"
    info = await api_request(nc, subject)
    differences = configuration_differences(info["config"], durable_configuration(province, agency))
    if differences:
        raise ConfigurationDiffers(f"the durable {agency}", differences)
    return info


async def _look_at_server(monitor_url: str, province: str, found: _Findings) -> None:
    stream = stream_name(province)
    try:
        server = await monitor_get(monitor_url, "/varz")
        store = await monitor_get(monitor_url, "/jsz?accounts=true&streams=true&config=true")
    except (OSError, ValueError) as error:
        found.problems.append(
            f"the broker's monitor at {monitor_url} does not answer ({error}), so its durability "
            "is unknown; correct the address or start the broker with its monitor"
        )
        return
    if not server.get("jetstream", {}).get("config", {}).get("sync_always"):
        found.problems.append(
            "the broker acknowledges messages before they are on disk, so a power failure would "
            "lose them; set `sync_interval: always` in its jetstream configuration"
        )
    configuration = next((one["config"] for one in _streams(store) if one.get("name") == stream), None)
    if configuration is None:
        found.problems.append(
            f"the broker has no stream {stream}; it was not provisioned, its store was replaced, "
            "or it was started with another encryption key"
        )
        return
    differences = configuration_differences(configuration, stream_configuration(province))
    if differences:
        found.problems.append(str(ConfigurationDiffers(f"the stream {stream}", differences)))


def _streams(store: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for account in store.get("account_details") or ():
        yield from account.get("stream_detail") or ()
