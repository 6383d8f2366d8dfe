"""`phoihop init`: a province's network in an empty folder: root key, directory, keys, broker accounts, records."""

from __future__ import annotations

from pathlib import Path

import click

from events.directory import Clock
from services.cli.frame import TextCommand, common_options, option
from services.cli.new_passphrases import new_passphrases
from services.cli.session import Session
from services.identity.directory_folder import DirectoryFolder
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION, STRONG
from services.network_setup import Progress, broker_folder, set_up_broker_and_records, set_up_network
from services.provinces import ProvinceFile, load_province, read_province


@click.command("init", cls=TextCommand)
@common_options(agency=False)
@option("--province", required=True, metavar="PROVINCE|FILE")
@option("--agencies", metavar="ID,ID,…", text="init_agencies")
@option("--passphrase-file", type=click.Path(path_type=Path), text="init_passphrase_file")
@option("--clock", type=click.Choice(["real", "simulated"]), default="real")
@option("--demo-keys", is_flag=True)
@click.pass_obj
def command(
    session: Session,
    province: str,
    agencies: str | None,
    passphrase_file: Path | None,
    clock: Clock,
    *,
    demo_keys: bool,
) -> None:
    """The text `help.init` of the catalogue."""
    file = _province(province)
    chosen = None if agencies is None else [name.strip() for name in agencies.split(",") if name.strip()]
    directories = DirectoryFolder.of(session.folder)
    if _interrupted_after_directory(session.folder, directories):
        # The directory of an earlier call stands; what it lists and is not there yet is made now.
        directory = directories.load()
        set_up_broker_and_records(session.folder, directory)
    else:
        secrets = new_passphrases(session, passphrase_file)
        with _progress(session) as progress:
            directory = set_up_network(
                session.folder,
                file,
                agencies=chosen,
                passphrase_for=secrets.of,
                clock=clock,
                now=session.now(),
                policy=KeyPolicy(cost=DEMONSTRATION if demo_keys else STRONG),
                root_passphrase=secrets.of("root"),
                progress=progress,
            )
    root = str(directories.root)
    document = {
        "folder": str(session.folder),
        "province": directory.province,
        "directory_version": directory.version,
        "clock": directory.clock,
        "agencies": list(directory.agencies),
        "root_key": root,
    }

    def draw() -> None:
        session.say("init.done", name=directory.name, agencies=len(directory.agencies), folder=session.folder)
        session.say("init.root", root=root)
        session.say("init.next", folder=session.folder, agency=next(iter(directory.agencies)))

    session.show(document, draw)


def _province(text: str) -> ProvinceFile:
    return read_province(Path(text)) if text.endswith(".toml") else load_province(text)


def _interrupted_after_directory(folder: Path, directories: DirectoryFolder) -> bool:
    """Whether the directory was made and the rest was not: a whole network is left to `set_up_network` to refuse."""
    if not directories.newest_version():
        return False
    joined = broker_folder(folder).agencies()
    return any(agency not in joined for agency in directories.load().agencies)


class _progress:  # noqa: N801 - reads as the context manager it is
    """A bar on standard error while keys are made; nothing where nobody looks."""

    def __init__(self, session: Session) -> None:
        from rich.progress import Progress as Bar  # noqa: PLC0415 - only where it is drawn

        console = session.console(error=True)
        self._bar = Bar(console=console, disable=not console.is_terminal, transient=True)
        self._task = self._bar.add_task(session.texts("init.progress"), total=None)

    def __enter__(self) -> Progress:
        self._bar.start()
        return self._advance

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def _advance(self, agency: str, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total, description=agency)
