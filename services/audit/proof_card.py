"""The proof of one event, computed when it is asked for: from its signature to the cosignatures over the log.

    card = prove(book, logged, log_files, policy)

Every check is one that the replay or the verifier of packages makes too; here each is held against what stands next to
the event alone. What only the whole history shows (registers, exchange views, a fork) the replay finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from events import base64url
from events.audit.finding import AuditCheck, Finding
from events.audit.lean_envelope import LeanEnvelope, lean
from events.audit.logged_event import LoggedEvent
from events.audit.rule_check import RuleChecks
from events.directory import KeyRecord
from events.envelope import parse_envelope
from events.errors import Malformed
from events.regulation.regulations import load_rules
from events.signature import signature_kid
from events.transparency.policy import Policy
from projections.deliveries_pages import documents_under
from projections.deliveries_told import told_of_event
from services.audit.proof_log import prove_in_log
from services.audit.proof_step import Fact, Standing, Step, StepName, step
from services.audit.questions.book import Book
from services.evidence.authenticity import Held, check_event
from services.evidence.causes import Causes
from services.evidence.chains import Chains
from services.evidence.faults import Faults
from services.evidence.log_files import LogFiles
from services.evidence.receipts import Receipts

_OF_KEY = frozenset({AuditCheck.KEY_UNKNOWN, AuditCheck.KEY_PERIOD})
_BETWEEN = frozenset({AuditCheck.CHAIN, AuditCheck.COUNT_TWICE})
"""What concerns both sides of a link; the other findings are those of the event that they name."""
_SAME_COUNT = 5
"""Documents under one count of a pair that are looked at; one is right."""


@dataclass(frozen=True)
class ProofCard:
    """What can be said of one event of the log. `held` is None where not even its envelope can be read."""

    logged: LoggedEvent
    held: Held | None
    steps: tuple[Step, ...]

    @property
    def standing(self) -> Standing:
        """Failed if any step failed, open if any is open, else passed."""
        standings = {each.standing for each in self.steps}
        return next((one for one in (Standing.FAILED, Standing.OPEN) if one in standings), Standing.PASSED)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that was found."""
        return tuple(finding for each in self.steps for finding in each.findings)

    def of(self, name: StepName) -> Step:
        """A step by its name."""
        return next(each for each in self.steps if each.name is name)


def prove(book: Book, logged: LoggedEvent, log: LogFiles, policy: Policy) -> ProofCard:
    """Run every step for one event of the ledger."""
    where = f"entry {logged.first_index}"
    faults = Faults()
    held = check_event(logged, book.directory, where, faults)
    if held is None:
        unread = step(StepName.SIGNATURE, (), faults.found)
        rest = tuple(Step(name, Standing.OPEN, why="unread") for name in StepName if name is not StepName.SIGNATURE)
        return ProofCard(logged, None, (unread, *rest))
    key = book.directory.key(signature_kid(logged.signature))
    if key is not None and key.agency != held.envelope.sender:
        key = None
    # A receipt with a wrong signature is told as forged, whatever is wrong with it.
    of_key = _OF_KEY if key is not None else _OF_KEY | {AuditCheck.RECEIPT_FORGED}
    steps = (
        _signature(held, [one for one in faults.found if one.check not in of_key], key),
        _key(book, [one for one in faults.found if one.check in of_key], key),
        _rule(book, held, where, key),
        *_neighbours(book, held, where),
        *prove_in_log(book, held, log, policy),
    )
    return ProofCard(logged, held, steps)


# --- the event by itself ---


def _signature(held: Held, findings: list[Finding], key: KeyRecord | None) -> Step:
    content = "withheld" if held.logged.data is None else "open" if held.content is not None else "swapped"
    facts = (
        Fact("digest", base64url.encode(held.digest)),
        Fact("algorithm", "Ed25519, detached JWS (RFC 7515, RFC 7797)"),
        Fact("kid", signature_kid(held.logged.signature)),
        Fact("signed_at", held.envelope.time),
        Fact("stored_at", held.stored_at),
        Fact(f"content_{content}", base64url.encode(held.envelope.contentdigest)),
    )
    return step(StepName.SIGNATURE, facts, findings, why="" if key is not None else "key_unknown")


def _key(book: Book, findings: list[Finding], key: KeyRecord | None) -> Step:
    facts: list[Fact] = [Fact("directory", book.directory.version), Fact("root", book.directories.root.name)]
    if key is not None:
        signatory = book.directory.agencies[key.agency].signatory(key.signatory)
        facts += [
            Fact("agency", book.directory.agencies[key.agency].name),
            Fact("signatory", signatory.title if signatory is not None else key.signatory),
            Fact("not_before", key.not_before),
            Fact("not_after", key.not_after),
            Fact("revoked_at", key.revoked_at),
        ]
    return step(StepName.KEY, facts, findings)


