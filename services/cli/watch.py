"""Keeping an eye on a running service: on its broker before the service is called running, and on both from then on."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from services.broker.health import BrokerHealth
from services.errors import CannotRun

_log = structlog.get_logger(__name__)

_LOOK_SECONDS = 60.0


class Watched(Protocol):
    """A running service: an agency's, or the auditor's."""

    @property
    def agency(self) -> str:
        """Whose service it is."""

    @property
    def failed(self) -> dict[str, str]:
        """The work that failed last time, with the reason."""

    async def health(self) -> BrokerHealth:
        """What is wrong with the broker."""


class BrokerUnsound(CannotRun):
    """The broker would lose mail or keep it from the agency; `problems` says in sentences how."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = "; ".join(problems)
        super().__init__(
            what="the broker is not fit to carry this agency's mail",
            why=self.problems,
            next_step="have the network's operator correct it, then start again; nothing was lost",
        )


async def check_broker(service: Watched) -> None:
    """Raise `BrokerUnsound` unless the broker keeps mail and hands it over as it should."""
    health = await service.health()
    for sentence in health.unchecked:
        _log.warning("not checked", agency=service.agency, what=sentence)
    if not health.sound:
        raise BrokerUnsound(health.problems)


async def watch(service: Watched) -> None:
    """Until cancelled: log whenever the broker's health, or what of the service's work fails, changes."""
    known: dict[str, str] = {}
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        found = service.failed | {f"broker/{n}": text for n, text in enumerate((await service.health()).problems)}
        if found != known and found:
            _log.error("the service is not healthy", agency=service.agency, problems=list(found.values()))
        elif found != known:
            _log.info("the service is healthy again", agency=service.agency)
        known = found
