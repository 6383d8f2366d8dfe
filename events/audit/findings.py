"""Findings being gathered: so many are kept, all are counted."""

from __future__ import annotations

from collections import Counter

from events.audit.finding import AuditCheck, Finding

MAX_KEPT = 10_000


class Findings:
    """The findings of one audit."""

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.by_check: Counter[AuditCheck] = Counter()

    def add(self, finding: Finding) -> None:
        """Take in a finding."""
        self.by_check[finding.check] += 1
        if len(self.kept) < MAX_KEPT:
            self.kept.append(finding)

    def count_more(self, check: AuditCheck, count: int) -> None:
        """Count findings that were not brought one by one."""
        self.by_check[check] += count

    @property
    def count(self) -> int:
        """How many there are."""
        return self.by_check.total()
