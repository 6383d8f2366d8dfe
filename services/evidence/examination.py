"""Examining a package's evidence: from the root key to who told whom what, and when.

The checks in their order, and what each rules out:

1. directory: every version signed by the root key, each following the one before: another's agencies and keys
2. checkpoints: signed by the log's key that the directory lists: a log that somebody made up
3. growth: each checkpoint's tree begins with the one before it: a history that was rewritten between them
4. cosignatures: verified with the agencies' keys and held against the policy: a log shown to one reader alone
5. each event by itself (`authenticity`): what its sender did not sign, or not with a key that was valid
6. the log (`inclusion`): an event that was inserted, altered, moved, addressed otherwise, or left out
7. pair chains (`chains`): a count signed twice, a chain that was cut, a date before the event before
8. receipts (`receipts`): receipts by others, or for other documents
9. what events cite (`causes`), and what they state of directories and the log (`statements`)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from events.audit.finding import AuditCheck
from events.directory import Directory
from events.envelope import envelope_digest
from events.instants import parse_instant
from events.note import VerifierKey
from events.transparency.policy import Policy
from services.evidence.archive import Archive
from services.evidence.authenticity import Held, check_event
from services.evidence.causes import Causes
from services.evidence.chains import Chains
from services.evidence.deliveries import LISTED, Delivery, deliveries_of
from services.evidence.directories import read_directories
from services.evidence.event_lines import event_lines
from services.evidence.faults import Faults
from services.evidence.inclusion import ByProofs, ByWholeLog, Inclusion
from services.evidence.layout import EVENT_FOLDER
from services.evidence.manifest import Inventory, Selection
from services.evidence.policies import apply_policy, judge_newest
from services.evidence.receipts import Receipts, check_refusal, refused_digest
from services.evidence.remarks import Open, remarks_on
from services.evidence.stamps import read_stamps
from services.evidence.statements import Statements
from services.evidence.trees import Tree, Trees, read_trees
from services.evidence.verdict import Examination, Stamp

LATE = timedelta(days=1)
"""What the broker stored so long after it was dated stands on the sender's word for its date."""


def examine(
    archive: Archive,
    root: VerifierKey,
    selection: Selection,
    *,
    policy: Policy | None = None,
    authorities: tuple[bytes, ...] = (),
    progress: Callable[[int], None] = lambda _bytes: None,
) -> Examination:
    """Run every check over a package's evidence; raises nothing for what is wrong with it, but finds it.

    `policy` is the verifier's own; without it the package's. `authorities` are certificates (PEM or DER) of trusted
    time-stamping authorities. `progress` hears how many bytes of events have been read.
    """
    return _Examiner(archive, root, selection, progress).run(policy, authorities)


