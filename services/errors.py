"""Errors of the running parts: each says what happened, why, and what to do next.

The command line maps the classes to exit codes.
"""

from __future__ import annotations

from events.errors import PhoihopError


class ExplainedError(PhoihopError):
    """An error in three sentences: `what` happened, `why`, and the `next_step` that a person can take."""

    def __init__(self, *, what: str, why: str, next_step: str) -> None:
        super().__init__(f"{what}: {why}. {next_step[:1].upper()}{next_step[1:]}." if next_step else f"{what}: {why}.")
        self.what = what
        self.why = why
        self.next_step = next_step


class CannotRun(ExplainedError):
    """Something outside the message prevents work: broker, disk, port, key file, folder (exit code 3)."""


class UsageFault(ExplainedError):
    """The caller asked for something that does not exist or cannot be meant (exit code 2)."""
