"""One call of the command line: where, as whom, in which language, and whether for people or for programs."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from events.errors import PhoihopError
from services.agency.simulated_clock import now_in
from services.errors import UsageFault
from services.texts import DEFAULT_LANGUAGE, LANGUAGES, Texts

if TYPE_CHECKING:
    from rich.console import Console

    from services.texts.naming import Naming

DEFAULT_FOLDER = Path("phoihop-data")
"""The state folder without `--dir` and `PHOIHOP_DIR`: beside where the command is typed."""
WIDTH_COLUMNS = 100
"""How wide tables are where there is no terminal to ask."""

Document = dict[str, Any]


class AgencyNotNamed(UsageFault):
    """The command acts for one agency, and it is not clear for which."""


@dataclass
class Session:
    """What the common options say; every command gets it.

    `agency` is None until `--as` or `PHOIHOP_AS` names one; `me` finds the only one of the folder then.
    """

    texts: Texts = field(default_factory=Texts)
    folder: Path = DEFAULT_FOLDER
    agency: str | None = None
    json: bool = False
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @classmethod
    def of(cls, arguments: list[str], environment: Mapping[str, str]) -> Session:
        """The session before options are parsed: help and usage errors already need the language and `--json`."""
        return cls(
            texts=Texts(_language(arguments, environment)),
            folder=Path(named) if (named := environment.get("PHOIHOP_DIR")) else DEFAULT_FOLDER,
            agency=environment.get("PHOIHOP_AS") or None,
            json="--json" in arguments,
            environment=environment,
        )

    @property
    def me(self) -> str:
        """The agency for which the command acts; raises `AgencyNotNamed`."""
        if self.agency is not None:
            return self.agency
        folder = self.folder / "agencies"
        found = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
        if len(found) == 1:
            return found[0]
        raise AgencyNotNamed(
            what="it is not said for which agency",
            why=f"{self.folder} holds {', '.join(found) or 'no agency'}",
            next_step="name one with --as, or with the variable PHOIHOP_AS",
        )

    @property
    def folder_is_named(self) -> bool:
        """Whether somebody named the folder, by `--dir` or `PHOIHOP_DIR`; also if it is the same as without."""
        return self.folder is not DEFAULT_FOLDER

    @property
    def interactive(self) -> bool:
        """Whether somebody can be asked."""
        return sys.stdin.isatty()

    def now(self) -> datetime:
        """This machine's clock, or that of the folder where its network is simulated."""
        return now_in(self.folder)

    def naming(self) -> Naming:
        """How sentences name the agencies of the folder's directory; ids stay where it cannot be read."""
        from services.identity.directory_folder import DirectoryFolder  # noqa: PLC0415 - few commands speak of agencies
        from services.texts.naming import naming_of, nobody_named  # noqa: PLC0415

        try:
            return naming_of(DirectoryFolder.of(self.folder).load(), self.texts.lang)
        except (PhoihopError, OSError):
            return nobody_named(self.texts.lang)

    def place(self) -> dict[str, Any]:
        """What texts of errors may name."""
        return {"agency": self.agency or "?", "folder": self.folder}

    # --- speaking ---

    @property
    def width(self) -> int:
        """How many characters a line holds: those of the terminal, or `WIDTH_COLUMNS` where there is none."""
        return shutil.get_terminal_size((WIDTH_COLUMNS, 0)).columns if sys.stdout.isatty() else WIDTH_COLUMNS

    def console(self, *, error: bool = False) -> Console:
        """A console as wide as the terminal, or `WIDTH_COLUMNS` where there is none."""
        from rich.console import Console  # noqa: PLC0415 - a JSON document needs no tables

        terminal = (sys.stderr if error else sys.stdout).isatty()
        # No `[markup]`, `:emoji:` or guessed colours: what is shown was written by others.
        return Console(
            stderr=error, width=None if terminal else WIDTH_COLUMNS, highlight=False, markup=False, emoji=False
        )

    def show(self, document: Document | list[Document], draw: Callable[[], None]) -> None:
        """The result: a JSON document with `--json`, else what `draw` prints."""
        if self.json:
            click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        else:
            draw()

    def say(self, key: str, /, **values: Any) -> None:
        """A line of text."""
        click.echo(self.texts(key, **values))

    def note(self, key: str, /, **values: Any) -> None:
        """A line beside the result, on standard error: it never mixes with a document."""
        click.echo(self.texts(key, **values), err=True)


def _language(arguments: list[str], environment: Mapping[str, str]) -> str:
    wanted = environment.get("PHOIHOP_LANG", "")
    for index, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
        elif argument == "--lang" and index + 1 < len(arguments):
            wanted = arguments[index + 1]
    return wanted if wanted in LANGUAGES else DEFAULT_LANGUAGE
