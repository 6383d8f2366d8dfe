"""`phoihop agency recover`: a record that came back from an old backup, or was lost, gets back what peers hold."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

import click

from services.agency.folder import AgencyFolder
from services.agency.recovery import Recovered, begin_anew, recover
from services.agency.service import AgencyService
from services.cli.broker_choice import BrokerChoice, broker_options
from services.cli.exit_codes import OK
from services.cli.frame import TextCommand, common_options, option
from services.cli.running import configure_log, until_stopped
from services.cli.session import Session
from services.cli.watch import check_broker
from services.identity.directory_folder import DirectoryFolder


@click.command("recover", cls=TextCommand)
@common_options()
@broker_options
@option("--without", multiple=True, metavar="AGENCY")
@option("--lost", is_flag=True)
@option("--patience-seconds", type=click.FloatRange(1), default=60.0)
@click.pass_obj
def command(
    session: Session,
    broker_url: str | None,
    monitor_url: str | None,
    broker_port: int | None,
    without: tuple[str, ...],
    patience_seconds: float,
    *,
    with_broker: bool,
    lost: bool,
) -> int:
    """The text `help.agency.recover` of the catalogue."""
    configure_log(quiet=True)
    choice = BrokerChoice.of(session, broker_url, monitor_url, broker_port, with_broker=with_broker)
    done: list[Recovered] = []
    code = asyncio.run(until_stopped(_recover(session, choice, without, patience_seconds, done, lost=lost)))
    if not done:
        return code
    document = {"agency": session.me, **done[0].to_json()}
    session.show(
        document,
        lambda: session.say(
            "agency_recover.done",
            agency=session.me,
            own=done[0].own_events,
            received=done[0].received_events,
            gaps=sum(len(counts) for counts in done[0].gaps.values()),
        ),
    )
    return OK


async def _recover(
    session: Session,
    choice: BrokerChoice,
    without: Sequence[str],
    patience_seconds: float,
    done: list[Recovered],
    *,
    lost: bool,
) -> None:
    session.agency = session.me
    directory = DirectoryFolder.of(session.folder).load()
    folder = AgencyFolder(session.folder, session.agency)
    folder.check_listed(directory)
    if lost:
        begin_anew(folder, directory.province, session.now())

    def told(stage: str, part: int, of: int) -> None:
        if not session.json:
            session.note("agency_recover.progress", stage=session.texts.word("recovery", stage), part=part, of=of)

    async with AsyncExitStack() as stack:
        endpoint = await choice.endpoint(session, directory, stack)
        service = await stack.enter_async_context(
            AgencyService(session.folder, session.agency, broker_url=endpoint.url, monitor_url=endpoint.monitor_url)
        )
        await check_broker(service)
        done.append(await recover(service, without=without, patience_seconds=patience_seconds, progress=told))