class _Examiner:
    def __init__(
        self, archive: Archive, root: VerifierKey, selection: Selection, progress: Callable[[int], None]
    ) -> None:
        self._archive = archive
        self._progress = progress
        self._root = root
        self._selection = selection
        self._faults = Faults()
        self._chains = Chains(self._faults)
        self._receipts = Receipts(self._chains, self._faults)
        self._causes = Causes(self._faults)
        self._refusals: defaultdict[bytes, list[tuple[Held, str]]] = defaultdict(list)
        self._deliveries: list[Delivery] = []
        self._events = self._entries = self._documents = self._contents = self._all_deliveries = self._late = 0

    def run(self, given: Policy | None, authorities: tuple[bytes, ...]) -> Examination:
        directories = read_directories(self._archive, self._root, self._faults)
        if not directories:
            return self._result(None, Trees(()), "default", ())
        directory = directories[-1]
        policy, whose = apply_policy(self._archive, directory, given, self._faults)
        trees = read_trees(self._archive, directory, policy, self._faults)
        judge_newest(trees, policy, self._faults)
        stamps = read_stamps(self._archive, trees, authorities, self._faults)
        statements = Statements(self._root, directories, trees, self._chains, self._faults)
        self._read_events(directory, trees.newest, statements)
        self._settle(directory)
        if self._selection.kind == "all":
            self._chains.check_gaps()
            self._receipts.refuse_unknown()
        statements.check_versions(self._receipts.directory_version)
        for delivery in self._deliveries:
            delivery.witnessed_at = trees.witnessed_at(delivery.index)
            covering = [stamp.at for stamp in stamps if stamp.trusted and stamp.size > delivery.index]
            delivery.stamped_at = min(covering, default=None)
        return self._result(directory, trees, whose, stamps)

    # --- events ---

    def _read_events(self, directory: Directory, newest: Tree | None, statements: Statements) -> None:
        inclusion = self._inclusion(newest)
        edges = _Edges(self._selection, newest, self._faults, simulated=directory.simulated)
        for where, event in event_lines(self._archive, self._faults, self._progress):
            held = check_event(event.logged, directory, where, self._faults)
            self._events += 1
            if held is None:
                continue
            self._entries += len(held.envelope.agencies)
            edges.take(held)
            if inclusion is not None:
                inclusion.take(event, held, where)
            if held.sound:
                self._take(held, where, directory, statements)
        if inclusion is not None:
            inclusion.finish()
        edges.finish()

    def _inclusion(self, newest: Tree | None) -> Inclusion | None:
        if newest is None:
            return None
        if self._selection.kind == "all":
            return ByWholeLog(self._archive, newest.checkpoint, self._faults)
        return ByProofs(newest.checkpoint, self._faults, contiguous=self._selection.kind == "period")

    def _take(self, held: Held, where: str, directory: Directory, statements: Statements) -> None:
        envelope = held.envelope
        self._causes.take(envelope, where)
        if envelope.event_type == "EventReceived":
            self._receipts.take(held, where)
        elif envelope.event_type == "EventRefused":
            if (digest := refused_digest(held)) is not None:
                self._refusals[digest].append((held, where))
        elif envelope.is_protocol:
            statements.take(held, where)
        else:
            self._take_document(held, where, directory)

    def _take_document(self, held: Held, where: str, directory: Directory) -> None:
        self._documents += 1
        self._contents += held.content is not None
        self._all_deliveries += len(held.envelope.agencies)
        if held.stored_at is not None and not directory.simulated:
            self._late += held.stored_at - held.envelope.time > LATE
        self._chains.take(held, where)
        if len(self._deliveries) < LISTED:
            for delivery in deliveries_of(held):
                self._deliveries.append(delivery)
                self._receipts.listed[held.digest, delivery.recipient] = delivery

    def _settle(self, directory: Directory) -> None:
        """Look up the documents of which receipts and refusals speak that were not in their place when these came."""
        wanted = self._receipts.claims.keys() | self._refusals.keys()
        if not wanted:
            return
        ignored = Faults()
        for where, event in event_lines(self._archive, ignored, self._progress):
            if envelope_digest(event.logged.envelope) not in wanted:
                continue
            held = check_event(event.logged, directory, where, ignored)
            if held is None or not held.sound:
                continue
            self._receipts.settle(held)
            for refusal, at in self._refusals.pop(held.digest, ()):
                check_refusal(refusal, at, held, self._faults)

    # --- the end ---

    def _result(self, directory: Directory | None, trees: Trees, whose: str, stamps: tuple[Stamp, ...]) -> Examination:
        pairs = self._chains.counts
        inventory = Inventory(self._events, self._entries, self._documents, self._contents, pairs, self._causes.absent)
        receipted = self._chains.receipted
        simulated = directory is not None and directory.simulated
        known = Open(simulated, whose, self._selection, inventory, self._all_deliveries, receipted, self._late)
        return Examination(
            province=self._root.name.removeprefix("phoihop.").removesuffix(".root"),
            root=str(self._root),
            selection=self._selection,
            directory=directory,
            trees=trees,
            policy_from=whose,
            inventory=inventory,
            deliveries=tuple(self._deliveries),
            all_deliveries=self._all_deliveries,
            receipted=receipted,
            stamps=stamps,
            findings=tuple(self._faults.found),
            findings_count=self._faults.count,
            remarks=tuple(remarks_on(known)),
        )


class _Edges:
    """A period's package holds one event more on each side, or reaches the end of the log there."""

    def __init__(self, selection: Selection, newest: Tree | None, faults: Faults, *, simulated: bool) -> None:
        self._selection = selection
        self._size = None if newest is None else newest.checkpoint.size
        self._faults = faults
        self._simulated = simulated
        self._first: Held | None = None
        self._last: Held | None = None

    def take(self, held: Held) -> None:
        """Note an event; they come in the log's order."""
        self._first = self._first or held
        self._last = held

    def finish(self) -> None:
        """Whether anything of the period may stand outside of what is here."""
        since, until = self._selection.since, self._selection.until
        if since is None or until is None or self._first is None or self._last is None:
            return
        if self._first.logged.first_index > 0 and not self._moment(self._first) < parse_instant(since):
            self._cut(self._first, "before")
        end = self._last.logged.first_index + len(self._last.envelope.agencies)
        if end != self._size and not self._moment(self._last) >= parse_instant(until):
            self._cut(self._last, "behind")

    def _moment(self, held: Held) -> datetime:
        if self._simulated or held.stored_at is None:
            return held.envelope.time
        return held.stored_at

    def _cut(self, held: Held, side: str) -> None:
        vi = "trước" if side == "before" else "sau"
        self._faults.add(
            AuditCheck.TRIMMED, EVENT_FOLDER,
            f"không chứng minh được rằng thời kỳ này không còn văn bản nào {vi} mục {held.logged.first_index}",
            f"nothing shows that the period has no event {side} entry {held.logged.first_index} of the log",
            held.envelope.id,
        )  # fmt: skip
