"""A draft from what was typed: a JSON file, or members given one by one; short ids are made whole.

`--set subject="Nghi vấn"` sets a text, `--set 'fields:=["telecom"]'` anything else as JSON, and a dot leads into an
object: `--set target.note=…`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TextIO

from events.draft import Draft, draft_from_json
from events.errors import InvalidValue, Malformed
from events.instants import format_instant
from events.known_event import KnownEvent
from services.agency.record import Record
from services.agency.taking_up import taken_up
from services.cli.prefixes import case_to_name, event_id
from services.errors import UsageFault
from services.moments import read_moment


class SettingUnreadable(UsageFault):
    """`--set` was not given as `name=text` or `name:=json`."""


def members_of_file(source: TextIO) -> dict[str, Any]:
    """The members of a draft in a JSON text; raises `Malformed`."""
    try:
        members = json.load(source)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Malformed("json", f"the draft is not JSON: {error}") from error
    if not isinstance(members, dict):
        raise Malformed("draft", "a draft is a JSON object with type, recipients and content")
    return members


def members_of_settings(settings: Sequence[str]) -> dict[str, Any]:
    """The content's members from `name=text` and `name:=json`; raises `SettingUnreadable`."""
    content: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        value: Any = text
        if name.endswith(":"):
            name = name.removesuffix(":")
            try:
                value = json.loads(text)
            except json.JSONDecodeError as error:
                raise _unreadable(setting, f"what follows := is not JSON ({error.msg})") from error
        if not equals or not name:
            raise _unreadable(setting, "there is no = behind a name")
        place = content
        *path, last = name.split(".")
        for step in path:
            inner = place.setdefault(step, {})
            if not isinstance(inner, dict):
                raise _unreadable(setting, f"{step} is no object")
            place = inner
        place[last] = value
    return content


def members_over_event(members: Mapping[str, Any], event: KnownEvent | None, me: str) -> dict[str, Any]:
    """The members of a draft by which `me` takes an event up: its cause and case, whom to tell, what it takes over.

    What the members say themselves stands. An event that is not held gives nothing.
    """
    if event is None:
        return dict(members)
    told = event.envelope.agencies if event.envelope.sender == me else (event.envelope.sender,)
    taken = {"cause": event.id, "recipients": list(told)}
    if event.envelope.case is not None:
        taken["case"] = event.envelope.case
    content = taken_up(str(members.get("type")), event, me) | dict(members.get("content") or {})
    return taken | dict(members) | {"content": content}


def read_draft(members: dict[str, Any], record: Record, now: datetime) -> Draft:
    """The draft of some members, its ids made whole and its due time an instant. Raises `Malformed`, `IdUnclear`."""
    members = dict(members)
    for name in ("cause", "basis"):
        if isinstance(members.get(name), str):
            members[name] = event_id(record, members[name])
    if isinstance(members.get("case"), str):
        members["case"] = case_to_name(record, members["case"])
    try:
        if isinstance(members.get("due"), str):
            members["due"] = format_instant(read_moment(members["due"], now))
        return draft_from_json(members)
    except InvalidValue as error:
        raise Malformed("draft", str(error)) from error


def _unreadable(setting: str, why: str) -> SettingUnreadable:
    return SettingUnreadable(
        what=f"--set {setting!r} cannot be read", why=why, next_step="write --set name=text or --set 'name:=JSON'"
    )
