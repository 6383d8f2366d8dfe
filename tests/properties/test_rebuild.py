"""A view is a fold: however the record is cut into batches, deleted or replayed, the same view comes back."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.canonical import canonical_json
from events.case import CaseState, evolve
from events.catalogue import read_content
from events.known_event import KnownEvent
from events.record_entry import Entry, EntryKind, RecordEntry
from projections.case_store import read_state
from projections.rebuild import rebuild, until
from projections.views import Views
from tests.properties.any_acts import AGENCIES, STEPS, Step, play
from tests.unit.projections.town import roles_of


def folded(entries: list[Entry], me: str, path: Path, cuts: list[int]) -> bytes:
    """The dump after handing the record over in batches cut at these places, in turn to two writers of one file."""
    edges = [0, *sorted(cut % (len(entries) + 1) for cut in cuts), len(entries)]
    with Views(path, roles_of=roles_of) as one, Views(path, roles_of=roles_of) as other:
        for turn, (start, end) in enumerate(pairwise(edges)):
            (one, other)[turn % 2].apply(entries[start:end], me)
        return one.canonical_dump()


SLOW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(STEPS, st.lists(st.integers(0, 500), max_size=6), st.sampled_from(AGENCIES))
def test_any_cut_into_batches_and_any_rebuild_give_the_same_dump(steps: list[Step], cuts: list[int], me: str) -> None:
    entries = play(steps).records[me]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "views.sqlite"
        dump = folded(entries, me, path, cuts)
        assert folded(entries, me, Path(folder) / "at-once.sqlite", []) == dump
        path.unlink()
        rebuild(entries, path, me=me, roles_of=roles_of)
        with Views(path, roles_of=roles_of) as again:
            assert again.canonical_dump() == dump
    assert canonical_json(json.loads(dump)) == dump


@SLOW
@given(STEPS, st.integers(0, 500), st.sampled_from(AGENCIES))
def test_as_of_a_moment_is_what_the_view_was_then(steps: list[Step], cut: int, me: str) -> None:
    entries = play(steps).records[me]
    length = cut % (len(entries) + 1)
    with TemporaryDirectory() as folder:
        then = folded(entries[:length], me, Path(folder) / "then.sqlite", [])
        if length == 0:
            return
        past = list(until(entries, entries[length - 1].recorded_at))
        assert folded(past, me, Path(folder) / "now.sqlite", []) == then


@SLOW
@given(STEPS, st.lists(st.integers(0, 500), max_size=3), st.sampled_from(AGENCIES))
def test_the_rows_of_a_case_are_exactly_the_state_that_the_rules_fold(
    steps: list[Step], cuts: list[int], me: str
) -> None:
    entries = play(steps).records[me]
    expected: dict[str, CaseState] = {}
    for entry in entries:
        if isinstance(entry, RecordEntry) and (case_id := entry.event.envelope.case):
            refused = entry.kind is EntryKind.REFUSED
            known = KnownEvent(entry.event.envelope, read_content(entry.event), refused=refused)
            expected[case_id] = evolve(expected.get(case_id), known, me)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "views.sqlite"
        folded(entries, me, path, cuts)
        with Views(path, roles_of=roles_of) as views, views._reading() as cursor:
            for case_id, state in expected.items():
                assert read_state(cursor, case_id) == state
