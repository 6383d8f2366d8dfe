"""The one tree of errors that the contract raises.

An error says what happened in `str(error)`; typed fields carry the parts. Nothing here knows HTTP, exit codes or
acknowledgements: each edge owns one table that maps these classes to its own answers.
"""

from __future__ import annotations


class PhoihopError(Exception):
    """Root of every error that phoihop raises on purpose."""


class InvalidValue(PhoihopError, ValueError):
    """A name, instant or other small value does not have the form that the wire format gives it."""


class Malformed(PhoihopError):
    """Bytes that are not what the strict parser's inverse would have written (docs/wire-format.md).

    `reason` is a stable token for counting and tests: `json`, `duplicate-key`, `not-canonical`, `size`, …
    """

    def __init__(self, reason: str, explanation: str) -> None:
        super().__init__(explanation)
        self.reason = reason
        self.explanation = explanation


class SignatureInvalid(PhoihopError):
    """The signature is not one of the named key over these envelope bytes."""


class UnknownEventType(PhoihopError):
    """The catalogue has no event of this type and version."""

    def __init__(self, event_type: str, version: int) -> None:
        super().__init__(
            f"no event type {event_type} version {version} in the catalogue: a newer sender may need a newer phoihop"
        )
        self.event_type = event_type
        self.version = version


class DirectoryInvalid(PhoihopError):
    """A directory version is not signed by the root key, does not follow its predecessor, or contradicts itself."""


class RulesInvalid(PhoihopError):
    """A regulation's rule table cannot be loaded: names the file, the row and what is wrong with it."""

    def __init__(self, file: str, row: str, problem: str) -> None:
        super().__init__(f"{file}: {problem}" if row == "-" else f"{file}: row {row}: {problem}")
        self.file = file
        self.row = row
        self.problem = problem


class ProofInvalid(PhoihopError):
    """A proof does not show what it is meant to show of a Merkle tree.

    `check` is a stable token for counting and tests: `sizes`, `length`, `hash`, `old-root`, `root`, `origin`, `entry`.
    """

    def __init__(self, check: str, explanation: str) -> None:
        super().__init__(explanation)
        self.check = check
        self.explanation = explanation


class PolicyInvalid(PhoihopError):
    """A policy file of the transparency log cannot be read: names the line (from 1) and what is wrong with it."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"policy, line {line}: {problem}")
        self.line = line
        self.problem = problem


class PolicyUnmet(PhoihopError):
    """A checkpoint is authentic as far as it is signed, but the policy asks for more signatures than it bears."""
