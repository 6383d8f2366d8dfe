"""`phoihop broker run`: the embedded broker alone, where each agency is a process of its own."""

from __future__ import annotations

import asyncio

import click

from services.broker.network import BrokerFolder
from services.broker.server import EmbeddedBroker
from services.cli.frame import TextCommand, common_options, option
from services.cli.running import configure_log, until_stopped
from services.cli.session import Session
from services.network_setup import broker_folder


@click.command("run", cls=TextCommand)
@common_options(agency=False, document=False)
@option("--port", type=click.IntRange(1, 65535), text="broker_port")
@click.pass_obj
def command(session: Session, port: int | None) -> int:
    """The text `help.broker.run` of the catalogue."""
    configure_log()
    return asyncio.run(until_stopped(_run(session, broker_folder(session.folder), port)))


async def _run(session: Session, folder: BrokerFolder, port: int | None) -> None:
    async with EmbeddedBroker(folder, folder.network.province, port=port) as broker:
        session.note("broker.runs", url=broker.url)
        await asyncio.Event().wait()
