"""`phoihop demo`: a province's agencies on this machine, playing a quarter on a simulated clock."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from services.cli.exit_codes import OK, REFUSED
from services.cli.frame import TextCommand, common_options, option
from services.cli.running import configure_log, until_stopped
from services.cli.session import Session
from services.cli.web_choice import WebChoice
from services.demo.run import run_demo
from services.verify.verdict import NetworkVerdict

_DEFAULT_FOLDER = Path("phoihop-demo")


@click.command("demo", cls=TextCommand)
@common_options(agency=False, folder_text="demo_dir")
@option("--province", default="lao-cai", metavar="PROVINCE", text="demo_province")
@option("--once", is_flag=True)
@option("--port", type=click.IntRange(0, 65535), envvar="PHOIHOP_PORT")
@click.pass_obj
def command(session: Session, province: str, port: int | None, *, once: bool) -> int:
    """The text `help.demo` of the catalogue."""
    configure_log(quiet=True)
    verdicts: list[NetworkVerdict] = []
    web = WebChoice(port=port, wanted=not once)
    code = asyncio.run(until_stopped(_play(session, folder_of(session, province), province, verdicts, web)))
    if not verdicts:
        return code
    for finding in verdicts[0].findings:
        click.echo(str(finding), err=True)
    session.show(verdicts[0].summary(), lambda: None)  # for people the screen has shown it
    return OK if verdicts[0].verified and not verdicts[0].lost else REFUSED


def folder_of(session: Session, province: str) -> Path:
    """Where nobody names a folder, one for each province, apart from a network that is not a demonstration."""
    return session.folder if session.folder_is_named else _DEFAULT_FOLDER / province


async def _play(session: Session, folder: Path, province: str, verdicts: list[NetworkVerdict], web: WebChoice) -> None:
    # With --json the document alone goes to standard output: nothing is drawn, and there is nobody to stay up for.
    console = None if session.json else session.console()
    once = not web.wanted or session.json
    verdict = await run_demo(folder, province, console=console, once=once, lang=session.texts.lang, serve=web.serve)
    if verdict is not None:
        verdicts.append(verdict)
