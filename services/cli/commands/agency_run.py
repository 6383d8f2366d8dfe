"""`phoihop agency run`: one agency's service, until it is told to stop."""

from __future__ import annotations

import asyncio
import shlex
from contextlib import AsyncExitStack

import click

from services.agency.clock import system_now
from services.agency.folder import AgencyFolder
from services.agency.garbage import collect_rarely
from services.agency.policies import PolicySettings, policies_for
from services.agency.policies.overdue_replies import run_overdue_replies
from services.agency.policies.reminders import run_reminders
from services.agency.service import AgencyService
from services.agency.start_checks import check_start
from services.cli.broker_choice import BrokerChoice, broker_options
from services.cli.frame import TextCommand, common_options, option
from services.cli.running import configure_log, until_stopped
from services.cli.session import Session
from services.cli.watch import check_broker, watch
from services.cli.web_choice import WebChoice, web_options
from services.identity.directory_folder import DirectoryFolder
from services.web.feed import Feed
from services.witness.settings import LOG_URL_VARIABLE, WitnessSettings


@click.command("run", cls=TextCommand)
@common_options(document=False)
@broker_options
@web_options
@option("--switch-command", envvar="PHOIHOP_SWITCH_COMMAND", metavar="COMMAND")
@option("--log-url", envvar=LOG_URL_VARIABLE, metavar="URL")
@option("--verbose", is_flag=True)
@click.pass_obj
def command(
    session: Session,
    broker_url: str | None,
    monitor_url: str | None,
    broker_port: int | None,
    port: int | None,
    host: str,
    public_names: tuple[str, ...],
    switch_command: str | None,
    log_url: str | None,
    *,
    with_broker: bool,
    no_web: bool,
    verbose: bool,
) -> int:
    """The text `help.agency.run` of the catalogue."""
    configure_log(verbose=verbose)
    choice = BrokerChoice.of(session, broker_url, monitor_url, broker_port, with_broker=with_broker)
    web = WebChoice.of(session, host, port, public_names, no_web=no_web)
    settings = PolicySettings.with_command(shlex.split(switch_command)) if switch_command else PolicySettings()
    witness = WitnessSettings(log_url=log_url or None)
    return asyncio.run(until_stopped(_run(session, choice, web, settings, witness)))


async def _run(
    session: Session, choice: BrokerChoice, web: WebChoice, settings: PolicySettings, witness: WitnessSettings
) -> None:
    session.agency = session.me
    directory = DirectoryFolder.of(session.folder).load()
    AgencyFolder(session.folder, session.agency).check_listed(directory)
    # The service checks it too; here it comes before a broker is started or looked for.
    check_start(session.folder, session.agency, directory)
    async with AsyncExitStack() as stack:
        endpoint = await choice.endpoint(session, directory, stack)
        feed = Feed()
        service = await stack.enter_async_context(
            AgencyService(
                session.folder,
                session.agency,
                broker_url=endpoint.url,
                monitor_url=endpoint.monitor_url,
                policies=policies_for(settings),
                now=session.now,
                moved=feed.moved if web.wanted else None,
                witness=witness,
            )
        )
        collect_rarely()
        await check_broker(service)
        service.standing.begin("reminders", lambda: run_reminders(service))
        service.standing.begin("overdue replies", lambda: run_overdue_replies(service))
        pages = await _pages(service, feed, web, stack) if web.wanted else None
        session.note("agency_run.runs", name=directory.agencies[session.agency].name, url=endpoint.url)
        if pages is not None:
            session.note("web.served", url=pages)
        await watch(service)


async def _pages(service: AgencyService, feed: Feed, web: WebChoice, stack: AsyncExitStack) -> str:
    """Open the pages and the API of the agency; gives their address."""
    from services.accounts.store import Accounts  # noqa: PLC0415 - with the pages, which may not be wanted
    from services.web.house import House  # noqa: PLC0415 - as above

    # People sit at their screens by the real clock, also where the network's is simulated.
    accounts = stack.enter_context(Accounts(service.folder.accounts, service.agency, session_clock=system_now))
    return await web.serve({service.agency: House(service, accounts, feed)}, stack)
