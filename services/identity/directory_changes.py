"""What the province may change from one directory version to the next: each a function from the old version to the new.

Nothing is signed or stored here. Raises `ChangeImpossible` for what cannot be meant; what the succession rules forbid
(`events.succession`) they refuse when the version is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from events.agency import Agency, KeyRecord, RoleTerm
from events.directory import Directory
from events.instants import format_instant, whole_milliseconds
from services.identity.errors import ChangeImpossible
from services.provinces import AgencyEntry

Change = Callable[[Directory], Directory]
"""From the newest version to the same with something changed; numbering and chaining are done by `next_version`."""


def next_version(old: Directory, change: Change, now: datetime) -> Directory:
    """The version after `old`: `change` applied, numbered, chained and dated; raises `ChangeImpossible`."""
    issued_at = whole_milliseconds(now)
    if issued_at < old.issued_at:
        raise ChangeImpossible(
            what=f"directory version {old.version + 1} cannot be made",
            why=f"this clock is before {format_instant(old.issued_at)}, when version {old.version} was issued",
            next_step="set the clock right",
        )
    return replace(change(old), version=old.version + 1, previous=old.digest, issued_at=issued_at)


def agency_from_entry(entry: AgencyEntry, keys: Mapping[str, KeyRecord]) -> Agency:
    """A province file's agency with one key for each signatory, by signatory id."""
    agency = entry.listed()
    signatories = tuple(replace(signatory, keys=(keys[signatory.id],)) for signatory in agency.signatories)
    return replace(agency, signatories=signatories)


def agency_added(agency: Agency) -> Change:
    """A new agency with its keys."""

    def change(old: Directory) -> Directory:
        if agency.id in old.agencies:
            raise ChangeImpossible(
                what=f"agency {agency.id} cannot be added",
                why="the directory lists it already",
                next_step="choose another id",
            )
        return _with(old, agency)

    return change


def keys_added(agency_id: str, keys: Sequence[KeyRecord]) -> Change:
    """New keys for signatories that the agency has; the old ones stay until they expire or are revoked."""

    def change(old: Directory) -> Directory:
        agency = find_agency(old, agency_id)
        signatories = tuple(
            replace(signatory, keys=(*signatory.keys, *(key for key in keys if key.signatory == signatory.id)))
            for signatory in agency.signatories
        )
        return _with(old, replace(agency, signatories=signatories))

    return change


def keys_revoked(kids: frozenset[str], at: datetime) -> Change:
    """Nothing that these keys sign, or that arrives, from `at` on is believed. Keys revoked earlier stay so."""
    moment = whole_milliseconds(at)

    def revoked(key: KeyRecord) -> KeyRecord:
        if key.kid not in kids or (key.revoked_at is not None and key.revoked_at <= moment):
            return key
        return replace(key, revoked_at=moment)

    def change(old: Directory) -> Directory:
        if missing := sorted(kid for kid in kids if old.key(kid) is None):
            raise _no_key(missing)
        agencies = {
            agency.id: replace(
                agency,
                signatories=tuple(
                    replace(signatory, keys=tuple(revoked(key) for key in signatory.keys))
                    for signatory in agency.signatories
                ),
            )
            for agency in old.agencies.values()
        }
        return replace(old, agencies=agencies)

    return change


def role_granted(agency_id: str, term: RoleTerm) -> Change:
    """The agency holds a role more, from when to when."""

    def change(old: Directory) -> Directory:
        agency = find_agency(old, agency_id)
        return _with(old, replace(agency, roles=(*agency.roles, term)))

    return change


def role_ended(agency_id: str, role: str, until: datetime) -> Change:
    """The role that the agency holds now, or is to hold, ends at `until`; what was done under it stays lawful."""
    moment = whole_milliseconds(until)

    def change(old: Directory) -> Directory:
        agency = find_agency(old, agency_id)
        ended = [term for term in agency.roles if term.role == role and (term.until is None or term.until > moment)]
        if len(ended) != 1:
            raise ChangeImpossible(
                what=f"role {role} of {agency_id} cannot be ended at {format_instant(moment)}",
                why=f"the directory has {len(ended) or 'no'} term{'s' if len(ended) > 1 else ''} of it that end later",
                next_step="look at the agency's roles in the directory",
            )
        roles = tuple(replace(term, until=moment) if term is ended[0] else term for term in agency.roles)
        return _with(old, replace(agency, roles=roles))

    return change


def role_passed(old_id: str, new_id: str, role: str, at: datetime) -> Change:
    """A role passes from one agency to another at `at`; with its last role an agency's keys stop.

    What the old agency did stays lawful, and stays its own; what is open is its successor's from then on
    (`events.succession_of_roles`).
    """
    moment = whole_milliseconds(at)

    def change(old: Directory) -> Directory:
        if old_id == new_id:
            raise ChangeImpossible(
                what=f"{role} of {old_id} cannot pass to itself",
                why="a successor is another agency",
                next_step="name the agency that takes the role over",
            )
        find_agency(old, new_id)
        ended = role_ended(old_id, role, moment)(old)
        left = ended.agencies[old_id]
        roles = tuple(
            replace(term, successor=new_id) if term.role == role and term.until == moment else term
            for term in left.roles
        )
        taker = ended.agencies[new_id]
        if not any(term.role == role and term.holds(moment) for term in taker.roles):
            taker = replace(taker, roles=(*taker.roles, RoleTerm(role, moment)))
        passed = replace(old, agencies={**old.agencies, old_id: replace(left, roles=roles), new_id: taker})
        if any(term.until is None or term.until > moment for term in roles):
            return passed
        return keys_revoked(usable_kids(passed, old_id), moment)(passed)

    return change


def usable_kids(directory: Directory, agency_id: str) -> frozenset[str]:
    """The kids of an agency's keys that are not revoked; raises `ChangeImpossible` for an unknown agency."""
    agency = find_agency(directory, agency_id)
    return frozenset(key.kid for signatory in agency.signatories for key in signatory.keys if key.revoked_at is None)


def find_agency(directory: Directory, agency_id: str) -> Agency:
    """The agency of that id; raises `ChangeImpossible`, naming those there are."""
    if (agency := directory.agencies.get(agency_id)) is None:
        raise ChangeImpossible(
            what=f"there is no agency {agency_id[:40]}",
            why=f"directory version {directory.version} lists {', '.join(directory.agencies)}",
            next_step="check the id, or add the agency",
        )
    return agency


def _with(old: Directory, agency: Agency) -> Directory:
    return replace(old, agencies={**old.agencies, agency.id: agency})


def _no_key(missing: Sequence[str]) -> ChangeImpossible:
    return ChangeImpossible(
        what=f"there is no key {', '.join(missing)}", why="the directory does not list it", next_step="check the kid"
    )
