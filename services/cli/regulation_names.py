"""Provinces, clauses, roles and event types as people type them on the command line.

Capital letters do not matter. A role may be typed by its name, a clause as Vietnamese documents cite it.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from events.catalogue import EVENT_TYPES
from events.regulation.vocabulary import REGULATIONS, clauses, roles
from services.errors import UsageFault
from services.provinces import load_province

_CITED = re.compile(r"(?:điểm ([a-zđ]),? )?(?:khoản ([0-9]+),? )?điều ([0-9]+)")
"""`điểm b khoản 4 Điều 10`, as Decree 30/2020 has clauses cited."""


class NotInRegulation(UsageFault):
    """No such province, clause, role or event type. `known` are those that may have been meant, else all of them."""

    def __init__(self, kind: str, word: str, known: Iterable[str]) -> None:
        self.kind, self.word, self.known = kind, word, ", ".join(known)
        super().__init__(
            what=f"no {kind} {word!r} is known",
            why="it is not in the data of the regulations",
            next_step=f"known: {self.known}",
        )


class ClauseOfAnother(UsageFault):
    """The clause is the other regulation's."""

    def __init__(self, cited: str, province: str) -> None:
        self.cited, self.province = cited, province
        super().__init__(
            what=f"{cited} is no clause of this regulation",
            why=f"it is one of {province}",
            next_step=f"ask for it with `phoihop regulations show {province} --clause {cited}`",
        )


class AgencyForRole(UsageFault):
    """An agency was named where the regulations speak of roles."""

    def __init__(self, word: str, held: Iterable[str]) -> None:
        self.word, self.held = word, ", ".join(held)
        super().__init__(
            what=f"{word} is an agency, not a role",
            why="the regulations speak of roles, which agencies hold for a time",
            next_step=f"name its role: {self.held}",
        )


def regulation_of(province: str) -> str:
    """The regulation's id, of `lao-cai`, `Lào Cai` or the id itself; raises `NotInRegulation`."""
    typed = re.sub(r"[^a-z0-9]", "", _unaccented(province))
    for regulation in REGULATIONS:
        if typed in (regulation.replace("-", ""), _province(regulation).replace("-", "")):
            return regulation
    raise NotInRegulation("province", province, map(_province, REGULATIONS))


def clauses_of(regulation: str, typed: str) -> list[str]:
    """The clauses of `10.3` or `DL-10.3`, or all of an article or paragraph, of `10` or `khoản 4 Điều 10`.

    Raises `NotInRegulation`, `ClauseOfAnother`.
    """
    known = clauses(regulation)
    prefix = next(iter(known)).partition("-")[0]
    word = _clause_word(typed)
    for other in REGULATIONS:
        if other != regulation and (found := _named(clauses(other), word)):
            raise ClauseOfAnother(found[0], _province(other))
    if found := _named(known, word if word.startswith(f"{prefix}-") else f"{prefix}-{word}"):
        return found
    bare = {clause.partition("-")[2].casefold(): clause for clause in known}
    near = difflib.get_close_matches(word.rpartition("-")[2].casefold(), bare, cutoff=0.6)
    article = [clause for clause in known if clause.startswith(f"{prefix}-{word.partition('.')[0]}.")]
    raise NotInRegulation("clause", typed, article or [bare[one] for one in near] or known)


def role_of(regulation: str, typed: str) -> str:
    """The role, if it stands in roles.csv for this regulation or the other; by its id or its name.

    Raises `NotInRegulation`, `AgencyForRole`.
    """
    named: dict[str, str] = {}
    for each in (*(other for other in REGULATIONS if other != regulation), regulation):
        for role in roles(each).values():
            named |= {_folded(name): role.id for name in (role.vietnamese, role.english, role.id)}
    word = _folded(typed)
    if word in named:
        return named[word]
    agency = load_province(_province(regulation)).by_id.get(word)
    if agency is not None:
        raise AgencyForRole(typed, dict.fromkeys(term.role for term in agency.roles))
    near = dict.fromkeys(named[name] for name in named if word in name)
    close = dict.fromkeys(named[name] for name in difflib.get_close_matches(word, named, cutoff=0.7))
    raise NotInRegulation("role", typed, near or close or roles(regulation))


def event_type_of(typed: str) -> str:
    """The event type of the catalogue; raises `NotInRegulation`."""
    by_word = {name.casefold(): name for name in EVENT_TYPES}
    word = typed.casefold()
    if word in by_word:
        return by_word[word]
    near = [name for folded, name in by_word.items() if word in folded]
    close = [by_word[one] for one in difflib.get_close_matches(word, by_word, cutoff=0.7)]
    raise NotInRegulation("event type", typed, near or close or EVENT_TYPES)


def _province(regulation: str) -> str:
    return regulation.rsplit("-", 2)[0]


def _named(known: Iterable[str], word: str) -> list[str]:
    """The clause of that id, or those below it: `LC-2.4` has `LC-2.4a` and `LC-2.4b`."""
    folded = word.casefold()
    exact = [clause for clause in known if clause.casefold() == folded]
    below = re.compile(re.escape(folded) + (r"[a-z]" if "." in word else r"(?:\.|[a-z]$).*"))
    return exact or [clause for clause in known if below.fullmatch(clause.casefold())]


def _clause_word(typed: str) -> str:
    word = _folded(typed)
    if cited := _CITED.fullmatch(word):
        point, paragraph, article = cited.groups()
        return article + (f".{paragraph}" if paragraph else "") + (point or "")
    return word.removeprefix("điều ").upper()


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _unaccented(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
