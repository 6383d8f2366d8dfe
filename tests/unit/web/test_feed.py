"""News is gathered, and everybody who waits is told the same at once."""

from __future__ import annotations

import asyncio

import pytest

from services.web import feed as module
from services.web.feed import Feed


async def test_what_comes_together_is_told_in_one_and_the_same_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TOGETHER_SECONDS", 0.05)
    feed = Feed()
    waiting = [asyncio.create_task(feed.gathered(0)) for _ in range(3)]
    await asyncio.sleep(0)
    for _ in range(4):
        feed.add(2)
        await asyncio.sleep(0)
    assert not any(one.done() for one in waiting), "they are told in a moment, together"
    assert await feed.beyond(0) == 8, "who wants to know at once does"
    assert await asyncio.gather(*waiting) == [8, 8, 8]


async def test_who_waits_again_hears_of_what_came_since_and_of_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TOGETHER_SECONDS", 0.01)
    feed = Feed()
    feed.add(1)
    assert await feed.gathered(0) == 1
    again, new = (asyncio.create_task(feed.gathered(count)) for count in (1, feed.count))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(again), 0.05)
    feed.add(1)
    assert await again == await new == 2


async def test_news_between_two_tellings_is_told_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TOGETHER_SECONDS", 0.05)
    feed = Feed()
    feed.add(1)
    late = feed.count
    feed.add(1)
    assert await feed.gathered(late) == 2, "whoever came between is told of the rest"
