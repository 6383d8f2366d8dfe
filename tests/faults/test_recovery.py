"""Recovery when not all are there, when somebody lies, when something is lost for good, and when it is cut off."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from services.agency.record import Record
from tests.faults.comparison import all_faults, walk
from tests.faults.network import Network, Refused, report, tip, until
from tests.faults.test_broker_losses import published
from tests.faults.test_old_store import put_back, talk

pytestmark = pytest.mark.broker


async def old_vnpt(network: Network, tmp_path: Path) -> None:
    """vnpt with a backup from before its last events, not started yet."""
    await talk(network, 2)
    await network.settled()
    await network["vnpt"].ask("backup", to=str(tmp_path / "backup.sqlite"))
    await talk(network, 2)
    await network.settled()
    await network.end("vnpt")
    put_back(network["vnpt"], tmp_path / "backup.sqlite")


async def test_a_peer_that_is_away_is_waited_for_or_left_aside(network: Network, tmp_path: Path) -> None:
    await old_vnpt(network, tmp_path)
    await network.end("police")
    vnpt = network["vnpt"]
    await network.start("vnpt")

    with pytest.raises(Refused, match="police") as away:
        await vnpt.ask("recover", patience_seconds=4.0)
    assert away.value.kind == "PeersAway"
    assert "--without police" in str(away.value)
    with pytest.raises(Refused) as held:
        await vnpt.ask("issue", draft=tip("dic"))
    assert held.value.kind == "SigningHeld"

    done = await vnpt.ask("recover", without=["police"], patience_seconds=10.0)
    assert done["without"] == ["police"]
    with pytest.raises(Refused, match="police") as aside:
        await vnpt.ask("issue", draft=report("dic", "police"))
    assert aside.value.kind == "SigningHeld"

    # It comes back and holds what nobody else had got: nothing may be signed over it.
    await network.start("police")
    await vnpt.ask("recover")
    signed = await vnpt.ask("issue", draft=report("dic", "police"))
    assert signed["counts"] == {"dic": 5, "police": 9}
    await network.settled()
    await network.end()
    assert all_faults(network.folder) == []


async def test_what_nobody_holds_any_more_is_declared_lost(network: Network, tmp_path: Path) -> None:
    """Of two events one had gone to a single peer that never got it: the other names it, and a signed gap says so."""
    await talk(network, 1)
    await network.settled()
    vnpt = network["vnpt"]
    await vnpt.ask("backup", to=str(tmp_path / "backup.sqlite"))
    await network.end("police")
    lost = await vnpt.ask("issue", draft=tip("police", text="Chỉ Công an tỉnh nhận."))
    await vnpt.ask("issue", draft=report("dic", "police"))
    await published(network, "vnpt")
    await network.settled(60, "dic", "viettel")
    await vnpt.kill()
    put_back(vnpt, tmp_path / "backup.sqlite")
    await network.stop_broker()
    shutil.rmtree(network.broker_store)
    await network.start_broker()
    await network.start("police", "vnpt")

    done = await vnpt.ask("recover", within_seconds=90.0, patience_seconds=60.0)
    assert done["gaps"] == {"police": [lost["counts"]["police"]]}
    await vnpt.ask("issue", draft=tip("police"))
    await network.settled(90)
    await network.end()

    police = walk(network.folder, "police")
    assert police.gaps_from("vnpt") == {lost["counts"]["police"]}
    assert list(police.taken_from("vnpt")) == [1, 2, 4, 5]
    # The number of the lost document is missing in the register for good; nothing else is wrong.
    assert [f for f in all_faults(network.folder) if "register" not in f] == []


async def test_killed_in_the_middle_of_recovery(network: Network, tmp_path: Path) -> None:
    await old_vnpt(network, tmp_path)
    vnpt = network["vnpt"]
    for moment_seconds in (0.05, 0.3, 0.8):
        await network.start("vnpt")
        recovering = asyncio.create_task(vnpt.ask("recover"))
        await asyncio.sleep(moment_seconds)  # any moment will do: there is nothing to wait for
        await vnpt.kill()
        await asyncio.gather(recovering, return_exceptions=True)
    await network.start("vnpt")
    await vnpt.ask("recover")
    signed = await vnpt.ask("issue", draft=report("dic", "police"))
    assert signed["counts"] == {"dic": 5, "police": 9}
    await network.settled()
    await network.end()
    assert all_faults(network.folder) == []


async def test_an_old_copy_that_nobody_can_tell_by_its_file(network: Network, tmp_path: Path) -> None:
    """Restored in place, into the very file: the peers show what they hold, and signing stops."""
    await talk(network, 2)
    await network.settled()
    vnpt = network["vnpt"]
    await vnpt.end()
    shutil.copy(vnpt.folder.record, tmp_path / "copy.sqlite")
    await network.start("vnpt")
    await talk(network, 2)
    await network.settled()
    await vnpt.end()
    for name in ("record.sqlite-wal", "record.sqlite-shm"):
        (vnpt.folder.path / name).unlink(missing_ok=True)
    vnpt.folder.record.write_bytes((tmp_path / "copy.sqlite").read_bytes())

    await network.start("vnpt")

    async def held() -> bool:
        return bool((await vnpt.ask("status"))["signing_held"])

    await until(held, 20)
    with pytest.raises(Refused) as refused:
        await vnpt.ask("issue", draft=tip("police"))
    assert refused.value.kind == "SigningHeld"
    await vnpt.ask("recover")
    signed = await vnpt.ask("issue", draft=report("dic", "police"))
    assert signed["counts"] == {"dic": 5, "police": 9}
    await network.settled()
    await network.end()
    assert all_faults(network.folder) == []


def test_a_backup_never_passes_for_the_record(tmp_path: Path) -> None:
    """File systems give the number of a deleted file to the next one: the backup is marked as such."""
    Record(tmp_path / "record.sqlite", "vnpt", "lao-cai", create=True).close()
    record = Record(tmp_path / "record.sqlite", "vnpt", "lao-cai")
    assert not record.signing_held
    record.backup(tmp_path / "backup.sqlite")
    record.close()
    (tmp_path / "record.sqlite").write_bytes((tmp_path / "backup.sqlite").read_bytes())
    again = Record(tmp_path / "record.sqlite", "vnpt", "lao-cai")
    assert again.signing_held
    again.close()
