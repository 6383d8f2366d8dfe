"""Whether a directory version may follow another: history is added to, never rewritten.

| | from one version to the next |
| --- | --- |
| number, chain | exactly one up, and `previous` is the digest of the version before |
| province, regulation, clock | stay |
| time of issue | does not go back |
| agency, signatory | none vanishes; a signatory keeps its capacity; names, titles and symbols may change |
| key | none vanishes or changes its period; a new one is not valid before the version before was issued |
| revocation | stays or moves earlier; it is not taken back |
| role held | none vanishes or begins otherwise; an open one may be ended, not earlier than the version that says so |
| successor | is named with a role's end, and changes no more once that end is past |
"""

from __future__ import annotations

from events.agency import Agency, KeyRecord, RoleTerm
from events.directory import Directory
from events.directory_checks import all_keys
from events.errors import DirectoryInvalid
from events.instants import format_instant


class DirectoryOlder(DirectoryInvalid):
    """The version is not newer than the one held: an old list could bring a revoked key back."""


class DirectorySkips(DirectoryInvalid):
    """Versions between the one held and this one are missing: fetch `missing` (numbers) first, then this one again."""

    def __init__(self, explanation: str, missing: range) -> None:
        super().__init__(explanation)
        self.missing = missing


def check_succession(old: Directory, new: Directory) -> None:
    """Raises `DirectoryInvalid` unless `new` may follow `old` at once.

    `DirectoryOlder` and `DirectorySkips` are the cases in which another version may do. Both directories come from
    `parse_directory`, so their signatures and each by itself are right already.
    """
    _check_number(old, new)
    _check_frame(old, new)
    for agency_id, agency in old.agencies.items():
        if (next_agency := new.agencies.get(agency_id)) is None:
            raise DirectoryInvalid(
                f"agency {agency_id!r} vanishes in version {new.version}: end its roles and revoke its keys instead"
            )
        _check_signatories(agency, next_agency)
        _check_roles(agency, next_agency, new)
    _check_keys(old, new)


def _check_number(old: Directory, new: Directory) -> None:
    if new.version <= old.version:
        # The same version again is no news, but another text under the same number is a forked chain.
        forked = new.version == old.version and new.digest != old.digest
        problem = (
            f"another text is signed as version {new.version}: the root key signed one number twice; tell the auditor"
            if forked
            else f"version {new.version} is not newer than version {old.version}, which is held here"
        )
        raise DirectoryInvalid(problem) if forked else DirectoryOlder(problem)
    if new.version > old.version + 1:
        missing = range(old.version + 1, new.version)
        raise DirectorySkips(
            f"version {new.version} cannot follow {old.version}: {len(missing)} between are missing", missing
        )


def _check_frame(old: Directory, new: Directory) -> None:
    for what in ("province", "regulation", "clock"):
        if (before := getattr(old, what)) != (after := getattr(new, what)):
            raise DirectoryInvalid(
                f"version {new.version} changes {what} from {before!r} to {after!r}; it cannot change"
            )
    if new.previous != old.digest:
        raise DirectoryInvalid(
            f"version {new.version} does not follow the version {old.version} that is held here: its digest differs"
        )
    if new.issued_at < old.issued_at:
        raise DirectoryInvalid(f"version {new.version} says it was issued before version {old.version}")


def _check_signatories(old: Agency, new: Agency) -> None:
    for signatory in old.signatories:
        if (successor := new.signatory(signatory.id)) is None:
            raise DirectoryInvalid(f"agency {old.id!r}: signatory {signatory.id!r} vanishes")
        if successor.capacity != signatory.capacity:
            raise DirectoryInvalid(
                f"agency {old.id!r}: signatory {signatory.id!r} changes capacity; add another signatory instead"
            )


def _check_roles(old: Agency, new: Agency, version: Directory) -> None:
    later = {(term.role, term.since): term for term in new.roles}
    for term in old.roles:
        if (found := later.get((term.role, term.since))) is None:
            raise DirectoryInvalid(
                f"agency {old.id!r}: role {term.role!r} held since {format_instant(term.since)} vanishes"
            )
        _check_end(old.id, term, found, version)


def _check_end(agency: str, old: RoleTerm, new: RoleTerm, version: Directory) -> None:
    if (new.until, new.successor) == (old.until, old.successor):
        return
    # What was lawful when it was sent must stay so: neither end may lie in time that has been judged already.
    if (old.until is not None and old.until < version.issued_at) or (
        new.until is not None and new.until < version.issued_at
    ):
        raise DirectoryInvalid(
            f"agency {agency!r}: role {old.role!r} has its end or successor changed within the time before version "
            f"{version.version} was issued, which is judged already"
        )


def _check_keys(old: Directory, new: Directory) -> None:
    for key in all_keys(old.agencies):
        if (found := new.key(key.kid)) is None:
            raise DirectoryInvalid(f"key {key.kid!r} vanishes in version {new.version}: revoke it instead")
        _check_key(key, found)
    for key in all_keys(new.agencies):
        if old.key(key.kid) is None and key.not_before < old.issued_at:
            raise DirectoryInvalid(
                f"new key {key.kid!r} is valid before version {old.version}, which does not list it, was issued"
            )


def _check_key(old: KeyRecord, new: KeyRecord) -> None:
    if (new.public_key, new.not_before, new.not_after, new.capacity) != (
        old.public_key,
        old.not_before,
        old.not_after,
        old.capacity,
    ):
        raise DirectoryInvalid(f"key {old.kid!r} changes its period or binding: make a new key instead")
    if old.revoked_at is not None and (new.revoked_at is None or new.revoked_at > old.revoked_at):
        raise DirectoryInvalid(f"the revocation of key {old.kid!r} is taken back or moved later")
