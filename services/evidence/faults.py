"""Findings as the verifier collects them: one line a fault, in both languages."""

from __future__ import annotations

from dataclasses import dataclass, field

from events.audit.finding import AuditCheck, Finding

MAX_FINDINGS = 1_000
"""A package that is wrong throughout is not listed event by event."""


@dataclass
class Faults:
    """What was found so far: `found` at most `MAX_FINDINGS`, `count` all of it."""

    found: list[Finding] = field(default_factory=list)
    count: int = 0

    def add(self, check: AuditCheck, where: str, vi: str, en: str, event: str = "") -> None:
        """One check failed; `where` names the member, the log index or the checkpoint."""
        self.count += 1
        if len(self.found) < MAX_FINDINGS:
            self.found.append(Finding(check, event, where, vi, en))
