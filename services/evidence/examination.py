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
10. what was asked for (`scope`): a period of which something is missing, a case with others' documents
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

from events.directory import Directory
from events.envelope import envelope_digest
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
from services.evidence.manifest import Inventory, Selection
from services.evidence.policies import apply_policy, is_below_default, judge_newest
from services.evidence.receipts import Receipts, check_refusal, refused_digest
from services.evidence.remarks import Open, remarks_on
from services.evidence.scope import scope_of
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
        self._by_service = self._without_role = self._since_revoked = 0
        self._below_default = False

    def run(self, given: Policy | None, authorities: tuple[bytes, ...]) -> Examination:
        directories = read_directories(self._archive, self._root, self._faults)
        if not directories:
            return self._result(None, Trees(()), "default", ())
        directory = directories[-1]
        policy, whose = apply_policy(self._archive, directory, given, self._faults)
        trees = read_trees(self._archive, directory, policy, self._faults)
        self._below_default = whose == "package" and is_below_default(trees, directory)
        judge_newest(trees, policy, self._faults)
        stamps = read_stamps(self._archive, trees, authorities, self._faults)
        statements = Statements(self._root, directories, trees, self._chains, self._faults)
        self._read_events(directory, trees, statements)
        self._settle(directory, trees)
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

    def _read_events(self, directory: Directory, trees: Trees, statements: Statements) -> None:
        newest = trees.newest
        inclusion = self._inclusion(newest)
        scope = scope_of(self._selection, newest, self._faults, simulated=directory.simulated)
        for where, event in event_lines(self._archive, self._faults, self._progress):
            held = check_event(event.logged, directory, where, self._faults, trees.witnessed_at)
            self._events += 1
            if held is None:
                continue
            self._entries += len(held.envelope.agencies)
            scope.take(held, where)
            if inclusion is not None:
                inclusion.take(event, held, where)
            if held.sound:
                self._take(held, where, directory, trees, statements)
        if inclusion is not None:
            inclusion.finish()
        scope.finish()

    def _inclusion(self, newest: Tree | None) -> Inclusion | None:
        if newest is None:
            return None
        if self._selection.kind == "all":
            return ByWholeLog(self._archive, newest.checkpoint, self._faults)
        return ByProofs(newest.checkpoint, self._faults, contiguous=self._selection.kind == "period")

    def _take(self, held: Held, where: str, directory: Directory, trees: Trees, statements: Statements) -> None:
        envelope = held.envelope
        self._causes.take(envelope, where)
        if envelope.event_type == "EventReceived":
            self._receipts.take(held, where)
        elif envelope.event_type == "EventRefused":
            if (digest := refused_digest(held, where, self._faults)) is not None:
                self._refusals[digest].append((held, where))
        elif envelope.is_protocol:
            statements.take(held, where)
        else:
            self._take_document(held, where, directory)
            self._look_at_key(held, directory, trees)

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

    def _look_at_key(self, held: Held, directory: Directory, trees: Trees) -> None:
        key, envelope = held.key, held.envelope
        if key is None:
            return
        self._by_service += key.capacity == "service"
        self._without_role += envelope.role not in directory.roles_of(envelope.sender, envelope.time)
        if key.revoked_at is not None and not directory.simulated:
            seen = trees.witnessed_at(held.logged.first_index)
            self._since_revoked += seen is None or seen >= key.revoked_at

    def _settle(self, directory: Directory, trees: Trees) -> None:
        """Look up the documents of which receipts and refusals speak that were not in their place when these came."""
        wanted = self._receipts.claims.keys() | self._refusals.keys()
        if not wanted:
            return
        ignored = Faults()
        for where, event in event_lines(self._archive, ignored, self._progress):
            if envelope_digest(event.logged.envelope) not in wanted:
                continue
            held = check_event(event.logged, directory, where, ignored, trees.witnessed_at)
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
        newest = trees.newest
        known = Open(
            simulated=simulated,
            policy_from=whose,
            selection=self._selection,
            inventory=inventory,
            deliveries=self._all_deliveries,
            receipted=receipted,
            late=self._late,
            by_service=self._by_service,
            without_role=self._without_role,
            since_revoked=self._since_revoked,
            below_default=self._below_default,
            known_until=None if newest is None else newest.witnessed_at,
            unchecked_stamps=sum(not stamp.trusted for stamp in stamps),
        )
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
