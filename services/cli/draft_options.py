"""The options by which `draft` and `send` are told what to write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TextIO, TypeVar

import click

from events.draft import Draft
from services.cli.desk import Desk
from services.cli.draft_input import members_of_file, members_of_settings, members_over_event, read_draft
from services.cli.frame import option
from services.cli.prefixes import event_id
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
    function = option("--from", "taken_from", metavar="EVENT", text="draft_from")(function)
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

    def to_json(self, session: Session, kept: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The draft's members, of an edited one (`kept`) those that stay, too.

        Raises `Malformed`, `SettingUnreadable`, or a usage error if nothing was said.
        """
        if self.file is None and not (self._said if kept is not None else self.given["event_type"] is not None):
            raise click.UsageError(session.texts("draft.nothing"))
        members = dict(kept or {}) if self.file is None else members_of_file(self.file)
        if self.given["event_type"] is not None:
            members["type"] = self.given["event_type"]
        if self.given["recipients"]:
            members["recipients"] = [name.strip() for text in self.given["recipients"] for name in text.split(",")]
        members |= {name: self.given[name] for name in _ADDRESSING if self.given[name] is not None}
        if self.given["settings"] or "content" not in members:
            members["content"] = _laid_over(members.get("content") or {}, members_of_settings(self.given["settings"]))
        return members

    def read(self, desk: Desk, kept: Mapping[str, Any] | None = None) -> Draft:
        """The draft: what was typed stands over what it takes from the event that it takes up.

        Raises what `to_json` does, and `Malformed` or `IdUnclear`.
        """
        members = self.to_json(desk.session, kept)
        if (taken_from := self.given["taken_from"]) is not None:
            with desk.record.reading() as record:
                event = record.known(event_id(desk.record, taken_from))
            members = members_over_event(members, event, desk.me)
        return read_draft(members, desk.record, desk.session.now())

    @property
    def _said(self) -> bool:
        return any(self.given[name] for name in ("event_type", "recipients", "settings", "taken_from", *_ADDRESSING))


def _laid_over(members: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """The members with others over them: what stands beside a member that is set inside an object stays."""
    found = dict(members)
    for name, value in over.items():
        inside = found.get(name)
        found[name] = _laid_over(inside, value) if isinstance(inside, dict) and isinstance(value, dict) else value
    return found
