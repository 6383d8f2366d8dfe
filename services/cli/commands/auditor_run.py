"""`phoihop auditor run`: the auditor's service, until it is told to stop."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import click

from services.agency.clock import system_now
from services.auditor.http import Address
from services.auditor.service import CHECKPOINT_SECONDS, AuditorService, AuditorSettings
from services.auditor.timestamp_check import load_roots
from services.auditor.timestamps import Authority
from services.cli.broker_choice import BrokerChoice, broker_options
from services.cli.frame import TextCommand, common_options, option
from services.cli.running import configure_log, until_stopped
from services.cli.session import Session
from services.cli.watch import check_broker, watch
from services.cli.web_choice import WebChoice, web_options
from services.identity.directory_folder import DirectoryFolder


@click.command("run", cls=TextCommand)
@common_options(agency=False, document=False)
@broker_options
@web_options
@option("--http", "http", envvar="PHOIHOP_LOG_HTTP", metavar="HOST:PORT")
@option("--checkpoint-seconds", type=click.FloatRange(0.1, 86_400), default=CHECKPOINT_SECONDS, metavar="SECONDS")
@option("--tsa", envvar="PHOIHOP_TSA", metavar="URL")
@option("--tsa-ca", envvar="PHOIHOP_TSA_CA", type=click.Path(path_type=Path))
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
    http: str | None,
    checkpoint_seconds: float,
    tsa: str | None,
    tsa_ca: Path | None,
    *,
    with_broker: bool,
    no_web: bool,
    verbose: bool,
) -> int:
    """The text `help.auditor.run` of the catalogue."""
    configure_log(verbose=verbose)
    choice = BrokerChoice.of(session, broker_url, monitor_url, broker_port, with_broker=with_broker)
    web = WebChoice.of(session, host, port, public_names, no_web=no_web)
    settings = AuditorSettings(checkpoint_seconds, _address(session, http), _authority(session, tsa, tsa_ca))
    return asyncio.run(until_stopped(_run(session, choice, web, settings)))


def _address(session: Session, text: str | None) -> Address:
    if text is None:
        return Address()
    host, separator, port = text.rpartition(":")
    if not separator or not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise click.UsageError(session.texts("auditor_run.address", text=text))
    return Address(host.strip("[]"), int(port))


def _authority(session: Session, url: str | None, roots: Path | None) -> Authority | None:
    if (url is None) != (roots is None):
        raise click.UsageError(session.texts("auditor_run.authority"))
    if url is None or roots is None:
        return None
    if not url.startswith(("http://", "https://")):
        raise click.UsageError(session.texts("auditor_run.authority_url", url=url))
    return Authority(url, load_roots(roots))


async def _run(session: Session, choice: BrokerChoice, web: WebChoice, settings: AuditorSettings) -> None:
    directory = DirectoryFolder.of(session.folder).load()
    async with AsyncExitStack() as stack:
        endpoint = await choice.endpoint(session, directory, stack)
        service = await stack.enter_async_context(
            AuditorService(
                session.folder,
                broker_url=endpoint.url,
                monitor_url=endpoint.monitor_url,
                settings=settings,
                now=session.now,
            )
        )
        await check_broker(service)
        pages = await _pages(service, web, stack) if web.wanted else None
        session.note("auditor_run.runs", entries=service.ledger.size, broker=endpoint.url, log=service.log_url)
        if pages is not None:
            session.note("web.served", url=pages)
        await watch(service)


async def _pages(service: AuditorService, web: WebChoice, stack: AsyncExitStack) -> str:
    """Open the auditor's pages; gives their address."""
    from services.accounts.store import Accounts  # noqa: PLC0415 - with the pages, which may not be wanted
    from services.web.auditing.house import AuditHouse  # noqa: PLC0415 - as above

    # People sit at their screens by the real clock, also where the network's is simulated.
    accounts = stack.enter_context(Accounts(service.folder.accounts, service.agency, session_clock=system_now))
    house = stack.enter_context(AuditHouse(service.folder.root, accounts, service.now))
    service.standing.begin("pages", lambda: house.follow(service.views))
    return await web.serve({service.agency: house}, stack)
