"""Which witnesses a verifier wants under a checkpoint: "any 3 of these, the police always".

The values of a policy as https://c2sp.org/tlog-policy defines them, and their evaluation; `policy_file` reads and
writes the text, `approval` applies it to a checkpoint. Names are a policy's own: a name is defined once, stands in at
most one group, and only after its definition. So every witness counts in one way only, and no group holds itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from events.errors import InvalidValue
from events.note import VerifierKey
from events.transparency.cosignature import Cosignature, CosignerKey

NO_QUORUM = "none"
"""The quorum of a policy that wants no cosignature; no witness and no group may be called so."""

ITEM = re.compile(r"[^\x00-\x20\x7f]+")
"""What may stand between blanks: anything but blanks and control characters."""


@dataclass(frozen=True, slots=True)
class PolicyLog:
    """A log whose checkpoints count; the key's name is the log's origin."""

    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyWitness:
    """A witness by its name in the policy, which need not be the name of its key."""

    name: str
    key: CosignerKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyGroup:
    """A group has witnessed a checkpoint when `threshold` of its members, witnesses or earlier groups, have."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs, witnesses, groups in the order of their definition, and the quorum: a witness, a group or `none`.

    Raises `InvalidValue` for what no policy file could say.
    """

    logs: tuple[PolicyLog, ...]
    witnesses: tuple[PolicyWitness, ...]
    groups: tuple[PolicyGroup, ...]
    quorum: str

    def __post_init__(self) -> None:
        definitions = Definitions()
        for log in self.logs:
            definitions.add_log(log)
        for witness in self.witnesses:
            definitions.add_witness(witness)
        for group in self.groups:
            definitions.add_group(group)
        definitions.check_quorum(self.quorum)

    @property
    def cosigner_keys(self) -> tuple[CosignerKey, ...]:
        """The keys of all witnesses."""
        return tuple(witness.key for witness in self.witnesses)

    def is_met_by(self, cosigners: Collection[CosignerKey]) -> bool:
        """Whether these witnesses, whose cosignatures were verified, make up the quorum."""
        return self.quorum == NO_QUORUM or self.quorum in self._witnessing(cosigners)

    def met_at_seconds(self, cosignatures: Iterable[Cosignature]) -> int | None:
        """The earliest time, in seconds since 1970, by which verified cosignatures made up the quorum.

        None if they do not, or if the quorum is `none`: then no time is witnessed.
        """
        cosigners: set[CosignerKey] = set()
        if self.quorum != NO_QUORUM:
            for cosignature in sorted(cosignatures, key=lambda each: each.time_seconds):
                cosigners.add(cosignature.cosigner)
                if self.is_met_by(cosigners):
                    return cosignature.time_seconds
        return None

    def explain_unmet(self, cosigners: Collection[CosignerKey]) -> str:
        """What these witnesses lack for the quorum: the groups that are not met, and who of them has cosigned."""
        names = self._witnessing(cosigners)
        unmet = [group for group in self.groups if group.name not in names]
        if not unmet:
            return f"{self.quorum} has not cosigned"
        return "; ".join(
            f"{group.name} needs {group.threshold} of {', '.join(group.members)}, "
            f"has {', '.join(member for member in group.members if member in names) or 'none'}"
            for group in unmet
        )

    def _witnessing(self, cosigners: Collection[CosignerKey]) -> set[str]:
        names = {witness.name for witness in self.witnesses if witness.key in cosigners}
        # Members stand before their groups: one pass is enough.
        for group in self.groups:
            if sum(member in names for member in group.members) >= group.threshold:
                names.add(group.name)
        return names


class Definitions:
    """What a policy's earlier lines have defined. Each method raises `InvalidValue` for a line that cannot follow."""

    def __init__(self) -> None:
        self._log_keys: set[bytes] = set()
        self._witness_keys: set[bytes] = set()
        self._names: set[str] = set()
        self._members: set[str] = set()

    def add_log(self, log: PolicyLog) -> None:
        """Take in a log: its key is not listed yet, under whatever name."""
        _check_item(log.url)
        if log.key.public_key in self._log_keys:
            raise InvalidValue(f"the log key of {log.key.name!r} is listed twice")
        self._log_keys.add(log.key.public_key)

    def add_witness(self, witness: PolicyWitness) -> None:
        """Take in a witness: neither its name nor its key is known yet."""
        _check_item(witness.url)
        self._define(witness.name)
        if witness.key.public_key in self._witness_keys:
            raise InvalidValue(f"the key of witness {witness.name!r} is listed twice: a witness counts once")
        self._witness_keys.add(witness.key.public_key)

    def add_group(self, group: PolicyGroup) -> None:
        """Take in a group: its members are known and stand in no other group."""
        if not 1 <= group.threshold <= len(group.members):
            raise InvalidValue(
                f"group {group.name!r} of {len(group.members)} members cannot have the threshold {group.threshold}"
            )
        for member in group.members:
            if member not in self._names:
                raise InvalidValue(f"member {member!r} of group {group.name!r} is not defined on a line before")
            if member in self._members:
                raise InvalidValue(f"{member!r} is a member already: a name stands in one group, once")
            self._members.add(member)
        self._define(group.name)

    def check_quorum(self, name: str) -> None:
        """The quorum is `none` or a known name."""
        if name != NO_QUORUM and name not in self._names:
            raise InvalidValue(f"quorum {name!r} is not defined on a line before")

    def _define(self, name: str) -> None:
        _check_item(name)
        if name == NO_QUORUM:
            raise InvalidValue(f"{NO_QUORUM!r} is the empty quorum; no witness or group may be called so")
        if name in self._names:
            raise InvalidValue(f"the name {name!r} is defined twice")
        self._names.add(name)


def _check_item(item: str | None) -> None:
    if item is None:
        return
    if not ITEM.fullmatch(item):
        raise InvalidValue(f"{item[:80]!r} cannot stand in a policy: it is empty or holds a blank or control character")
    try:
        item.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise InvalidValue(f"{item[:80]!r} cannot be written as octets") from error
