"""A content as people read it: each member with its label, enumerations by name, instants in Vietnam's time.

Built from the content's own model, so a new event type needs nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from events.values.labelled import Labelled
from services.web.rendering import show_moment


@dataclass(frozen=True)
class Shown:
    """A member: its label, and a text, members inside it, or several of either."""

    label: str
    text: str = ""
    parts: tuple[Shown, ...] = ()


def shown(content: BaseModel, lang: str) -> tuple[Shown, ...]:
    """The members that say something, in the model's order."""
    found = []
    for name, field in type(content).model_fields.items():
        value = getattr(content, name)
        if value is None or value == ():
            continue
        label = field.description if lang == "vi" and field.description else name.replace("_", " ")
        found.append(_member(label, value, lang))
    return tuple(found)


def _member(label: str, value: Any, lang: str) -> Shown:
    if isinstance(value, BaseModel):
        return Shown(label, parts=shown(value, lang))
    if isinstance(value, tuple):
        if any(isinstance(one, BaseModel) for one in value):
            return Shown(label, parts=tuple(_member(f"{number}", one, lang) for number, one in enumerate(value, 1)))
        return Shown(label, ", ".join(_text(one, lang) for one in value))
    return Shown(label, _text(value, lang))


def _text(value: Any, lang: str) -> str:
    match value:
        case Labelled():
            return value.label(lang)
        case bool():
            return {"vi": ("không", "có"), "en": ("no", "yes")}[lang][value]
        case datetime():
            return show_moment(value)
        case date():
            return value.strftime("%d/%m/%Y")
        case _:
            return str(value)
