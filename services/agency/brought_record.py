"""A record that was set up on one machine and brought to another before it was used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.broker.names import JETSTREAM_PREFIX, stream_name
from services.broker.requests import api_request

if TYPE_CHECKING:
    from services.agency.service import AgencyService


async def is_new(service: AgencyService) -> bool:
    """Whether the record is an empty one that was made elsewhere and brought here before anything was ever sent.

    Whoever admits something of this agency signs a receipt in the same commit. So where the broker has never had mail
    for it, nobody holds anything from here. In a network that is just set up nobody could answer a question either.

    Raises `BrokerUnreachable`, `RequestRefused`.
    """
    if service.record.last_position:
        return False
    durable = f"{stream_name(service.context.directory.province)}.{service.agency}"
    info = await api_request(service.client, f"{JETSTREAM_PREFIX}.CONSUMER.INFO.{durable}")
    return not (info["delivered"]["consumer_seq"] or info["num_pending"] or info["num_ack_pending"])
