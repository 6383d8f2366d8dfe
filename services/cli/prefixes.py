"""Ids by their beginning: a person types `3f2a`, and it is clear which event, case or draft is meant."""

from __future__ import annotations

from services.agency.record import Record
from services.errors import UsageFault

_WHOLE_ID_CHARACTERS = 36
_SHOWN = 5


class IdUnknown(UsageFault):
    """Nothing in the record begins like this."""

    def __init__(self, thing: str, prefix: str) -> None:
        self.prefix = prefix
        super().__init__(
            what=f"there is no {thing} {prefix!r}",
            why=f"no {thing} in this agency's record has an id that begins so",
            next_step="look it up with `phoihop cases` or `phoihop ledger`",
        )


class IdUnclear(UsageFault):
    """Several things of the record begin like this."""

    def __init__(self, thing: str, prefix: str, found: list[str]) -> None:
        self.prefix, self.found = prefix, ", ".join(found)
        super().__init__(
            what=f"it is not clear which {thing} {prefix!r} is",
            why=f"several begin so: {self.found}",
            next_step="give more of its characters",
        )


def event_id(record: Record, prefix: str) -> str:
    """The whole id of an event of the record; raises `IdUnknown` or `IdUnclear`."""
    query = "SELECT event_id FROM event_index WHERE event_id >= ? AND event_id < ? LIMIT ?"
    return _only("event", prefix, [row[0] for row in record.rows(query, (prefix, f"{prefix}~", _SHOWN))])


def case_id(record: Record, prefix: str) -> str:
    """The whole id of a case of the record; raises `IdUnknown` or `IdUnclear`."""
    origin = "case:"
    query = "SELECT DISTINCT originator_id FROM entries WHERE originator_id >= ? AND originator_id < ? LIMIT ?"
    rows = record.rows(query, (f"{origin}{prefix}", f"{origin}{prefix}~", _SHOWN))
    return _only("case", prefix, [row[0].removeprefix(origin) for row in rows])


def case_to_name(record: Record, text: str) -> str:
    """The id for a draft: a case of the record by its beginning, or a whole id that this record does not know yet."""
    return text if len(text) == _WHOLE_ID_CHARACTERS else case_id(record, text)


def _only(thing: str, prefix: str, found: list[str]) -> str:
    if not found:
        raise IdUnknown(thing, prefix)
    if len(found) > 1:
        raise IdUnclear(thing, prefix, found)
    return found[0]
