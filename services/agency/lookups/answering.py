"""Answering a look-up: search the case, send the answer, and record who looked at what, when and why.

Answer and record of the consultation are one commit: nothing is disclosed without being recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from events.canonical import canonical_json
from events.case import CaseState
from events.draft import Draft
from events.instants import whole_milliseconds
from events.known_event import KnownEvent
from events.lookups import may_be_drawn_on, recalled, result_of, withheld_from
from events.record_entry import EntryKind, RecordEntry
from events.signature import Signer
from events.types.lookup import LookupAnswered, LookupRequested, RecordConsulted, RecordKey, RecordKind
from events.values.document import Channel
from services.agency.context import Context
from services.agency.entry_codec import TOPICS, decode_entry
from services.agency.issuing import issue
from services.agency.known_entries import known_event
from services.agency.record_transaction import RecordTransaction

_DOCUMENTS_PER_KEY = 500
"""The newest documents of the case that name a record are drawn on."""
_HELD = (TOPICS[EntryKind.SENT], TOPICS[EntryKind.ADMITTED])


def answer_lookup(
    request: KnownEvent, transaction: RecordTransaction, service: Signer, context: Context, now: datetime
) -> None:
    """Answer an admitted `LookupRequested` with the service's key, and tell asker and lead that it was consulted.

    Raises `NotLawful`, `DraftFault` and what else `issue` raises; nothing is appended then.
    """
    content, envelope = request.content, request.envelope
    if not isinstance(content, LookupRequested) or envelope.case is None:
        raise TypeError(f"{request.event_type} is no look-up in a case")
    asker, state, as_of = envelope.sender, transaction.case_state(envelope.case), whole_milliseconds(now)
    search = _Search(transaction, envelope.case, context.me, asker)
    results = tuple(result_of(key, search.sources(key)) for key in content.records)
    answer = LookupAnswered(
        subject="Trả lời tra cứu trực tuyến",
        channel=Channel.ONLINE_LOOKUP,
        urgency=content.urgency,
        request=request.id,
        results=results,
        as_of=as_of,
    )
    sent = issue(
        transaction,
        Draft(answer, (asker,), case=envelope.case, cause=request.id, basis=_basis(state, context.me, {asker})),
        service,
        context,
        now,
    )
    consulted = RecordConsulted(
        subject="Ghi nhận việc tra cứu trực tuyến",
        channel=Channel.ONLINE_LOOKUP,
        request=request.id,
        answer=sent.event.envelope.id,
        consulted_by=asker,
        officer=content.officer,
        records=content.records,
        found=tuple(result.record for result in results if result.found),
        consulted_at=as_of,
        purpose=content.purpose,
    )
    lead = state.lead if state is not None else None
    told = {asker} | ({lead} if lead is not None and lead != context.me else set())
    issue(
        transaction,
        Draft(
            consulted, tuple(sorted(told)), case=envelope.case, cause=request.id, basis=_basis(state, context.me, told)
        ),
        service,
        context,
        now,
    )


def _basis(state: CaseState | None, me: str, told: set[str]) -> str | None:
    return state.basis_of(me, told) if state is not None else None


class _Search:
    """The documents of one case that may be drawn on for one agency."""

    def __init__(self, transaction: RecordTransaction, case: str, me: str, asker: str) -> None:
        self._transaction = transaction
        self._case = case
        self._me = me
        self._asker = asker
        self._recalled = recalled(self._naming(b"vn.phoihop.EventRecalled."))
        self._withheld = withheld_from(self._naming(b"vn.phoihop.InfoWithheld."), me, asker, self._recalled)

    def sources(self, key: RecordKey) -> list[KnownEvent]:
        """The documents that name a record, the newest first."""
        if key.kind is RecordKind.EVENT:
            known = self._transaction.known(key.identifier)
            found = [known] if known is not None and known.envelope.case == self._case else []
        else:
            # As the identifier stands in the signed bytes: the store looks, not the parser.
            found = list(self._naming(canonical_json(key.identifier)))
        return [
            event
            for event in found
            if event.id not in self._recalled
            and may_be_drawn_on(event, me=self._me, asker=self._asker, withheld=self._withheld)
        ]

    def _naming(self, text: bytes) -> Iterator[KnownEvent]:
        cursor = self._transaction.cursor
        cursor.execute(
            "SELECT rowid, topic, state FROM entries WHERE originator_id = ? AND topic IN (?, ?) "
            "AND instr(state, ?) > 0 ORDER BY originator_version DESC LIMIT ?",
            (f"case:{self._case}", *_HELD, text, _DOCUMENTS_PER_KEY),
        )
        for row in cursor.fetchall():
            entry = decode_entry(*row)
            known = known_event(entry) if isinstance(entry, RecordEntry) else None
            if known is not None:
                yield known
