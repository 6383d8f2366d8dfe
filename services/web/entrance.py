"""Where passwords are tried, a few at once: each takes 64 MiB, and a thread for which pages wait as well."""

from __future__ import annotations

import asyncio

TRIED_AT_ONCE = 2
MOST_HERE = 32
"""Those that are tried, and those that wait."""


class Entrance:
    """The places of one application. Used from one event loop."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(TRIED_AT_ONCE)
        self._here = 0

    @property
    def full(self) -> bool:
        """Whether so many are tried or wait that nobody else may."""
        return self._here >= MOST_HERE

    async def __aenter__(self) -> None:
        self._here += 1
        try:
            await self._places.acquire()
        except BaseException:
            self._here -= 1
            raise

    async def __aexit__(self, *_: object) -> None:
        self._here -= 1
        self._places.release()
