"""Who stands in an agency's place once its roles have passed to another, as a directory version says.

A role term that ends may name the agency to which the role passes (`RoleTerm.successor`). What an agency owed, was
asked and led passes over when it holds no role any more: to the successor of the term that ended last, and on to that
one's own successor if it is gone too. An agency that keeps another role keeps its open work with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from events.agency import Agency
from events.errors import DirectoryInvalid
from events.timeline import Timeline


def check_successors(agency: Agency, agencies: Mapping[str, Agency]) -> None:
    """Raises `DirectoryInvalid` unless each successor of the agency is listed and takes the role up as it ends.

    Roles that end together pass to one agency: else nobody could tell who answers for what is open.
    """
    together: dict[datetime, str] = {}
    for term in agency.roles:
        if term.successor is None:
            continue
        where = f"agency {agency.id!r}: role {term.role!r}"
        if term.until is None:
            raise DirectoryInvalid(f"{where} names a successor but no end")
        heir = agencies.get(term.successor)
        if heir is None or heir.id == agency.id:
            raise DirectoryInvalid(f"{where} passes to {term.successor!r}, which is no other agency listed here")
        if not any(taken.role == term.role and taken.holds(term.until) for taken in heir.roles):
            raise DirectoryInvalid(f"{where} passes to {heir.id!r}, which does not hold it from then on")
        if together.setdefault(term.until, heir.id) != heir.id:
            raise DirectoryInvalid(f"agency {agency.id!r}: roles that end together pass to different agencies")


def heirs_over_time(agencies: Mapping[str, Agency]) -> Timeline[Mapping[str, str]]:
    """Agency → who stands in its place, over time; agencies in office are not in it."""
    edges = [edge for agency in agencies.values() for term in agency.roles for edge in (term.since, term.until) if edge]
    direct = any(term.successor for agency in agencies.values() for term in agency.roles)
    nobody: Mapping[str, str] = MappingProxyType({})
    return Timeline(edges if direct else (), lambda at: _heirs(agencies, at), before=nobody)


def _heirs(agencies: Mapping[str, Agency], at: datetime) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for agency in agencies.values():
        heir, seen = agency.id, {agency.id}
        while (following := _successor(agencies[heir], at)) is not None and following not in seen:
            heir = following
            seen.add(heir)
        if heir != agency.id:
            found[agency.id] = heir
    return MappingProxyType(found)


def _successor(agency: Agency, at: datetime) -> str | None:
    """To whom an agency that is out of office at an instant has passed on; None for one in office."""
    if any(term.holds(at) for term in agency.roles):
        return None
    # Of terms that ended together, one that names a successor counts.
    ended = [(term.until, term.successor or "") for term in agency.roles if term.until is not None and term.until <= at]
    return max(ended)[1] or None if ended else None
