"""The witness policy that a province begins with: any three of the agencies, and the police always."""

from __future__ import annotations

from datetime import datetime

from events.audit.log_keys import AUDITOR, log_name, service_key_at, witness_name
from events.directory import Directory
from events.errors import DirectoryInvalid
from events.note import VerifierKey
from events.transparency.cosignature import CosignerKey
from events.transparency.policy import Policy, PolicyGroup, PolicyLog, PolicyWitness

ALWAYS = "police"
"""The role whose holders must have cosigned."""

ENOUGH = 3
"""So many of the other agencies must have cosigned; all of them where there are fewer."""

# An agency's id has no underscore, so a group is never called like a witness.
_OTHERS, _ALWAYS, _QUORUM = "any_of_the_others", "the_police", "witnessed"


def default_policy(directory: Directory, at: datetime) -> Policy:
    """The policy by the service keys that the directory lists as usable at an instant; witnesses bear agencies' ids.

    Raises `DirectoryInvalid` if the directory lists no usable key of the auditor.
    """
    province = directory.province
    log = service_key_at(directory, AUDITOR, at)
    if log is None:
        raise DirectoryInvalid(f"directory version {directory.version} lists no service key of {AUDITOR} usable now")
    witnesses = tuple(
        PolicyWitness(agency, CosignerKey(witness_name(province, agency), key.public_key))
        for agency in sorted(directory.agencies)
        if agency != AUDITOR and (key := service_key_at(directory, agency, at)) is not None
    )
    names = tuple(witness.name for witness in witnesses)
    police = tuple(agency for agency in directory.agencies_with_role(ALWAYS, at) if agency in names)
    others = tuple(name for name in names if name not in police)
    groups = []
    if police:
        groups.append(PolicyGroup(_ALWAYS, len(police), police))
    if others:
        groups.append(PolicyGroup(_OTHERS, min(ENOUGH, len(others)), others))
    if groups:
        groups.append(PolicyGroup(_QUORUM, len(groups), tuple(group.name for group in groups)))
    logs = (PolicyLog(VerifierKey(log_name(province), log.public_key)),)
    return Policy(logs, witnesses, tuple(groups), _QUORUM if groups else "none")
