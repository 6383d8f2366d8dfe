"""The views of one agency: `views.sqlite`, moved along its record and asked by the command line and the web pages.

Everything here blocks on SQLite; call it through `asyncio.to_thread` from a loop. Any number of threads and processes
may ask while one moves the views.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from events.calendar.falling_due import FallingDue
from events.record_entry import Entry
from events.types.figures import ReportFigures
from events.values.period import ReportingPeriod
from projections import calendar as calendar_view
from projections import cases as case_view
from projections import drafts as draft_view
from projections import dump
from projections import figures as figure_view
from projections import focal_points as focal_view
from projections import inbox as inbox_view
from projections import ledger as ledger_view
from projections import obligations as obligation_view
from projections import owing as owing_view
from projections import sent as sent_view
from projections import suspensions as suspension_view
from projections.calendar import ReceivedReport
from projections.cases import CaseFilter, CaseSummary, CaseView
from projections.drafts import DraftLine, DraftState
from projections.figures import CountedPart
from projections.focal_points import FocalPoint
from projections.inbox import Inbox, InboxState
from projections.ledger import Delivery, LedgerFilter, OutcomeCount
from projections.obligations import Obligation, ObligationFilter
from projections.owing import AwaitedReceipts, OwedPair, OwingFilter
from projections.role_terms import RolesOf
from projections.sent import SentDocument, SentState
from projections.store import ViewStore
from projections.suspensions import SuspensionLine, SuspensionState
from projections.swap import using
from projections.views_file import ViewsFile
from projections.writer import ViewWriter


class Views(ViewsFile):
    """An agency's views, opened or made. Raises `ViewsOfNewerVersion` or `ViewsUnusable`.

    A file that another process has exchanged by a rebuild is noticed at the next call and opened instead.
    """

    def __init__(self, path: Path, *, roles_of: RolesOf) -> None:
        self._roles_of = roles_of
        super().__init__(path)

    def _open_store(self) -> ViewStore:
        store = ViewStore(self.path)
        self._writer = ViewWriter(store, self._roles_of)
        return store

    def _dump(self, cursor: sqlite3.Cursor) -> Iterator[bytes]:
        return dump.dump_pieces(cursor, self._store.position(cursor))

    # --- moving ---

    def apply(self, entries: Sequence[Entry], me: str) -> int:
        """Fold entries of `me`'s record in one transaction; gives how many were new.

        Entries up to `position` are passed over. Raises `RecordGap` if the rest does not follow it; then read the
        record again from `position`. Best at `writer.BATCH_ENTRIES` a call.
        """
        with using(self.path):
            self._refresh()
            return self._writer.apply(entries, me)

    @property
    def position(self) -> int:
        """The position of the last entry folded; 0 before the first."""
        with self._reading() as cursor:
            return self._store.position(cursor)

    # --- asking ---

    def cases(
        self, wanted: CaseFilter | None = None, *, before: int | None = None, limit: int = 100
    ) -> tuple[CaseSummary, ...]:
        """The cases, the one with the newest event first; `before` the `last_position` of a row goes on behind it."""
        with self._reading() as cursor:
            return case_view.cases(cursor, wanted or CaseFilter(), before=before, limit=limit)

    def case(self, case_id: str, *, now: datetime, after: int = 0, limit: int = 1000) -> CaseView | None:
        """One case at a moment, with the events after a position; None if nothing of it is held here."""
        with self._reading() as cursor:
            return case_view.case(cursor, case_id, now=now, after=after, limit=limit)

    def ledger(self, wanted: LedgerFilter | None = None, *, after: int = 0, limit: int = 1000) -> tuple[Delivery, ...]:
        """Who told whom what: a row for each event and recipient, in record order after a position."""
        with self._reading() as cursor:
            return ledger_view.ledger(cursor, wanted or LedgerFilter(), after=after, limit=limit)

    def outcome_counts(self) -> tuple[OutcomeCount, ...]:
        """How many deliveries ended how, and how many are receipted."""
        with self._reading() as cursor:
            return ledger_view.outcome_counts(cursor)

    def obligations(
        self,
        *,
        now: datetime,
        wanted: ObligationFilter | None = None,
        receipts_limit: int = 1000,
        calendar: Sequence[FallingDue] = (),
        me: str = "",
    ) -> tuple[Obligation, ...]:
        """What is owed by whom until when, overdue or not at `now`.

        `calendar` is what falls due by the calendar for anybody (`events.calendar.falling_due`); of it, what concerns
        `me` is shown with the rest.
        """
        with self._reading() as cursor:
            return obligation_view.obligations(
                cursor,
                wanted or ObligationFilter(),
                now=now,
                receipts_limit=receipts_limit,
                by_calendar=calendar_view.calendar_obligations(cursor, calendar, me=me, now=now),
            )

    def calendar(self, duties: Sequence[FallingDue], *, me: str, now: datetime) -> tuple[Obligation, ...]:
        """How the duties of the calendar that concern `me` stand at `now`, settled ones included."""
        with self._reading() as cursor:
            return calendar_view.calendar_obligations(cursor, duties, me=me, now=now)

    def owing(
        self, wanted: OwingFilter, *, now: datetime, after: str | None = None, limit: int = 100
    ) -> tuple[OwedPair, ...]:
        """A page of what is owed, each with its documents; `after` the `mark` of a row goes on behind it."""
        with self._reading() as cursor:
            return owing_view.owing(cursor, wanted, now=now, after=after, limit=limit)

    def receipts_owed(
        self, wanted: OwingFilter, *, now: datetime, after: str | None = None, limit: int = 100
    ) -> tuple[Obligation, ...]:
        """A page of the receipts that are missing, in the same order and under the same marks as `owing`."""
        with self._reading() as cursor:
            return owing_view.receipts_owed(cursor, wanted, now=now, after=after, limit=limit)

    def count_owing(self, wanted: OwingFilter) -> int:
        """How many are open, counted up to `owing.COUNTED_UPTO`."""
        with self._reading() as cursor:
            return owing_view.count_owing(cursor, wanted)

    def awaited_receipts(self, me: str) -> tuple[AwaitedReceipts, ...]:
        """From whom `me` awaits receipts, and for how many documents."""
        with self._reading() as cursor:
            return owing_view.awaited_receipts(cursor, me)

    def suspensions(
        self, *, now: datetime, state: SuspensionState | None = None, after: str | None = None, limit: int = 100
    ) -> tuple[SuspensionLine, ...]:
        """The suspensions of all cases, the soonest end first; `after` the `mark` of a row goes on behind it."""
        with self._reading() as cursor:
            return suspension_view.suspensions(cursor, state=state, now=now, after=after, limit=limit)

    def sent(
        self, me: str, *, state: SentState | None = None, before: int | None = None, limit: int = 100
    ) -> tuple[SentDocument, ...]:
        """What `me` sent, newest first, with what became of it at every recipient."""
        with self._reading() as cursor:
            return sent_view.sent(cursor, me, state=state, before=before, limit=limit)

    def report_figures(
        self, me: str, *, since: datetime, until: datetime, inherited: Sequence[CountedPart] = ()
    ) -> ReportFigures:
        """What `me` did from `since` until before `until`, as a report counts it, with what it inherited."""
        with self._reading() as cursor:
            return figure_view.report_figures(cursor, me, since=since, until=until, inherited=inherited)

    def counted_parts(
        self, predecessors: Iterable[str], period: ReportingPeriod, *, since: datetime, until: datetime
    ) -> tuple[CountedPart, ...]:
        """Of the agencies in whose place this one stands, what a report on the period counts with its own work."""
        with self._reading() as cursor:
            return figure_view.counted_parts(cursor, predecessors, period, since=since, until=until)

    def reports_received(self, period: ReportingPeriod) -> tuple[ReceivedReport, ...]:
        """The reports on a period that came here, each sender's newest."""
        with self._reading() as cursor:
            return calendar_view.reports_received(cursor, period)

    def focal_points(
        self,
        *,
        now: datetime,
        agency: str | None = None,
        history: bool = False,
        heirs: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[FocalPoint, ...]:
        """The focal units and persons in force or to come at `now`; with `history` those of the past, too.

        `heirs` says who stands in whose place then (`Directory.heirs_at`).
        """
        with self._reading() as cursor:
            return focal_view.focal_points(cursor, now=now, agency=agency, history=history, heirs=heirs)

    def inbox(self, me: str, *, state: InboxState | None = None, before: int | None = None, limit: int = 100) -> Inbox:
        """What came, and what became of it."""
        with self._reading() as cursor:
            return inbox_view.inbox(cursor, me, state=state, before=before, limit=limit)

    def drafts(
        self, *, state: DraftState | None = DraftState.OPEN, after: str | None = None, limit: int = 100
    ) -> tuple[DraftLine, ...]:
        """Drafts, the last changed first; `state` None for all, `after` the `mark` of a row goes on behind it."""
        with self._reading() as cursor:
            return draft_view.drafts(cursor, state=state, after=after, limit=limit)

    def returned_drafts(self, *, limit: int = 100) -> tuple[DraftLine, ...]:
        """Drafts sent back that nobody has edited since, the last first."""
        with self._reading() as cursor:
            return draft_view.returned(cursor, limit=limit)

    def count_drafts(self) -> int:
        """How many drafts are open, counted up to `drafts.COUNTED_UPTO`."""
        with self._reading() as cursor:
            return draft_view.count_open(cursor)