def _rule(book: Book, held: Held, where: str, key: KeyRecord | None) -> Step:
    envelope = held.envelope
    facts = [
        Fact("clause", envelope.clause),
        Fact("role", envelope.role),
        Fact("recipients", ", ".join(envelope.agencies)),
        Fact("due", envelope.due),
        Fact("cause", envelope.cause),
        Fact("basis", envelope.basis),
    ]
    if key is None:
        return step(StepName.RULE, facts, (), why="key_unknown")
    capacity = _capacity(book, key)
    checks = RuleChecks(load_rules(book.directory.regulation), book.directory)
    read = lean(envelope)
    breach = checks.breach(read, capacity, _cited(book, envelope.cause))
    if breach is None and held.content is not None and not envelope.is_protocol:
        breach = checks.content_breach(held.logged.envelope, read, capacity, held.content)
    found = [] if breach is None else [Finding(breach.check, envelope.id, where, breach.vi, breach.en)]
    return step(StepName.RULE, [*facts, Fact("capacity", capacity)], found)


def _capacity(book: Book, key: KeyRecord) -> str:
    signatory = book.directory.agencies[key.agency].signatory(key.signatory)
    return "" if signatory is None else str(signatory.capacity)


def _cited(book: Book, event_id: str | None) -> LeanEnvelope | None:
    found = book.ledger.by_id(event_id) if event_id is not None else []
    try:
        return lean(parse_envelope(found[0].envelope)) if found else None
    except Malformed:
        return None


# --- what stands next to it ---


def _neighbours(book: Book, held: Held, where: str) -> Iterator[Step]:
    if held.envelope.is_protocol:
        yield Step(StepName.CHAIN, Standing.APART)
        yield Step(StepName.RECEIPTS, Standing.APART)
        return
    faults = Faults()
    chains = Chains(faults)
    yield _chain(book, held, where, chains, faults)
    yield _receipts(book, held, chains)


def _chain(book: Book, held: Held, where: str, chains: Chains, faults: Faults) -> Step:
    """The documents before it, those it cites, itself, and those behind it, in the order of the log."""
    envelope = held.envelope
    found: dict[int, Held] = {held.logged.first_index: held}
    facts, lacking = [], ""
    for link in envelope.recipients:
        beside = {}
        for count in (link.count - 1, link.count, link.count + 1):
            indexes = documents_under(book.cursor, envelope.sender, link.agency, count, limit=_SAME_COUNT)
            beside[count] = [other for index in indexes if (other := _sound(book, index)) is not None]
            found |= {other.logged.first_index: other for other in beside[count]}
        facts.append(Fact("count", link.count, link.agency))
        facts += [Fact("before", other.envelope.id, link.agency) for other in beside[link.count - 1]]
        facts += [Fact("behind", other.envelope.id, link.agency) for other in beside[link.count + 1]]
        if link.count > 1 and not beside[link.count - 1]:
            lacking = "before_missing"
    causes = Causes(faults)
    for cited in (envelope.cause, envelope.basis):
        for logged in book.ledger.by_id(cited) if cited is not None else ():
            if (other := _check(book, logged)) is not None:
                causes.take(other.envelope, where)
    for index in sorted(found):
        chains.take(found[index], f"entry {index}")
    causes.take(envelope, where)
    if {envelope.cause, envelope.basis} & set(causes.absent) and not lacking:
        lacking = "cited_missing"
    own = [one for one in faults.found if one.event == envelope.id or one.check in _BETWEEN]
    return step(StepName.CHAIN, facts, own, why=lacking)


def _receipts(book: Book, held: Held, chains: Chains) -> Step:
    faults = Faults()
    receipts = Receipts(chains, faults)
    facts = []
    told = [one for one in told_of_event(book.cursor, held.envelope.id) if one.digest == base64url.encode(held.digest)]
    for one in told:
        facts.append(Fact(f"outcome_{one.outcome}", one.admitted_at or "", one.recipient))
        if one.incoming_number is not None:
            facts.append(Fact("incoming", one.incoming_number, one.recipient))
        for logged in book.ledger.by_id(one.receipt_id) if one.receipt_id is not None else ():
            if (receipt := _check(book, logged, faults)) is not None:
                receipts.take(receipt, f"entry {logged.first_index}")
                facts.append(Fact("receipt", receipt.envelope.id, one.recipient))
        if one.refusal_explanation is not None:
            facts.append(Fact("refusal", one.refusal_explanation, one.recipient))
    silent = [one for one in told if one.receipt_id is None]
    return step(StepName.RECEIPTS, facts, faults.found, why="unreceipted" if silent else "")


def _sound(book: Book, index: int) -> Held | None:
    """The event whose entries begin at an index, if its own checks pass."""
    found = book.ledger.read(index, 1)
    held = _check(book, found[0]) if found and found[0].first_index == index else None
    return held if held is not None and held.sound else None


def _check(book: Book, logged: LoggedEvent, faults: Faults | None = None) -> Held | None:
    return check_event(logged, book.directory, f"entry {logged.first_index}", faults or Faults())
