"""How a service ends, and what keeps two from one folder."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime

import pytest

from events.draft import draft_from_json
from events.regulation.regulations import load_rules
from services.agency.context import Context
from services.agency.issuing import issue
from services.agency.record import Record
from services.agency.wake import wake
from services.identity.directory_folder import DirectoryFolder
from services.identity.signer import FileSigner
from tests.faults.agency_process import PASSPHRASE
from tests.faults.comparison import all_faults, walk
from tests.faults.network import Agency, Network, Refused, report, tip

pytestmark = pytest.mark.broker


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_an_orderly_end_hands_over_what_is_signed(network: Network, how: signal.Signals) -> None:
    vnpt = network["vnpt"]
    await asyncio.gather(*(vnpt.ask("issue", draft=report("dic", "police")) for _ in range(50)))
    assert await vnpt.end(how) == 0
    # Nobody starts vnpt again: what it had signed is with the broker, or with its recipients, already.
    await network.settled(60, "dic", "police", "viettel")
    assert len(walk(network.folder, "vnpt").sent_to("police")) == 50
    await network.start("vnpt")
    await network.settled()
    await network.end()
    assert len(walk(network.folder, "police").taken_from("vnpt")) == 50
    assert all_faults(network.folder) == []


async def test_two_services_on_one_folder(network: Network) -> None:
    second = Agency(network.folder, "vnpt")
    with pytest.raises(Refused) as refused:
        await second.start()
    assert refused.value.kind == "FolderInUse"
    assert "another service of vnpt runs" in str(refused.value)
    # The first is not disturbed.
    await network["vnpt"].ask("issue", draft=report("dic", "police"))
    await network.settled()
    # A lock goes with its process, however that ends.
    await network["vnpt"].kill()
    await second.start()
    await second.end()


async def test_the_command_line_writes_beside_the_service(network: Network) -> None:
    """Both sign at once: one numbering, one chain."""
    both = asyncio.gather(
        *(network["vnpt"].ask("issue", draft=report("dic", "police")) for _ in range(40)),
        asyncio.to_thread(sign_beside, network, 15),
    )
    await both
    await network.settled()
    await network.end()
    assert len(walk(network.folder, "police").taken_from("vnpt")) == 55
    assert all_faults(network.folder) == []


def sign_beside(network: Network, times: int) -> None:
    """As the command line does without asking the service."""
    folder = network["vnpt"].folder
    directory = DirectoryFolder.of(network.folder).load()
    head = FileSigner.of(network.folder, "vnpt", "head")
    head.unlock(PASSPHRASE)
    context = Context("vnpt", directory, load_rules(directory.regulation))
    record = Record(folder.record, "vnpt", directory.province)
    for _ in range(times):
        with record.writing() as transaction:
            issue(transaction, draft_from_json(tip("police")), head, context, datetime.now(UTC))
        assert wake(folder.path)
    record.close()
