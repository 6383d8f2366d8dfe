"""Large data sets: real signed events in real stores, made without a broker between.

The records are what services would have written, so services, views and audits can be started on the folder.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.agency.context import new_id
from services.bench.load import BATCH, PASSPHRASE, RECIPIENT, SENDER, make_network, shared_document
from services.bench.pair import Carrier, open_house
from services.errors import UsageFault


def seed(
    folder: Path,
    deliveries: int,
    *,
    events_per_case: int = 10,
    content_bytes: int = 512,
    progress: Callable[[str, int, int], None],
) -> dict[str, Any]:
    """Make a network in an empty folder and exchange events there until `deliveries` are receipted.

    Raises `UsageFault` if the folder holds a network already.
    """
    if (folder / "directory").exists():
        raise UsageFault(
            what=f"{folder} holds a network already",
            why="seeding makes one of its own, so that no real record is mixed with made-up events",
            next_step="name an empty folder with --dir",
        )
    make_network(folder)
    sender, recipient = (open_house(folder, agency, PASSPHRASE) for agency in (SENDER, RECIPIENT))
    try:
        carrier = Carrier([sender, recipient])
        done, case, cases = 0, new_id(), 1
        while done < deliveries:
            drafts = []
            for number in range(min(BATCH, deliveries - done)):
                if (done + number) % events_per_case == 0:
                    case, cases = new_id(), cases + 1
                drafts.append(shared_document(content_bytes, case))
            done += carrier.carry(sender.issue_all(drafts))
            progress("seed", done, deliveries)
    finally:
        sender.close()
        recipient.close()
    return {"folder": str(folder), "deliveries": done, "cases": cases - 1}
