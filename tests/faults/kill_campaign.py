"""Kills at random moments under load: services and the broker, at work and while they start.

`python -m tests.faults.kill_campaign [--kills 40] [--seed N] [--folder DIR]` runs a long campaign and prints what it
found; the suite runs a short one.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.comparison import all_faults, deliveries
from tests.faults.network import AGENCIES, Agency, Network, report, running_network, tip

BROKER = "broker"
_LONGEST_PAUSE_SECONDS = 1.5
_LOAD = {
    "vnpt": [report("dic", "police"), tip("viettel")],
    "viettel": [report("dic", "police"), tip("dic", "vnpt")],
    "police": [tip("dic", "viettel", "vnpt")],
    "dic": [tip("police")],
}


@dataclass
class Outcome:
    """What a campaign came to."""

    seed: int
    kills: dict[str, int] = field(default_factory=dict)
    deliveries: int = 0
    seconds: float = 0.0
    findings: list[str] = field(default_factory=list)


class Campaign:
    """Kills by a seeded random choice; each victim comes back at once."""

    def __init__(self, network: Network, seed: int, kills: int) -> None:
        self._network = network
        self._random = random.Random(seed)  # noqa: S311 - a campaign must be repeatable
        self._kills = kills
        self._revivals: dict[str, asyncio.Task[None]] = {}
        self.killed: dict[str, int] = {}
        self._broker_killed: int | None = None

    async def run(self) -> None:
        """Load, kill, let everything come back, and wait until nobody owes anything."""
        await asyncio.gather(*(self._burden(agency) for agency in self._network.agencies.values()))
        for _ in range(self._kills):
            # Random moments are the point: there is no condition to wait for.
            await asyncio.sleep(self._random.uniform(0.02, _LONGEST_PAUSE_SECONDS))
            await self._kill(self._random.choice([BROKER, *self._network.agencies]))
        await asyncio.gather(*self._revivals.values())
        await asyncio.gather(*(agency.ask("rest") for agency in self._network.agencies.values()))
        await self._network.settled(120.0)

    async def _kill(self, victim: str) -> None:
        self.killed[victim] = self.killed.get(victim, 0) + 1
        if victim == BROKER:
            self._broker_killed = await self._kill_broker()
            return
        agency = self._network[victim]
        revival = self._revivals.pop(victim, None)
        if revival is not None:
            revival.cancel()
            await asyncio.gather(revival, return_exceptions=True)
        await agency.kill()
        await agency.launch()
        self._revivals[victim] = asyncio.create_task(self._revive(agency))

    async def _kill_broker(self) -> int:
        """Kill the one that runs: not the one killed before, in whose place its supervisor may not have put another."""
        async with asyncio.timeout(60):
            while (pid := self._network.broker.pid) == self._broker_killed:  # noqa: ASYNC110 - the supervisor tells nobody
                await asyncio.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
        return pid

    async def _revive(self, agency: Agency) -> None:
        """Until it runs: with the broker down a service says so and ends, and its unit starts it again."""
        while True:
            first = await asyncio.wait_for(agency.started, 60)
            if "ready" in first:
                await self._burden(agency)
                return
            if first.get("failed") != "BrokerUnreachable":
                raise AssertionError(f"{agency.name} does not start: {first}\n{agency.last_words()}")
            await agency.end()
            await agency.launch()

    async def _burden(self, agency: Agency) -> None:
        await agency.ask("load", drafts=_LOAD[agency.name], at_once=2, pause_seconds=0.01)


async def run_campaign(folder: Path, *, seed: int, kills: int) -> Outcome:
    """A whole campaign on a fresh folder; the findings are empty if all went well."""
    began = time.monotonic()
    outcome = Outcome(seed)
    async with running_network(folder) as network:
        campaign = Campaign(network, seed, kills)
        await campaign.run()
        outcome.kills = campaign.killed
        await network.end()
    outcome.findings = all_faults(folder)
    outcome.deliveries = deliveries(folder, AGENCIES)
    outcome.seconds = time.monotonic() - began
    return outcome


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="kills-"))
    outcome = asyncio.run(run_campaign(folder, seed=options.seed, kills=options.kills))
    print(outcome)
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(_main())
