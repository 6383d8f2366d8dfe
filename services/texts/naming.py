"""Ids in sentences as people read them: agencies, roles and event types by their names.

The rules and the audit write ids into their sentences, which travel and are kept as they are. Where somebody reads one,
`Naming` puts the directory's names in the ids' places.

    naming("Cơ quan police không giữ vai trò “market” vào thời điểm ký.")
    -> "Công an tỉnh Lào Cai không giữ vai trò “Chi cục Quản lý thị trường” vào thời điểm ký."
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from events.catalogue import EVENT_TYPES
from events.directory import Directory
from events.regulation.vocabulary import roles
from events.values.matter import Category
from services.texts.catalogue import Texts, entries

_KEPT = r"(?:[\w.-]+/){3,}[\w.-]+|urn:\S+|\S+@\S+"
"""Keys, names of agencies in the log, accounts: what is to be compared letter by letter."""
_ONE = r"[a-z0-9][a-z0-9-]*"
_MANY = rf"{_ONE}(?:(?:, |/){_ONE})*"
_ROLE_FOLLOWS = r"(?:[Vv]ai trò:?|thuộc:|chỉ:|có thẩm quyền:|only:|roles?:?|competent:)"
_ARTICLES = ("the", "The", "a", "A", "an", "An", "every", "Every", "each", "Each", "no", "No", "other")


@dataclass(frozen=True)
class Naming:
    """How one language names what a directory knows. Call it with a sentence.

    `short` has the agencies by the symbols of their documents' numbers, for where there is little room.
    """

    lang: str
    agencies: Mapping[str, str]
    short: Mapping[str, str]
    roles: Mapping[str, str]
    words: Mapping[str, str]
    """Other ids that sentences of this language have: event types and, where they are no words of it, values."""
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pattern", _pattern(self.lang, {*self.agencies, *self.roles, *self.words}))

    def __call__(self, text: str | None) -> str:
        """The sentence with names; what is no id is left as it is."""
        return self._pattern.sub(self._name, text) if text else ""

    def agency(self, agency_id: str) -> str:
        """An agency's name; the id of one that no directory has."""
        return self.agencies.get(agency_id, agency_id)

    def _name(self, found: re.Match[str]) -> str:
        if found["kept"]:
            return found[0]
        if found["roles"]:
            return found["cue"] + re.sub(_ONE, lambda one: self._role(one[0]), found["roles"])
        one = found["id"]
        if one in self.agencies:
            return self.agencies[one]
        return (found["prefix"] or "") + (self.words.get(one) or self._role(one))

    def _role(self, role: str) -> str:
        return self.roles.get(role) or self.agencies.get(role) or self.words.get(role, role)


def _pattern(lang: str, known: set[str]) -> re.Pattern[str]:
    listed = "|".join(sorted(map(re.escape, known), key=lambda one: (-len(one), one))) or "(?!)"
    # In English many an id is a word as well: behind an article it is one.
    no_word = "".join(rf"(?<!\b{one} )" for one in _ARTICLES) if lang == "en" else ""
    return re.compile(
        rf"(?P<kept>{_KEPT})"
        rf"|(?P<cue>\b{_ROLE_FOLLOWS} [“'\"]?)(?P<roles>{_MANY})(?![\w-])"
        rf"|{no_word}(?P<prefix>\b(?:[Cc]ơ quan|[Aa]gency) )?(?<![\w@.-])(?P<id>{listed})(?![\w@-]|\.\w)"
    )


@lru_cache(maxsize=2)
def nobody_named(lang: str) -> Naming:
    """The naming where no directory is at hand: sentences stay as they are."""
    return Naming(lang, {}, {}, {}, {})


@lru_cache(maxsize=8)
def naming_of(directory: Directory, lang: str) -> Naming:
    """The naming by a directory's version, in Vietnamese unless `lang` is `en`."""
    texts = Texts("en" if lang == "en" else "vi")
    named = directory.agencies.values()
    known = roles(directory.regulation).items()
    words = {name: f"“{texts.word('event', name)}”" for name in EVENT_TYPES}
    if texts.lang == "vi":
        table = "case_status."
        words |= {key.removeprefix(table): text for key, text in entries("vi").items() if key.startswith(table)}
        words |= {one.value: one.vi for one in Category}
    return Naming(
        lang=texts.lang,
        agencies={one.id: one.name_en if texts.lang == "en" else one.name for one in named},
        short={one.id: one.symbol for one in named},
        roles={role: name for role, term in known if (name := term.english if texts.lang == "en" else term.vietnamese)},
        words=words,
    )
