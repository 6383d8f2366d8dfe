"""Provinces, clauses, roles and event types as people type them on the command line."""

from __future__ import annotations

from events.catalogue import EVENT_TYPES
from events.regulation.vocabulary import REGULATIONS, clauses, roles
from services.errors import UsageFault


class NotInRegulation(UsageFault):
    """No such province, clause, role or event type."""

    def __init__(self, kind: str, word: str, known: str) -> None:
        super().__init__(
            what=f"no {kind} {word!r} is known",
            why="it is not in the data of the regulations",
            next_step=f"known: {known}",
        )
        self.kind, self.word, self.known = kind, word, known


def regulation_of(province: str) -> str:
    """The regulation's id, of `lao-cai` or of the id itself; raises `NotInRegulation`."""
    for regulation in REGULATIONS:
        if province in (regulation, regulation.rsplit("-", 2)[0]):
            return regulation
    known = ", ".join(regulation.rsplit("-", 2)[0] for regulation in REGULATIONS)
    raise NotInRegulation("province", province, known)


def clause_of(regulation: str, typed: str) -> str:
    """The clause's id, of `10.3` or `DL-10.3`; raises `NotInRegulation`."""
    known = clauses(regulation)
    prefix = next(iter(known)).partition("-")[0]
    for clause in (typed, f"{prefix}-{typed}"):
        if clause in known:
            return clause
    near = [clause for clause in known if clause.startswith(f"{prefix}-{typed.removeprefix(prefix + '-')}")]
    raise NotInRegulation("clause", typed, ", ".join(near or known))


def role_of(regulation: str, typed: str) -> str:
    """The role, if it stands in roles.csv for this regulation or the other; raises `NotInRegulation`."""
    if any(typed in roles(each) for each in REGULATIONS):
        return typed
    raise NotInRegulation("role", typed, ", ".join(roles(regulation)))


def event_type_of(typed: str) -> str:
    """The event type of the catalogue; raises `NotInRegulation`."""
    if typed in EVENT_TYPES:
        return typed
    near = [name for name in EVENT_TYPES if name.lower() == typed.lower() or typed.lower() in name.lower()]
    raise NotInRegulation("event type", typed, ", ".join(near or EVENT_TYPES))
