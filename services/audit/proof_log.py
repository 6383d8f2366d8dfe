"""The log's part of an event's proof: its entries in a tree, the tree's checkpoint, the witnesses under it."""

from __future__ import annotations

from datetime import UTC, datetime

from events import base64url
from events.audit.checkpoints import Opened, SignedCheckpoint, open_checkpoints
from events.audit.entries import entries_of
from events.audit.finding import AuditCheck, Finding
from events.errors import PhoihopError, ProofInvalid
from events.instants import parse_instant
from events.transparency.checkpoint import Checkpoint, verify_growth
from events.transparency.merkle import consistency_proof, inclusion_proof
from events.transparency.policy import Policy
from events.transparency.tiles import node_reader
from services.audit.proof_step import Fact, Standing, Step, StepName, step
from services.audit.questions.book import Book
from services.errors import CannotRun
from services.evidence.authenticity import Held
from services.evidence.faults import Faults
from services.evidence.inclusion import ByProofs
from services.evidence.line import PackagedEvent
from services.evidence.log_files import LogFiles

_COVERING = """SELECT size FROM (SELECT size, 0 AS place FROM (SELECT size FROM witnessed WHERE size > :last
    ORDER BY size LIMIT 1) UNION ALL SELECT size, 1 FROM (SELECT size FROM checkpoints WHERE size > :last
    ORDER BY size LIMIT 1)) ORDER BY place LIMIT 1"""
"""The first witnessed checkpoint over an entry; where there is none, the first that was signed."""
_NEWEST = "SELECT MAX(size) FROM checkpoints"
_NOTE = "SELECT note, signed_at FROM checkpoints WHERE size = ?"
_LINES = "SELECT witness, line FROM cosignatures WHERE size = ? ORDER BY witness"
_STAMPS = "SELECT authority, stamped_at FROM timestamps WHERE size >= ? ORDER BY size LIMIT 3"


def prove_in_log(book: Book, held: Held, log: LogFiles, policy: Policy) -> tuple[Step, ...]:
    """The steps inclusion, checkpoint and cosignatures of one event."""
    last = held.logged.first_index + len(held.envelope.agencies) - 1
    ask = book.ledger.connection.execute
    row = ask(_COVERING, {"last": last}).fetchone()
    if row is None:
        names = (StepName.INCLUSION, StepName.CHECKPOINT, StepName.COSIGNATURES)
        return tuple(Step(name, Standing.OPEN, _entry_facts(held) if at == 0 else (), (), "not_covered")
                     for at, name in enumerate(names))  # fmt: skip
    size = int(row[0])
    found: list[Finding] = []
    opened = _open(book, size, found)
    unsigned = [one for one in found if one.check is AuditCheck.CHECKPOINT_UNSIGNED]
    if opened is None:
        return (
            step(StepName.INCLUSION, _entry_facts(held), (), why="checkpoint_unsigned"),
            step(StepName.CHECKPOINT, [Fact("size", size)], unsigned),
            step(StepName.COSIGNATURES, (), (), why="checkpoint_unsigned"),
        )
    return (
        _inclusion(held, opened.checkpoint, log),
        _checkpoint(book, opened.checkpoint, log),
        _cosignatures(book, opened, policy, [one for one in found if one not in unsigned]),
    )


def _open(book: Book, size: int, found: list[Finding]) -> Opened | None:
    ask = book.ledger.connection.execute
    note = ask(_NOTE, (size,)).fetchone()
    if note is None:
        return None
    kept = SignedCheckpoint(size, note[0], tuple((who, line) for who, line in ask(_LINES, (size,))))
    return next(iter(open_checkpoints([kept], book.directory, found.append)), None)


def _entry_facts(held: Held) -> tuple[Fact, ...]:
    first = held.logged.first_index
    return tuple(Fact("entry", first + place, agency) for place, agency in enumerate(held.envelope.agencies))


def _inclusion(held: Held, checkpoint: Checkpoint, log: LogFiles) -> Step:
    first, faults = held.logged.first_index, Faults()
    facts = list(_entry_facts(held))
    try:
        entries = entries_of(held.logged)
        read_node = node_reader(checkpoint.size, log.read_tile)
        proofs = tuple(inclusion_proof(first + at, checkpoint.size, read_node) for at in range(len(entries)))
    except (PhoihopError, CannotRun) as error:
        faults.add(
            AuditCheck.LOG_TAMPERED, f"entry {first}",
            "dữ liệu của sổ minh bạch không đọc được", f"the log's files cannot be read: {error}", held.envelope.id,
        )  # fmt: skip
        return step(StepName.INCLUSION, facts, faults.found)
    ByProofs(checkpoint, faults, contiguous=False).take(PackagedEvent(held.logged, proofs), held, f"entry {first}")
    for agency, entry, proof in zip(held.envelope.agencies, entries, proofs, strict=True):
        facts += [Fact("hash", base64url.encode(entry), agency), Fact("proof", len(proof), agency)]
    return step(StepName.INCLUSION, facts, faults.found)


def _checkpoint(book: Book, checkpoint: Checkpoint, log: LogFiles) -> Step:
    ask = book.ledger.connection.execute
    facts = [
        Fact("origin", checkpoint.origin),
        Fact("size", checkpoint.size),
        Fact("root_hash", base64url.encode(checkpoint.root)),
        Fact("checkpoint_signed_at", parse_instant(ask(_NOTE, (checkpoint.size,)).fetchone()[1])),
    ]
    findings: list[Finding] = []
    newest = int(ask(_NEWEST).fetchone()[0])
    if newest > checkpoint.size and (grown := _open(book, newest, findings)) is not None:
        facts.append(Fact("grown_to", newest))
        try:
            read_node = node_reader(newest, log.read_tile)
            verify_growth(checkpoint, grown.checkpoint, consistency_proof(checkpoint.size, newest, read_node))
        except (ProofInvalid, PhoihopError, CannotRun) as error:
            findings.append(
                Finding(
                    AuditCheck.LOG_FORKED, "", f"checkpoint {newest}",
                    f"điểm kiểm tra {newest} không phải là phần nối tiếp của điểm kiểm tra {checkpoint.size}",
                    f"the tree of {newest} entries is not shown to have grown out of the one of {checkpoint.size}: "
                    f"{error}",
                )
            )  # fmt: skip
    relevant = [one for one in findings if one.check is not AuditCheck.COSIGNATURES_MISSING]
    return step(StepName.CHECKPOINT, facts, relevant)


def _cosignatures(book: Book, opened: Opened, policy: Policy, findings: list[Finding]) -> Step:
    size = opened.checkpoint.size
    facts = [Fact("cosigned", one.time, one.cosigner.name.rpartition(".")[2]) for one in opened.cosignatures]
    seconds = policy.met_at_seconds(opened.cosignatures)
    if seconds is not None:
        facts.append(Fact("witnessed_at", datetime.fromtimestamp(seconds, UTC)))
    facts += [
        Fact("stamped_at", parse_instant(at), who) for who, at in book.ledger.connection.execute(_STAMPS, (size,))
    ]
    lacking = "" if policy.is_met_by({one.cosigner for one in opened.cosignatures}) else "not_witnessed"
    return step(StepName.COSIGNATURES, facts, findings, why=lacking)
