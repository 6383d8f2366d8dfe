"""What is typed in a question, held against the log, the directory and the regulation: or what is near it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from events.regulation import vocabulary
from projections.deliveries_told import QUESTIONS, words
from services.audit.questions.book import Book
from services.errors import UsageFault

_SHOWN = 5


class NotKnownToAuditor(UsageFault):
    """Neither the log nor the directory knows what is asked about. `near` are those that come closest."""

    def __init__(self, kind: str, word: str, near: Iterable[str]) -> None:
        self.kind, self.word, self.near = kind, word, ", ".join(near)
        super().__init__(
            what=f"no {kind} {word!r} is known to the auditor",
            why="neither the log nor what the province is set up with has it",
            next_step=f"the nearest are: {self.near}"
            if self.near
            else "ask `phoihop audit who-told` for what there is",
        )


class UnclearToAuditor(UsageFault):
    """Several ids begin as typed."""

    def __init__(self, kind: str, word: str, found: Iterable[str]) -> None:
        self.kind, self.word, self.found = kind, word, ", ".join(found)
        super().__init__(
            what=f"it is not clear which {kind} {word!r} is",
            why=f"several begin so: {self.found}",
            next_step="give more of its characters",
        )


def find_agency(book: Book, typed: str) -> str:
    """An agency of the log or the directory; raises `NotKnownToAuditor`."""
    return _find("agency", typed, {*words(book.cursor, "agency"), *book.directory.agencies})


def find_event_type(book: Book, typed: str) -> str:
    """An event type of the log or the catalogue, whatever its capitals; raises `NotKnownToAuditor`."""
    from events.catalogue import EVENT_TYPES  # noqa: PLC0415 - takes half a second to load

    return _find("event type", typed, {*words(book.cursor, "event_type"), *EVENT_TYPES})


def find_clause(book: Book, typed: str) -> str:
    """A clause, of `LC-10.1` or `10.1`; raises `NotKnownToAuditor`."""
    known = vocabulary.clauses(book.directory.regulation)
    prefix = next(iter(known)).partition("-")[0]
    everything = {*words(book.cursor, "clause"), *known}
    whole = typed if "-" in typed else f"{prefix}-{typed}"
    return _find("clause", whole, everything)


def find_case(book: Book, typed: str) -> str:
    """The case whose id begins as typed; raises `NotKnownToAuditor`, `UnclearToAuditor`."""
    return _find_id(book, "case", "cases", typed)


def find_event(book: Book, typed: str) -> str:
    """The document whose id begins as typed; raises `NotKnownToAuditor`, `UnclearToAuditor`."""
    return _find_id(book, "document", "events", typed)


def _find(kind: str, typed: str, known: set[str]) -> str:
    if typed in known:
        return typed
    folded = {word.casefold(): word for word in sorted(known)}
    if (found := folded.get(typed.casefold())) is not None:
        return found
    near = get_close_matches(typed.casefold(), folded, n=_SHOWN, cutoff=0.5)
    inside = [word for word in folded if typed.casefold() in word]
    raise NotKnownToAuditor(kind, typed, [folded[word] for word in dict.fromkeys([*near, *inside])][:_SHOWN])


def _find_id(book: Book, kind: str, table: str, typed: str) -> str:
    begin = typed.casefold()
    values = {"begin": begin, "end": f"{begin}~", "limit": _SHOWN}
    found = [row[0] for row in book.cursor.execute(QUESTIONS[f"{table}_like"], values)]
    if begin and len(found) == 1:
        return str(found[0])
    if begin and begin in found:
        return begin
    if found:
        raise UnclearToAuditor(kind, typed, found)
    before = [row[0] for row in book.cursor.execute(QUESTIONS[f"{table}_before"], values)]
    after = [row[0] for row in book.cursor.execute(QUESTIONS[f"{table}_like"], values | {"end": "~"})]
    raise NotKnownToAuditor(kind, typed, _nearest(begin, [*before, *after]))


def _nearest(typed: str, found: list[str]) -> list[str]:
    """Ids that share the longest beginning with what was typed; none that share nothing."""

    def shared(other: str) -> int:
        return next((n for n, (a, b) in enumerate(zip(typed, other, strict=False)) if a != b), len(typed))

    return [one for one in sorted(found, key=lambda one: (-shared(one), one)) if shared(one) > 0][:_SHOWN]
