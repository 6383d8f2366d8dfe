"""Lives of cases by the thousand: `python -m tests.properties.lives_campaign --lives 2000 --seed 1`.

Each life follows from the seed and its number alone, so `--only 1762` lives one of them again. Ctrl-C ends the
campaign with the count so far. The exit code is 1 if a life broke a rule.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from events.regulation.regulations import load_rules
from tests.properties.lives.acts import Kind, acts_by_chance
from tests.properties.lives.life import Life, living, quick_folder
from tests.properties.lives.town import CASTS, PROVINCES, make_province

_PROGRESS_SECONDS = 10.0


@dataclass
class Campaign:
    """The networks that the lives are lived in, and what came of them."""

    networks: dict[str, Path]
    seed: int
    lives: int = 0
    events: int = 0
    broken: list[int] = field(default_factory=list)
    lawful: dict[str, Counter[str]] = field(default_factory=dict)

    def live(self, number: int) -> None:
        """One life, by its number; raises what breaks in it."""
        chance = random.Random(f"{self.seed}/{number}")  # noqa: S311 - the same lives each time, no secret
        network, kind = chance.choice(sorted(self.networks)), chance.choice(tuple(Kind))
        province = network.rpartition("/")[0]
        with living(self.networks[network], self.lawful.setdefault(province, Counter())) as life:
            life.live(acts_by_chance(kind, chance))
            self.lives += 1
            self.events += life.events
            _check(life, kind)

    def try_life(self, number: int) -> None:
        """One life; if it breaks, that is told, and the campaign goes on."""
        try:
            self.live(number)
        except Exception:  # noqa: BLE001 - whatever breaks in a life is a finding
            self.broken.append(number)
            sys.stdout.write(f"\nlife {number} of seed {self.seed}:\n{traceback.format_exc(limit=-4)[-3000:]}\n")

    def report(self) -> str:
        """The figures, in a few lines."""
        lines = [f"{self.lives} lives, {self.events} documents, broken: {self.broken or 'none'}"]
        for province, rows in sorted(self.lawful.items()):
            regulation = {"lao-cai": "lao-cai-29-2008", "dak-lak": "dak-lak-39-2010"}[province]
            all_rows = {row.id for row in load_rules(regulation).rows if not row.is_protocol}
            never = sorted(all_rows - set(rows))
            lines.append(f"{province}: {len(all_rows) - len(never)} of {len(all_rows)} rows lawful at least once")
            lines.append(f"  never: {', '.join(never) or 'none'}")
        return "\n".join(lines)


def _check(life: Life, kind: Kind) -> None:
    if kind is Kind.ROGUE:
        life.check_requests()
    else:
        life.check_leads()
    if kind is Kind.LAWFUL:
        life.check_taken_in()
    life.check_replay()


def main() -> int:
    """Run the campaign that the command line names."""
    parser = argparse.ArgumentParser(prog="tests.properties.lives_campaign", description=__doc__)
    parser.add_argument("--lives", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the number of the first life")
    parser.add_argument("--only", type=int, help="live this one again, and stop where it breaks")
    options = parser.parse_args()
    with TemporaryDirectory(dir=quick_folder()) as folder:
        networks = {
            f"{province}/{cast}": make_province(Path(folder) / f"{province}-{cast}", province, cast)
            for province in PROVINCES
            for cast in range(len(CASTS[province]))
        }
        campaign = Campaign(networks, options.seed)
        if options.only is not None:
            campaign.live(options.only)
            sys.stdout.write(f"{campaign.report()}\n")
            return 0
        told = time.monotonic()
        try:
            for number in range(options.first, options.first + options.lives):
                campaign.try_life(number)
                if time.monotonic() - told > _PROGRESS_SECONDS:
                    told = time.monotonic()
                    sys.stderr.write(f"\r{campaign.report().splitlines()[0][:110]}")
        except KeyboardInterrupt:
            sys.stdout.write("\nended early\n")
        sys.stdout.write(f"\n{campaign.report()}\n")
    return 1 if campaign.broken else 0


if __name__ == "__main__":
    sys.exit(main())
