"""Folding the record anew: delete the views, replay, and the same come back; also as of a past moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from events.record_entry import Entry
from projections.role_terms import RolesOf
from projections.store import ViewStore
from projections.swap import rebuild_path, rebuilding, remove_views, swap_in
from projections.writer import BATCH_ENTRIES, ViewWriter

Progress = Callable[[int], Any]
"""Told the position reached after every batch."""


def rebuild(
    entries: Iterable[Entry], path: Path, progress: Progress | None = None, *, me: str, roles_of: RolesOf
) -> int:
    """Fold all entries of `me`'s record into a new file and put it in the place of `path`; gives the position reached.

    `entries` start at position 1. Until the last instant the old views stand and may be used; an interruption leaves
    them as they were. Processes that have them open go on with the new ones by themselves. Raises `RebuildRunning`,
    `RecordGap`, `ViewsUnusable`.
    """
    with rebuilding(path):
        new = rebuild_path(path)
        remove_views(new)  # what a killed rebuild left
        try:
            position = _write(entries, new, progress, me, roles_of)
            swap_in(new, path)
        finally:
            remove_views(new)
    return position


def _write(entries: Iterable[Entry], new: Path, progress: Progress | None, me: str, roles_of: RolesOf) -> int:
    store = ViewStore(new)
    position = 0
    try:
        writer = ViewWriter(store, roles_of)
        for batch in _batches(entries):
            writer.apply(batch, me)
            position = batch[-1].position
            if progress is not None:
                progress(position)
        store.leave_wal_mode()
    finally:
        store.close()
    return position


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    source = iter(entries)
    while batch := list(islice(source, BATCH_ENTRIES)):
        yield batch


def until(entries: Iterable[Entry], moment: datetime) -> Iterator[Entry]:
    """The record as it stood at a moment: its entries up to the first that was recorded later.

    It stops there even if a clock that was set back made a later entry look earlier: only a beginning of the record
    is a state that it ever had.
    """
    return takewhile(lambda entry: entry.recorded_at <= moment, entries)
