"""The options by which `draft` and `send` are told what to write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TextIO, TypeVar

import click

from services.cli.draft_input import members_of_file, members_of_settings
from services.cli.frame import option
from services.cli.session import Session

_Function = TypeVar("_Function", bound=Callable[..., Any])

_ADDRESSING = ("case", "clause", "role", "cause", "basis", "due")


def draft_options(function: _Function) -> _Function:
    """The argument FILE and the options for a draft without one."""
    for name in reversed(_ADDRESSING):
        function = option(f"--{name}", text=f"draft_{name}")(function)
    function = option("--to", "recipients", multiple=True, metavar="AGENCY", text="draft_to")(function)
    function = option("--set", "settings", multiple=True, metavar="NAME=TEXT", text="draft_set")(function)
    function = option("--type", "event_type", metavar="TYPE", text="draft_type")(function)
    return click.argument("file", type=click.File("r", encoding="utf-8"), required=False, metavar="FILE|-")(function)


@dataclass(frozen=True)
class DraftMembers:
    """What was typed: a file, members, or a file whose members some options overrule."""

    file: TextIO | None
    given: Mapping[str, Any]

    @classmethod
    def of(cls, file: TextIO | None, given: Mapping[str, Any]) -> DraftMembers:
        """From a command's parameters."""
        return cls(file, given)

    def to_json(self, session: Session) -> dict[str, Any]:
        """The draft's members; raises `Malformed`, `SettingUnreadable`, or a usage error if nothing was said."""
        if self.file is None and self.given["event_type"] is None:
            raise click.UsageError(session.texts("draft.nothing"))
        members = {} if self.file is None else members_of_file(self.file)
        if self.given["event_type"] is not None:
            members["type"] = self.given["event_type"]
        if self.given["recipients"]:
            members["recipients"] = [name.strip() for text in self.given["recipients"] for name in text.split(",")]
        members |= {name: self.given[name] for name in _ADDRESSING if self.given[name] is not None}
        if self.given["settings"] or "content" not in members:
            members["content"] = dict(members.get("content") or {}) | members_of_settings(self.given["settings"])
        return members
