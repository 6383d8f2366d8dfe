"""Writing views: a batch of entries in one transaction, repeats passed over, gaps refused."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from events.record_entry import Entry
from projections.case_store import CaseStore
from projections.errors import RecordGap
from projections.fold import fold_entry
from projections.role_terms import RolesOf
from projections.store import ViewStore

BATCH_ENTRIES = 500
"""Entries a transaction: enough that the commit costs little, few enough that the views stay fresh."""


class ViewWriter:
    """Moves one file of views along the record.

    Positions are a total order without gaps inside one agency, so the highest position folded says exactly which
    entries were folded: a high-water mark is exact here, where it would lose messages on a broker's stream.
    """

    def __init__(self, store: ViewStore, roles_of: RolesOf) -> None:
        self._store = store
        self._roles_of = roles_of
        self._cases = CaseStore()
        self._cases_at = -1
        self._one_at_a_time = threading.Lock()

    def apply(self, entries: Sequence[Entry], me: str) -> int:
        """Fold the entries of `me`'s record in one transaction; gives how many were new.

        Entries at or below the position were folded before and are passed over. Raises `RecordGap` if the others do
        not follow it one by one; nothing is written then.
        """
        with self._one_at_a_time:
            try:
                position, new = self._apply(entries, me)
            except BaseException:
                self._cases_at = -1
                raise
            self._cases_at = position
            return new

    def _apply(self, entries: Sequence[Entry], me: str) -> tuple[int, int]:
        with self._store.writing() as cursor:
            position = self._store.position(cursor)
            if position != self._cases_at:  # another process wrote, or the last transaction did not commit
                self._cases.forget()
            new = [entry for entry in entries if entry.position > position]
            self._check_follows(new, position)
            for entry in new:
                fold_entry(cursor, self._cases, entry, me, self._roles_of)
            if new:
                position = new[-1].position
                self._store.move_to(cursor, position)
        return position, len(new)

    def _check_follows(self, new: Sequence[Entry], position: int) -> None:
        for expected, entry in enumerate(new, start=position + 1):
            if entry.position != expected:
                raise RecordGap(self._store.path, expected - 1, entry.position)
