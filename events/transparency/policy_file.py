"""Policy files (https://c2sp.org/tlog-policy).

    # the police always, and one of the two others
    log phoihop.lao-cai.log+<key id>+<key>
    witness police police.lao-cai+<key id>+<key>
    witness dic dic.lao-cai+<key id>+<key> https://dic.example/
    witness trade trade.lao-cai+<key id>+<key>
    group others any dic trade
    group enough all police others
    quorum enough

One statement a line, its items separated by blanks and tabs; lines that begin with `#` are comments. A threshold is a
number, `any` (1) or `all`. Octets over 127 are taken as they are, whatever they spell. `format_policy` writes the one
canonical text of a policy, without comments and with thresholds as numbers; `parse_policy` reads it back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from events.errors import InvalidValue, PolicyInvalid
from events.note import parse_verifier_key
from events.transparency.cosignature import parse_cosigner_key
from events.transparency.policy import ITEM, Definitions, Policy, PolicyGroup, PolicyLog, PolicyWitness

MAX_POLICY_BYTES = 1_048_576

_FORBIDDEN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,5}")


def format_policy(policy: Policy) -> bytes:
    """The canonical text: logs, witnesses, groups, quorum; one blank between items."""
    lines: list[tuple[str | None, ...]] = [("log", str(log.key), log.url) for log in policy.logs]
    lines += [("witness", witness.name, str(witness.key), witness.url) for witness in policy.witnesses]
    lines += [("group", group.name, str(group.threshold), *group.members) for group in policy.groups]
    lines += [("quorum", policy.quorum)]
    text = "".join(" ".join(item for item in line if item is not None) + "\n" for line in lines)
    return text.encode("utf-8", "surrogateescape")


def parse_policy(data: bytes) -> Policy:
    """Read a policy file; raises `PolicyInvalid` with the line's number and what is wrong with it."""
    if len(data) > MAX_POLICY_BYTES:
        raise PolicyInvalid(1, f"the file of {len(data)} bytes is over {MAX_POLICY_BYTES}")
    if bad := _FORBIDDEN.search(data):
        raise PolicyInvalid(
            data.count(b"\n", 0, bad.start()) + 1,
            f"the octet 0x{bad[0].hex()}; the only control characters are tab and newline",
        )
    statements = _Statements()
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    for number, line in enumerate(lines, start=1):
        keyword, *items = ITEM.findall(line) or ["#"]
        if keyword.startswith("#"):
            continue
        try:
            statements.read(keyword, items)
        except InvalidValue as error:
            raise PolicyInvalid(number, str(error)) from error
    if statements.quorum is None:
        raise PolicyInvalid(len(lines), "the file ends without a quorum line; `quorum none` asks for no cosignature")
    return Policy(tuple(statements.logs), tuple(statements.witnesses), tuple(statements.groups), statements.quorum)


class _Statements:
    """The statements of a file so far. Raises `InvalidValue` for one that cannot follow."""

    def __init__(self) -> None:
        self.logs: list[PolicyLog] = []
        self.witnesses: list[PolicyWitness] = []
        self.groups: list[PolicyGroup] = []
        self.quorum: str | None = None
        self._definitions = Definitions()

    def read(self, keyword: str, items: list[str]) -> None:
        reader = _READERS.get(keyword)
        if reader is None:
            raise InvalidValue(f"unknown keyword {keyword[:40]!r}: a line is log, witness, group, quorum or # comment")
        reader(self, items)

    def read_log(self, items: list[str]) -> None:
        _check_count(items, 1, 2, "log <key> [<url>]")
        log = PolicyLog(parse_verifier_key(items[0]), *items[1:])
        self._definitions.add_log(log)
        self.logs.append(log)

    def read_witness(self, items: list[str]) -> None:
        _check_count(items, 2, 3, "witness <name> <key> [<url>]")
        witness = PolicyWitness(items[0], parse_cosigner_key(items[1]), *items[2:])
        self._definitions.add_witness(witness)
        self.witnesses.append(witness)

    def read_group(self, items: list[str]) -> None:
        _check_count(items, 3, None, "group <name> <number|any|all> <name>…")
        name, threshold, *members = items
        words = {"any": 1, "all": len(members)}
        if threshold not in words and not _THRESHOLD.fullmatch(threshold):
            raise InvalidValue(f"threshold {threshold[:40]!r} is neither a number from 1 nor any nor all")
        group = PolicyGroup(name, words.get(threshold) or int(threshold), tuple(members))
        self._definitions.add_group(group)
        self.groups.append(group)

    def read_quorum(self, items: list[str]) -> None:
        _check_count(items, 1, 1, "quorum <name>")
        if self.quorum is not None:
            raise InvalidValue("a second quorum line; a policy has exactly one")
        self._definitions.check_quorum(items[0])
        self.quorum = items[0]


_READERS: Final[dict[str, Callable[[_Statements, list[str]], None]]] = {
    "log": _Statements.read_log,
    "witness": _Statements.read_witness,
    "group": _Statements.read_group,
    "quorum": _Statements.read_quorum,
}


def _check_count(items: list[str], least: int, most: int | None, form: str) -> None:
    if len(items) < least or (most is not None and len(items) > most):
        raise InvalidValue(f"the line is not of the form: {form}")
