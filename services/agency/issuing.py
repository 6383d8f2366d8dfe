"""From a draft to a signed event in the record: decide, number, count, chain, sign and store, in one commit.

The caller holds the transaction; if anything fails nothing was numbered and nothing was signed twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from events.content import Content
from events.decision import CASE_STARTERS, NotLawful, compose, decide, symbol_for
from events.directory import key_standing
from events.draft import Draft
from events.instants import format_instant, whole_milliseconds
from events.names import parse_kid
from events.record_entry import RecordEntry
from events.signature import Signer, sign_envelope
from events.signed_event import SignedEvent
from services.agency.context import Context, draw_randomness, new_id
from services.agency.record_transaction import OUT, RecordTransaction
from services.errors import ExplainedError
from services.reports.answer_time import with_answer_time

_CLOCK_STEP = timedelta(minutes=5)

__all__ = ["ClockWentBack", "KeyUnusable", "NotLawful", "SigningHeld", "issue", "issue_protocol"]


class KeyUnusable(ExplainedError):
    """The signer's key is not one that the directory lets this agency sign with now."""


class ClockWentBack(ExplainedError):
    """This machine's clock stands before an event already signed."""


class SigningHeld(ExplainedError):
    """The record may be older than what peers hold: a number signed now could be one already used."""


def issue(
    transaction: RecordTransaction,
    draft: Draft,
    signer: Signer,
    context: Context,
    now: datetime,
    *,
    symbol: str | None = None,
) -> RecordEntry:
    """Sign a draft and append it to the record.

    Raises `NotLawful` (with the clause that stands against it), `DraftFault`, `KeyUnusable`, `SigningHeld`,
    `ClockWentBack`, or what the signer raises while it is locked.
    """
    if transaction.signing_held:
        raise SigningHeld(
            what=f"{context.me} signs no documents now",
            why="its record is a copy of an earlier state, so counts and numbers may have been used already",
            next_step="stop its service and run `phoihop agency recover` to fetch its own events back from its peers",
        )
    if away := transaction.unsettled & set(draft.recipients):
        raise SigningHeld(
            what=f"nothing is signed to {', '.join(sorted(away))} now",
            why="the record was recovered without them, so they may hold counts that it does not know",
            next_step="when their services run, stop this one and run `phoihop agency recover` again",
        )
    if draft.case is None and draft.event_type in CASE_STARTERS:
        draft = replace(draft, case=new_id())
    moment = _not_before_previous(transaction, draft, whole_milliseconds(now))
    draft = with_answer_time(draft, moment)
    capacity = _capacity(signer, context, moment)
    facts = context.facts(transaction, draft, moment)
    if capacity == "deputy":
        delegations = transaction.delegations_of(context.me)
        facts = replace(facts, signatory=parse_kid(signer.kid).signatory, delegations=delegations)
    decided = decide(draft, capacity, facts)
    heads = {peer: (head.count, head.digest) for peer in decided.recipients for head in (transaction.head(peer, OUT),)}
    _, number = transaction.next_number(OUT, moment)
    symbol = symbol or symbol_for(decided.event_type, decided.role, context.directory, context.me)
    envelope, content_bytes = compose(decided, heads, number, symbol, chance := draw_randomness(), facts)
    envelope_bytes = envelope.to_bytes()
    event = SignedEvent(envelope, envelope_bytes, chance.salt, content_bytes, sign_envelope(envelope_bytes, signer))
    heirs = context.directory.heirs_at(moment)
    return transaction.append_sent(event, decided.content, moment, context.directory.version, heirs=heirs)


def issue_protocol(
    transaction: RecordTransaction,
    content: Content,
    recipients: tuple[str, ...],
    signer: Signer,
    context: Context,
    now: datetime,
    *,
    cause: str | None = None,
    case: str | None = None,
) -> RecordEntry:
    """Sign a protocol message with the service's key and append it; it has no number, no count and needs no rule.

    With `case` it stands in that case's history, here and at its recipients.
    """
    draft = Draft(content, recipients, cause=cause, case=case)
    moment = whole_milliseconds(now)
    if cause is not None and (known := transaction.known(cause)) is not None:
        # A sender's clock may be a little ahead of this one: an answer is never dated before what it answers.
        moment = max(moment, known.envelope.time)
    facts = replace(context.facts(transaction, replace(draft, cause=None), moment))
    decided = decide(replace(draft, cause=None), "service", facts)
    envelope, content_bytes = compose(replace(decided, cause=cause), {}, 0, "", chance := draw_randomness(), facts)
    envelope_bytes = envelope.to_bytes()
    event = SignedEvent(envelope, envelope_bytes, chance.salt, content_bytes, sign_envelope(envelope_bytes, signer))
    return transaction.append_sent(event, content, moment, context.directory.version)


def _capacity(signer: Signer, context: Context, moment: datetime) -> str:
    key = context.directory.key(signer.kid)
    if key is None or key.agency != context.me:
        why = f"directory version {context.directory.version} does not bind {signer.kid} to {context.me}"
    elif not (standing := key_standing(key, at=moment, arrived=moment, now=moment)).admits:
        why = f"the key {signer.kid} is {standing.value.replace('_', ' ')}"
    else:
        return key.capacity
    raise KeyUnusable(
        what="this key cannot sign",
        why=why,
        next_step="ask whoever keeps the province's directory to enter the right key",
    )


def _not_before_previous(transaction: RecordTransaction, draft: Draft, now: datetime) -> datetime:
    previous = [time for peer in draft.recipients if (time := transaction.last_time(peer, OUT)) is not None]
    cited = [transaction.known(held) for held in (draft.cause, draft.basis) if held is not None]
    previous += [known.envelope.time for known in cited if known is not None]
    newest = max(previous, default=now)
    if newest - now > _CLOCK_STEP:
        raise ClockWentBack(
            what="nothing is signed",
            why=f"this clock says {format_instant(now)}, the record holds an event of {format_instant(newest)}",
            next_step="set the clock right (NTP) and try again",
        )
    # A clock corrected by seconds must not make an event precede its predecessor or its cause.
    return max(now, newest)
