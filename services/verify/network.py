"""The verification of a whole network, as a checklist. Each step says what it rules out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from events.directory import Directory
from events.note import VerifierKey
from services.agency.folder import AgencyFolder
from services.verify.chains import check_ends, compare_ends
from services.verify.directory_chain import read_directory_chain
from services.verify.house import House, Walk
from services.verify.receipts import check_receipts_given, covered_deliveries
from services.verify.store import RecordFile
from services.verify.verdict import Finding, FindingKind, NetworkVerdict

NO_PROVINCE = ""
"""Stands where no version of the directory could be believed."""

_SHOWN = 5
"""So many numbers of a register are listed."""


def verify_network(folder: Path, root: VerifierKey) -> NetworkVerdict:
    """Verify every store under a state folder, knowing the root key alone.

    The services should have stopped: what is on its way counts as lost. Nothing is written. Faults are findings; an
    error is raised only for what is no fault of the network (no memory, for example).
    """
    began = time.perf_counter()
    # 1. The directory is what the root key signed, version upon version: no key is believed that it does not list.
    chain, findings = read_directory_chain(folder, root)
    if not chain:
        seconds = time.perf_counter() - began
        return NetworkVerdict(NO_PROVINCE, 0, 0, 0, 0, 0, seconds, findings=tuple(findings))
    directory = chain[-1]
    # 2. Every entry of every record is whole and in its place; every event in it has its sender's signature, a key
    #    valid at its time, and the content that was signed: nothing was altered or made up.
    houses = {agency: _walk(folder, agency, directory, findings) for agency in directory.agencies}
    # 3. Each pair's chain has every count once and in order, at both ends: nothing was removed, repeated or reordered.
    check_ends(houses, findings)
    # 4. Both ends hold the same: whatever was sent has arrived, and nothing arrived that was not sent.
    undelivered = compare_ends(houses, directory, findings)
    # 5. Recipients have signed for what they took, and say in their records what they signed.
    receipts, unreceipted = covered_deliveries(houses, findings)
    check_receipts_given(houses, findings)
    # 6. The registers number documents without gap or repeat.
    check_registers(houses, findings)
    return NetworkVerdict(
        province=directory.province,
        agencies=len(houses),
        events=sum(house.documents for house in houses.values()),
        deliveries=sum(len(links) for house in houses.values() for links in house.sent.values()),
        receipts=receipts,
        refused=sum(link.refused for house in houses.values() for links in house.received.values() for link in links),
        seconds=time.perf_counter() - began,
        simulated=directory.simulated,
        undelivered=undelivered,
        unreceipted=unreceipted,
        findings=tuple(findings),
    )


def _walk(folder: Path, agency: str, directory: Directory, findings: list[Finding]) -> House:
    file = RecordFile(AgencyFolder(folder, agency).record, agency, findings)
    walk = Walk(agency, directory, findings)
    for stored in file.walk():
        walk.take(stored)
    if walk.house.documents or walk.house.received or AgencyFolder(folder, agency).record.is_file():
        walk.house.held = file.held()
    return walk.house


def check_registers(houses: Mapping[str, House], findings: list[Finding]) -> None:
    """Add to the findings what the registers of each agency lack or have twice."""
    for agency, house in houses.items():
        for which, register in (("outgoing", house.outgoing), ("incoming", house.incoming)):
            for year, numbers in register.items():
                # Numbers that went down with a declared gap cannot be shown any more.
                if not any(house.gaps_declared.values()) and (missing := max(numbers) - len(given := set(numbers))):
                    # Whoever gives a number gives any: a gap is never gone through to its end.
                    first = list(islice((n for n in range(1, max(numbers)) if n not in given), _SHOWN))
                    what = f"the {which} register of {year} lacks {_listed(first, missing)}"
                    findings.append(Finding(FindingKind.REGISTER, agency, what))
                if twice := sorted(number for number, times in Counter(numbers).items() if times > 1):
                    what = f"the {which} register of {year} has given {_listed(twice, len(twice))} twice"
                    findings.append(Finding(FindingKind.REGISTER, agency, what))


def _listed(numbers: list[int], many: int) -> str:
    """The first of `many` numbers."""
    shown = ", ".join(str(number) for number in numbers[:_SHOWN])
    return f"{shown} and {many - _SHOWN} more" if many > _SHOWN else shown
