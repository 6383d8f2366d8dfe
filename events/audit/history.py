"""The whole history: stretches joined in order, with what only shows across them.

    history = History(directory, findings, read=…)
    for stretch in stretches:
        roots = history.add(stretch)
    history.finish()

Everything is kept flat: runs of chains, heads, registers, and of deliveries those that are not receipted yet.
"""

from __future__ import annotations

from collections.abc import Callable

from events.audit.deliveries import Deliveries, Taken
from events.audit.finding import CHECKS, AuditCheck, Finding
from events.audit.findings import Findings
from events.audit.pair_chains import PairChains
from events.audit.protocol_facts import (
    ALARM,
    DIRECTORY,
    DOCUMENT,
    GAP,
    RECEIPT,
    REFUSAL,
    STATEMENT,
    SUSPECT,
    Fact,
)
from events.audit.registers import Registers
from events.audit.sending_order import SendingOrder
from events.audit.stretch import Stretch
from events.audit.tree import Tree
from events.directory import Directory


class History:
    """The history as far as it was joined.

    `document`, `taken` and `stated` are told of documents sent, deliveries taken in and exchange views stated, for who
    folds them; `read` gives a document's fact again from the log.
    """

    def __init__(
        self,
        directory: Directory,
        findings: Findings,
        *,
        read: Callable[[int], Fact | None],
        document: Callable[[Fact], None] | None = None,
        taken: Taken | None = None,
        stated: Callable[[Fact], None] | None = None,
    ) -> None:
        self.directory = directory
        self.findings = findings
        self.events = 0
        self.signatures = 0
        self.cpu_seconds = 0.0
        self.documents = 0
        self.unlawful_refused = 0
        self.tree = Tree()
        self.chains = PairChains(findings.add)
        self.deliveries = Deliveries(findings.add, self.chains, self._take, read)
        self.alarms: list[tuple[int, str, tuple[str, ...]]] = []
        self.directories: list[tuple[int, str, int, str]] = []
        self._document = document or _nothing
        self._taken = taken
        self._stated = stated or _nothing
        self._outgoing = Registers(findings.add, outgoing=True)
        self._order = SendingOrder(findings.add, simulated=directory.simulated)
        self._suspects: dict[str, list[Fact]] = {}
        self._losers: set[str] = set()
        self._readers: dict[int, Callable[[Fact], None]] = {
            DOCUMENT: self._add_document,
            RECEIPT: self._add_receipt,
            REFUSAL: self.deliveries.refusal,
            GAP: self._add_gap,
            STATEMENT: self._stated,
            DIRECTORY: self._add_directory,
            ALARM: self._add_alarm,
            SUSPECT: self._add_suspect,
        }

    def add(self, stretch: Stretch) -> list[tuple[int, bytes]]:
        """Join the next stretch; gives size and root of each tree that was asked for inside it."""
        if not stretch.events:
            return []  # an event before it reaches over it, or what was here is missing: the next one shows which
        if stretch.begin != self.tree.size:
            self._displaced(stretch)
            self.tree.pass_over(stretch.begin)
        roots = self.tree.add(stretch.leaves)
        self.events += stretch.events
        self.signatures += stretch.signatures
        self.cpu_seconds += stretch.cpu_seconds
        for check, event, where, vi, en in stretch.findings:
            self.findings.add(Finding(CHECKS[check], event, where, vi, en))
        if stretch.finding_count > len(stretch.findings):
            more = stretch.finding_count - len(stretch.findings)
            self.findings.count_more(CHECKS[stretch.findings[-1][0]], more)
        self.chains.add(stretch.runs)
        readers = self._readers
        for fact in stretch.facts:
            readers[fact[0]](fact)
        return roots

    def finish(self) -> None:
        """Nothing more comes: what is missing now is missing."""
        self.chains.finish()
        self.deliveries.finish()
        self._outgoing.finish(lambda agency: agency in self._losers)
        for suspects in self._suspects.values():
            for suspect in suspects:
                # An unlawful event that nobody admitted harmed nobody: its recipients did their part.
                if suspect[2] == AuditCheck.KEY_PERIOD.value:
                    self._find_suspect(suspect)
                else:
                    self.unlawful_refused += 1

    # --- facts ---

    def _add_document(self, fact: Fact) -> None:
        _, index, sender, event, _, _, _, _, _, time, stored_at, sequence, number = fact
        self.documents += 1
        if sequence is not None and stored_at is not None:
            self._order.place(sequence, stored_at)
            self._order.add(sender, time, sequence, event, index)
            self.deliveries.restarted_at = self._order.restarted_at
        self._outgoing.add(sender, number, time, event, index)
        self._document(fact)
        self.deliveries.document(fact)

    def _add_receipt(self, fact: Fact) -> None:
        if fact[6] is not None:
            self._order.add(fact[2], fact[5], fact[6], fact[3], fact[1])
        self.deliveries.receipt(fact)

    def _add_gap(self, fact: Fact) -> None:
        self._losers.add(fact[2])
        self.chains.declare_lost(fact)

    def _add_directory(self, fact: Fact) -> None:
        _, index, _, event, version, note = fact
        self.directories.append((index, event, version, note))

    def _add_alarm(self, fact: Fact) -> None:
        _, index, _, event, notes = fact
        if notes:
            self.alarms.append((index, event, notes))

    def _add_suspect(self, fact: Fact) -> None:
        self._suspects.setdefault(fact[1], []).append(fact)

    def _take(self, recipient: str, year: int, number: int, count: int, document: Fact, admitted_at: str) -> None:
        if self._suspects and document[4] in self._suspects:
            self._judge(document[4], number, admitted_at)
        if self._taken is not None:
            self._taken(recipient, year, number, count, document, admitted_at)

    def _judge(self, digest: str, number: int, admitted_at: str) -> None:
        """A recipient took in an event with which something seems to be wrong."""
        rest = []
        for suspect in self._suspects.pop(digest):
            revoked_at = suspect[7]
            if revoked_at:
                # Who took it in before the key was revoked proves that it existed by then.
                if admitted_at >= revoked_at:
                    rest.append(suspect)
            elif number:
                self._find_suspect(suspect)
            else:
                rest.append(suspect)
        if rest:
            self._suspects[digest] = rest

    def _find_suspect(self, suspect: Fact) -> None:
        _, _, check, event, where, vi, en, _ = suspect
        self.findings.add(Finding(CHECKS[check], event, where, vi, en))

    def _displaced(self, stretch: Stretch) -> None:
        self.findings.add(
            Finding(
                AuditCheck.TRIMMED, "", f"entry {self.tree.size}",
                f"Sổ kiểm chứng thiếu các mục từ {self.tree.size} đến {stretch.begin - 1}.",
                f"The ledger has no entries {self.tree.size} to {stretch.begin - 1}, and later ones: it was cut.",
            )
        )  # fmt: skip


def _nothing(_fact: Fact) -> None:
    return
