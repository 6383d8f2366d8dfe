"""A content as people read it: each member with its label, enumerations by name, instants in Vietnam's time.

Built from the content's own model, so a new event type needs nothing here but labels for its new words: a member's
description where the model has one (Vietnamese), else, and in English always, the pages' table `member`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from events.values.identifiers import AgencyId
from events.values.labelled import Labelled
from services.web.rendering import show_moment
from services.web.texts import PageTexts

_AGENCY = get_args(AgencyId)[1]
_DEEPEST = 6
"""Levels of members inside members that a format's description spells out."""


@dataclass(frozen=True)
class Shown:
    """A member: its label, and a text, members inside it, or several of either."""

    label: str
    text: str = ""
    parts: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Member:
    """A member of a format: its name and label, whether it must stand, its closed list, and members inside it."""

    name: str
    label: str
    required: bool
    several: bool
    words: tuple[tuple[str, str], ...] = ()
    parts: tuple[Member, ...] = ()


def label(name: str, field: FieldInfo, lang: str) -> str:
    """What people call a member."""
    return member_label(name, field.description, lang)


def member_label(name: str, description: str | None, lang: str) -> str:
    """What people call a member whose model or schema describes it so (in Vietnamese), or not at all."""
    if lang == "vi" and description:
        return description
    known = PageTexts(lang).word("member", name)
    return name.replace("_", " ") if known == name else known


def shown(content: BaseModel, lang: str, agencies: Mapping[str, str]) -> tuple[Shown, ...]:
    """The members that say something, in the model's order; `agencies` are their names by their ids."""
    found = []
    for name, field in type(content).model_fields.items():
        value = getattr(content, name)
        if value is None or value == ():
            continue
        names = agencies if _names_agencies(field.annotation, *field.metadata) else {}
        found.append(_member(label(name, field, lang), value, lang, agencies, names))
    return tuple(found)


def members(model: type[BaseModel], lang: str, depth: int = 0) -> tuple[Member, ...]:
    """What a format's content is made of, in the model's order."""
    found = []
    for name, field in model.model_fields.items():
        inner = _inside(field.annotation)
        words = tuple((one.value, one.label(lang)) for kind in inner if issubclass(kind, Labelled) for one in kind)
        parts = tuple(
            part
            for kind in inner
            if issubclass(kind, BaseModel) and depth < _DEEPEST
            for part in members(kind, lang, depth + 1)
        )
        several = _is_several(field.annotation)
        found.append(Member(name, label(name, field, lang), field.is_required(), several, words, parts))
    return tuple(found)


def _inside(annotation: Any) -> list[type]:
    """The models and closed lists that an annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel | Labelled):
        return [annotation]
    return [kind for part in get_args(annotation) for kind in _inside(part)]


def _is_several(annotation: Any) -> bool:
    return any(
        part is tuple or getattr(part, "__origin__", None) is tuple for part in (annotation, *get_args(annotation))
    )


def _names_agencies(*about: Any) -> bool:
    """Whether what is said about a member's values makes them ids of agencies."""
    return any(one == _AGENCY or _names_agencies(*get_args(one)) for one in about)


def _member(label: str, value: Any, lang: str, agencies: Mapping[str, str], names: Mapping[str, str]) -> Shown:
    if isinstance(value, BaseModel):
        return Shown(label, parts=shown(value, lang, agencies))
    if isinstance(value, tuple):
        if any(isinstance(one, BaseModel) for one in value):
            rows = enumerate(value, 1)
            return Shown(label, parts=tuple(_member(f"{number}", one, lang, agencies, {}) for number, one in rows))
        return Shown(label, "; ".join(_text(one, lang, names) for one in value))
    return Shown(label, _text(value, lang, names))


def _text(value: Any, lang: str, names: Mapping[str, str]) -> str:
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
            return names.get(str(value), str(value))
