"""The witness and the statements of the exchange view as parts of an agency's service."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from events.audit.log_keys import AUDITOR
from services.witness.means import Means
from services.witness.settings import WitnessSettings
from services.witness.stating import ViewStatements
from services.witness.tile_fetch import LogTiles
from services.witness.witness import Witness

if TYPE_CHECKING:
    from services.agency.service import AgencyService


async def witness_of(
    service: AgencyService, settings: WitnessSettings, stack: AsyncExitStack
) -> tuple[Witness, ViewStatements]:
    """Both, of a service that is starting: its record, writer, outbox and exchange are there already."""
    tiles = None if settings.log_url is None else await stack.enter_async_context(LogTiles(settings.log_url))

    async def ask_newest() -> None:
        # The auditor answers an announcement that wants a reply with its newest checkpoint.
        await service.exchange.announce_heads([AUDITOR], reply_wanted=True)

    means = Means(
        record=service.record,
        writer=service.writer,
        service=service.service_signer,
        context=lambda: service.context,
        now=service.now,
        settings=settings,
        tiles=tiles,
        ask_newest=ask_newest,
        send_again=service.outbox.publish_again,
        connected=lambda: service.client.is_connected,
        published=lambda: service.outbox.published_position,
    )
    return Witness(means), ViewStatements(means, service.folder.path)
