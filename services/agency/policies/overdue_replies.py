"""Silence stated: when a request's time has run out, the requester's service says so as a signed event, once.

`ReplyOverdue` (our addition to LC-5.2) goes over the service's key to everybody who got the request, and names who has
not answered. A late answer is still admitted and settles what was owed. What is overdue is arithmetic over the
obligations view; that it was stated is noted in the commit that states it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import structlog

from events.draft import Draft
from events.errors import PhoihopError
from events.record_entry import RecordEntry
from events.signature import Signer
from events.types.overdue import ReplyOverdue
from projections.obligations import Obligation, ObligationFilter, ObligationKind
from services.agency.context import Context
from services.agency.issuing import ClockWentBack, SigningHeld, issue
from services.agency.record_transaction import RecordTransaction

if TYPE_CHECKING:
    from services.agency.service import AgencyService

_log = structlog.get_logger(__name__)

EVERY_SECONDS = 30.0
POLICY = "reply-overdue"

REQUESTS = frozenset(
    {
        ObligationKind.ANSWER,
        ObligationKind.REPLY,
        ObligationKind.SUBMIT_REPORT,
        ObligationKind.ANSWER_LOOKUP,
        ObligationKind.ANSWER_INSPECTION,
        ObligationKind.REPORT_ENFORCEMENT,
        ObligationKind.DELIVER_ASSESSMENT,
        ObligationKind.ANSWER_SUPPORT,
    }
)
"""What is owed to a request. Orders and duties of the calendar show as overdue, but nobody asked a question."""

_TRIES = 3
"""An answer may cross the statement, so a refused one is tried again; then people are told, and it is left."""


@dataclass(frozen=True)
class Silence:
    """One request whose time has run out, and who has not answered it."""

    request: str
    due: datetime
    unanswered_by: tuple[str, ...]


def silences(obligations: Iterable[Obligation], me: str) -> tuple[Silence, ...]:
    """The requests of `me` that are overdue and of which that has not been stated, the longest overdue first."""
    silent: dict[tuple[datetime, str], set[str]] = {}
    for owed in obligations:
        asked = owed.kind in REQUESTS and owed.creditor == me
        if asked and owed.overdue and owed.due is not None and owed.overdue_stated_by is None:
            silent.setdefault((owed.due, owed.event_id), set()).add(owed.debtor)
    return tuple(Silence(request, due, tuple(sorted(by))) for (due, request), by in sorted(silent.items()))


async def run_overdue_replies(service: AgencyService, *, every_seconds: float = EVERY_SECONDS) -> None:
    """State silences of one running agency until cancelled."""
    tries: Counter[str] = Counter()
    given_up: set[str] = set()
    await service.ready_to_sign()
    while True:
        now = service.now()
        wanted = ObligationFilter(creditor=service.agency)
        obligations = await asyncio.to_thread(service.views.obligations, now=now, wanted=wanted, receipts_limit=0)
        for silence in silences(obligations, service.agency):
            if silence.request in given_up:
                continue
            try:
                await service.writer.run(
                    partial(state_silence, silence, service.service_signer, service.context, service.now())
                )
            except (SigningHeld, ClockWentBack) as error:
                _log.warning("silence cannot be stated yet", agency=service.agency, reason=str(error))
            except PhoihopError as error:
                tries[silence.request] += 1
                if tries[silence.request] == _TRIES:
                    given_up.add(silence.request)
                    _log.warning("silence could not be stated", agency=service.agency, reason=str(error))
                    await service.writer.run(partial(_give_up, silence, str(error), service.now()))
        await asyncio.sleep(every_seconds)


def state_silence(
    silence: Silence, service: Signer, context: Context, now: datetime, transaction: RecordTransaction
) -> RecordEntry | None:
    """Sign the statement, unless it was made before; None then. Raises as `issue` does, `NotLawful` among others."""
    request = transaction.known(silence.request)
    if request is None or transaction.has_reacted(POLICY, silence.request):
        return None
    envelope = request.envelope
    state = transaction.case_state(envelope.case) if envelope.case else None
    content = ReplyOverdue(
        subject=f"Quá hạn trả lời văn bản số {envelope.docnumber}/{envelope.docsymbol}",
        request=silence.request,
        due=silence.due,
        unanswered_by=silence.unanswered_by,
    )
    draft = Draft(
        content,
        envelope.agencies,
        case=envelope.case,
        cause=silence.request,
        basis=state.basis_of(context.me, envelope.agencies) if state is not None else None,
    )
    entry = issue(transaction, draft, service, context, now)
    transaction.note_reaction(POLICY, silence.request)
    return entry


def _give_up(silence: Silence, reason: str, now: datetime, transaction: RecordTransaction) -> None:
    if not transaction.has_reacted(POLICY, silence.request):
        transaction.append_local("PolicyFailed", silence.request, {"policy": POLICY, "reason": reason}, now)
        transaction.note_reaction(POLICY, silence.request)
