"""The witness policy that a province begins with: any three of the agencies, and the police always."""

from __future__ import annotations

from datetime import datetime

from events.audit.log_keys import AUDITOR, log_name, usable_keys, witness_name
from events.directory import Directory
from events.errors import DirectoryInvalid
from events.note import VerifierKey
from events.transparency.cosignature import CosignerKey
from events.transparency.policy import NO_QUORUM, Policy, PolicyGroup, PolicyLog, PolicyWitness

ALWAYS = "police"
"""The role whose holders must have cosigned."""

ENOUGH = 3
"""So many of the other agencies must have cosigned; all of them where there are fewer."""

# An agency's id has no underscore, so nothing else is called like one.
_OTHERS, _ALWAYS, _QUORUM = "any_of_the_others", "the_police", "witnessed"


def default_policy(directory: Directory, at: datetime) -> Policy:
    """The policy by the service keys that the directory lists as usable at an instant; agencies bear their ids.

    An agency whose keys were renewed may cosign with either as long as both are usable: it is then a group of its keys.
    Raises `DirectoryInvalid` if the directory lists no usable key of the auditor.
    """
    origin = log_name(directory.province)
    logs = tuple(PolicyLog(VerifierKey(origin, key.public_key)) for key in usable_keys(directory, AUDITOR, at))
    if not logs:
        raise DirectoryInvalid(f"directory version {directory.version} lists no service key of {AUDITOR} usable now")
    witnesses: list[PolicyWitness] = []
    groups: list[PolicyGroup] = []
    agencies: list[str] = []
    for agency in sorted(set(directory.agencies) - {AUDITOR}):
        if found := _witnesses(directory, agency, at):
            agencies.append(agency)
            witnesses += found
            if len(found) > 1:
                groups.append(PolicyGroup(agency, 1, tuple(witness.name for witness in found)))
    always = [agency for agency in directory.agencies_with_role(ALWAYS, at) if agency in agencies]
    others = [agency for agency in agencies if agency not in always]
    parts: list[PolicyGroup] = []
    if always:
        parts.append(PolicyGroup(_ALWAYS, len(always), tuple(always)))
    if others:
        parts.append(PolicyGroup(_OTHERS, min(ENOUGH, len(others)), tuple(others)))
    if parts:
        groups += [*parts, PolicyGroup(_QUORUM, len(parts), tuple(part.name for part in parts))]
    return Policy(logs, tuple(witnesses), tuple(groups), _QUORUM if parts else NO_QUORUM)


def _witnesses(directory: Directory, agency: str, at: datetime) -> list[PolicyWitness]:
    name = witness_name(directory.province, agency)
    keys = usable_keys(directory, agency, at)
    return [
        PolicyWitness(agency if len(keys) == 1 else f"{agency}_{number}", CosignerKey(name, key.public_key))
        for number, key in enumerate(keys, start=1)
    ]
