"""Moving the auditor's views along the log: a batch of events in one transaction, repeats passed over, gaps refused."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from events.audit.logged_event import LoggedEvent
from projections.deliveries_fold import fold_logged
from projections.deliveries_state import SQL, FoldState
from projections.deliveries_store import DeliveryStore
from projections.errors import RecordGap


class DeliveryWriter:
    """Moves one file along the log. Positions are sizes of the log: the index behind the last entry folded."""

    def __init__(self, store: DeliveryStore) -> None:
        self._store = store
        self._state = FoldState()
        self._state_at = -1
        self._one_at_a_time = threading.Lock()

    def apply(self, events: Sequence[LoggedEvent]) -> int:
        """Fold events of the ledger, in the log's order, in one transaction; gives the position reached.

        Those that begin before the position were folded before and are passed over. Raises `RecordGap` if the others
        do not follow it one by one; nothing is written then.
        """
        with self._one_at_a_time:
            try:
                position = self._apply(events)
            except BaseException:
                self._state_at = -1
                raise
            self._state_at = position
            return position

    def _apply(self, events: Sequence[LoggedEvent]) -> int:
        with self._store.writing() as cursor:
            position = self._store.position(cursor)
            if position != self._state_at:  # another process wrote, or the last transaction did not commit
                self._state = FoldState.load(cursor)
            new = [event for event in events if event.first_index >= position]
            if not new:
                return position
            documents, digest, signed_until = 0, "", ""
            for event in new:
                if event.first_index != position:
                    raise RecordGap(self._store.path, position, event.first_index)
                envelope, digest = fold_logged(cursor, self._state, event)
                position += len(envelope.links)
                documents += not envelope.is_protocol
                signed_until = max(signed_until, envelope.time)
            reached = {
                "first_index": new[-1].first_index,
                "digest": digest,
                "events": len(new),
                "documents": documents,
                "stored_until": max((event.stored_at for event in new if event.stored_at is not None), default=None),
                "signed_until": signed_until,
            }
            self._state.write_tally(cursor)
            cursor.execute(SQL["reach"], reached)
            self._store.move_to(cursor, position)
            return position
