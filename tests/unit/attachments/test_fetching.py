"""Whom to ask for which part next: sender first, then the others, ever more rarely, and never what is here already."""

from __future__ import annotations

from itertools import pairwise

import pytest

from events.types.attachment import MAX_ATTACHMENT_BYTES, AttachmentChunk, AttachmentRequested
from services.agency.attachments.fetching import FILES_AT_ONCE, Fetching, Patience
from services.agency.attachments.index import NamedAttachment
from services.agency.attachments.serving import WINDOW_BYTES

EVENT = "00000000-0000-7000-8000-00000000000{}"
LISTED = frozenset({"auditor", "dic", "police", "viettel", "vnpt"})
SIZE = 3 * WINDOW_BYTES + 5
PATIENCE = Patience(first_seconds=5, longest_seconds=60, requests_to_one=2)


def named(digit: str = "a", size: int = SIZE, sender: str = "vnpt", event: int = 1) -> NamedAttachment:
    return NamedAttachment(
        EVENT.format(event), digit * 64, "InfoShared", None, sender, ("dic", "police"), "a", "text/csv", size
    )


def chunk(size: int = SIZE, digit: str = "a") -> AttachmentChunk:
    return AttachmentChunk(event=EVENT.format(1), sha256=digit * 64, size_bytes=size, offset=0, data="AAAA")


@pytest.fixture
def fetching() -> Fetching:
    made = Fetching("police", PATIENCE)
    made.want([named()], LISTED)
    return made


def asked(fetching: Fetching, now: float, here: int = 0) -> list[tuple[str, int, int | None]]:
    return [(peer, r.from_offset, r.to_offset) for peer, r in fetching.requests(now, {"a" * 64: here})]


def test_begins_with_the_sender_behind_what_is_here(fetching: Fetching) -> None:
    assert asked(fetching, 0.0, here=1000) == [("vnpt", 1000, 1000 + WINDOW_BYTES)]
    assert asked(fetching, 1.0) == []


def test_the_next_part_is_asked_for_as_soon_as_the_last_is_complete(fetching: Fetching) -> None:
    asked(fetching, 0.0)
    assert fetching.progressed("vnpt", "a" * 64, WINDOW_BYTES // 2, 1.0) is None
    following = fetching.progressed("vnpt", "a" * 64, WINDOW_BYTES, 2.0)
    assert isinstance(following, AttachmentRequested)
    assert (following.from_offset, following.to_offset) == (WINDOW_BYTES, 2 * WINDOW_BYTES)
    assert fetching.progressed("vnpt", "a" * 64, SIZE, 3.0) is None
    assert fetching.complete({"a" * 64: SIZE}) == ["a" * 64]
    assert fetching.complete({"a" * 64: SIZE - 1}) == []


def test_silence_is_asked_again_ever_more_rarely_and_then_the_others(fetching: Fetching) -> None:
    heard, now = [], 0.0
    for _ in range(7):
        (one,) = asked(fetching, now)
        heard.append((one[0], round(now)))
        now += fetching.next_due_seconds(now)
    assert [peer for peer, _ in heard] == ["vnpt", "vnpt", "dic", "dic", "vnpt", "vnpt", "dic"]
    waits = [b - a for (_, a), (_, b) in pairwise(heard)]
    assert waits == [5, 10, 20, 40, 60, 60]


def test_who_has_it_not_is_passed_over_at_once_and_all_are_asked_again_later(fetching: Fetching) -> None:
    asked(fetching, 0.0)
    fetching.unavailable("dic", "a" * 64, 1.0)  # it was not asked
    assert asked(fetching, 1.0) == []
    fetching.unavailable("vnpt", "a" * 64, 1.0)
    assert [peer for peer, *_ in asked(fetching, 1.0)] == ["dic"]
    fetching.unavailable("dic", "a" * 64, 2.0)
    assert asked(fetching, 2.0) == []
    assert [peer for peer, *_ in asked(fetching, 2.0 + fetching.next_due_seconds(2.0))] == ["vnpt"]


def test_other_bytes_are_fetched_anew_from_the_next(fetching: Fetching) -> None:
    asked(fetching, 0.0)
    fetching.progressed("vnpt", "a" * 64, SIZE, 1.0)
    assert fetching.differs("a" * 64, 2.0) == ("vnpt",)
    assert [(peer, first) for peer, first, _ in asked(fetching, 2.0)] == [("dic", 0)]


def test_parts_count_only_from_those_who_may_have_it_and_of_the_signed_size(fetching: Fetching) -> None:
    assert fetching.expects("vnpt", chunk())
    assert fetching.expects("dic", chunk())
    assert not fetching.expects("viettel", chunk())
    assert not fetching.expects("vnpt", chunk(size=SIZE + 1))
    assert not fetching.expects("vnpt", chunk(digit="b"))


def test_somebody_who_names_a_file_with_a_wrong_size_does_not_keep_it_away() -> None:
    fetching = Fetching("police", PATIENCE)
    fetching.want([named(size=7, sender="viettel", event=2), named()], LISTED)
    peers, now = [], 0.0
    for _ in range(8):
        peers += [(peer, r.event[-1]) for peer, r in fetching.requests(now, {})]
        now += fetching.next_due_seconds(now)
    assert ("vnpt", "1") in peers
    assert fetching.expects("vnpt", chunk())


def test_the_heir_of_an_agency_is_asked_in_its_place(fetching: Fetching) -> None:
    fetching.want([named()], LISTED - {"vnpt"}, {"vnpt": "viettel", "dic": "police"})
    assert [peer for peer, *_ in asked(fetching, 0.0)] == ["viettel"]
    assert not fetching.expects("dic", chunk())


def test_few_at_once_and_what_brings_nothing_makes_room() -> None:
    fetching = Fetching("police", PATIENCE)
    fetching.want([named(digit) for digit in "abcdef"], LISTED)
    first = fetching.requests(0.0, {})
    assert len(first) == FILES_AT_ONCE
    assert fetching.requests(1.0, {}) == []
    later = {r.sha256[0] for _, r in fetching.requests(5.0, {})}
    assert later == set("abcd")


def test_what_is_here_unlisted_or_too_large_is_not_wanted(fetching: Fetching) -> None:
    fetching.want([], LISTED)
    assert fetching.under_way == ()
    fetching.want([named(size=MAX_ATTACHMENT_BYTES + 1), named("b", sender="gone")], frozenset({"police", "auditor"}))
    assert fetching.under_way == ()
    assert fetching.progressed("vnpt", "a" * 64, 5, 0.0) is None
