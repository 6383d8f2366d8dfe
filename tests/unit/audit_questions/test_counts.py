"""The counts of a pair in the auditor's views: holes and repeats show, whatever counts their sender chose."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from projections.deliveries_pages import irregular_pairs
from projections.deliveries_state import FoldState
from projections.named_sql import read_sql

LARGEST = 10**15 - 1
"""The largest count that an envelope can name."""

COUNTS = st.lists(st.one_of(st.integers(1, 12), st.sampled_from([LARGEST, LARGEST - 1])), max_size=30)


def _irregular(counts: list[int], cuts: list[int]) -> list[tuple[int, int]]:
    """How many counts are here and the largest, of a pair that has holes or repeats; handed over in batches."""
    edges = sorted({0, len(counts), *(cut % (len(counts) + 1) for cut in cuts)})
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        connection.executescript(read_sql("deliveries_schema.sql"))
        connection.execute("INSERT INTO word VALUES (1, 'agency', 'dic'), (2, 'agency', 'police')")
        connection.executemany(
            "INSERT INTO delivery (log_index, place, sender, recipient, event_type, signed, pair_count) "
            "VALUES (?, 0, 1, 2, 3, 0, ?)",
            enumerate(counts),
        )
        state, cursor = FoldState(), connection.cursor()
        for begin, end in pairwise(edges):
            state.counts[1, 2] = counts[begin:end]
            state.write_tally(cursor)
        left = [tuple(row) for row in cursor.execute("SELECT pair_count, times FROM odd_count")]
        found = irregular_pairs(cursor)
        assert all(times > 0 for _, times in left)
        return [(one.here, one.largest) for one in found]


@given(st.one_of(COUNTS, st.permutations(range(1, 13))), st.lists(st.integers(0, 30), max_size=4))
def test_a_pair_is_regular_if_its_counts_are_all_of_them_once(counts: list[int], cuts: list[int]) -> None:
    whole = Counter(counts) == Counter(range(1, len(counts) + 1))
    assert _irregular(counts, cuts) == ([] if whole else [(len(counts), max(counts))])


def test_repeats_that_add_up_to_what_is_missing_show_all_the_same() -> None:
    """2, 3 and 7 stand twice instead of 1, 5 and 6: their number, sum and squares are those of a whole chain."""
    assert _irregular([2, 3, 7, 2, 3, 4, 7], []) == [(7, 7)]
