"""Succession by running agencies over a real broker: a district dissolved, DIC merged into Science and Technology."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from events.directory import Clock
from events.draft import Draft
from events.known_event import KnownEvent
from events.record_entry import EntryKind
from events.types.information import InfoOutcome
from events.values.matter import Category
from projections.obligations import Obligation, ObligationFilter, ObligationKind
from services.agency.context import Context
from services.agency.issuing import KeyUnusable
from services.demo.unjudged import issue_unjudged
from services.identity.directory_folder import DirectoryFolder
from services.verify import Whereabouts, verify_network
from tests.scenarios import test_succession
from tests.scenarios.broker_story import BrokerStory
from tests.scenarios.running_province import RunningProvince, running_province
from tests.scenarios.samples import sample
from tests.scenarios.story import Story

pytestmark = [pytest.mark.broker, pytest.mark.slow]

LC = "lao-cai-29-2008"
OLD, NEW = "dic", "khcn"


@contextmanager
def lao_cai(folder: Path, clock: Clock = "simulated") -> Iterator[RunningProvince]:
    agencies = ("customs", "dic", "khcn", "pc", "police", "sa-pa", "trade", "vnpt")
    with running_province(folder / "state", LC, agencies, clock) as province:
        yield province


@pytest.mark.parametrize(
    "tale",
    [
        test_succession.test_a_dissolved_districts_open_work_is_its_successors,
        test_succession.test_what_was_open_between_an_agency_and_its_successor_is_open_no_more,
        test_succession.test_a_dossier_on_its_way_to_the_successor_has_arrived,
    ],
    ids=lambda tale: str(tale.__name__).removeprefix("test_"),
)
def test_told_again(tmp_path: Path, tale: Callable[[Story], None]) -> None:
    with lao_cai(tmp_path) as province:
        tale(BrokerStory(province))


def phoihop(province: RunningProvince, *arguments: str) -> dict[str, Any]:
    """What a command says with `--json`, by the province's clock."""
    province.show_clock()
    command = [sys.executable, "-m", "services.cli", *arguments, "--dir", str(province.folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def owed(province: RunningProvince, agency: str) -> set[tuple[ObligationKind, str, str, str]]:
    """What an agency's views hold open of what it owes or is owed: kind, event, debtor, creditor."""
    views = province.services[agency].views
    found: tuple[Obligation, ...] = views.obligations(
        now=province.clock.now(), wanted=ObligationFilter(), receipts_limit=0
    )
    return {(one.kind, one.event_id, one.debtor, one.creditor) for one in found}


def lose_one_to_vnpt(province: RunningProvince, lc: BrokerStory, kept: Path) -> tuple[KnownEvent, KnownEvent]:
    """Of two things that DIC tells vnpt alone, the broker loses the first: nobody but DIC has it."""
    province.run(lambda: province.end("vnpt"))
    province.burn(lambda store: shutil.copytree(store, kept))
    lost = lc.given(OLD, "InfoShared", "vnpt", "LC-4.4")
    province.published(OLD)

    def restore(store: Path) -> None:
        shutil.rmtree(store)
        shutil.copytree(kept, store)

    province.burn(restore)
    after_it = lc.given(OLD, "InfoShared", "vnpt", "LC-4.4")
    province.published(OLD)
    return lost, after_it


def test_dic_goes_into_science_and_technology(tmp_path: Path) -> None:
    """By the real clock: what the broker stored before the keys stopped is told from what it stored after."""
    with lao_cai(tmp_path, "real") as province:
        lc = BrokerStory(province)
        case, _ = lc.opened(OLD, "customs police vnpt", category=Category.OTHER)
        to_vnpt = lc.given(OLD, "InfoRequested", "vnpt", "LC-3.3", case=case, due=lc.later())
        to_dic = lc.given("police", "InfoRequested", OLD, "LC-4.1a", case=case, due=lc.later())
        suspicion = lc.given("vnpt", "SuspicionReported", "dic police", "LC-10.1")
        lost, after_it = lose_one_to_vnpt(province, lc, tmp_path / "kept")
        province.run(lambda: province.end(OLD))

        passed = phoihop(province, "directory", "succeed", OLD, NEW, "--role", "dic")
        assert (passed["successor"], passed["keeps_other_roles"]) == (NEW, False)
        assert NEW in passed["services_woken"]
        province.until_directory(passed["directory_version"])
        lc.directory = DirectoryFolder.of(province.folder).load()
        taken = phoihop(province, "agency", "inherit", OLD, "--as", NEW)
        assert (taken["documents"], taken["held_already"], taken["service_woken"]) == (6, 0, True)
        province.until(lambda: province.watch.held(NEW, lost.id) is not None, f"{NEW} has taken over the record")

        the_successors_work(province, lc, case, to_vnpt, to_dic, suspicion, (lost, after_it))
        dead = the_old_keys_are_dead(province, lc)
    verdict = verify_network(province.folder, DirectoryFolder.of(province.folder).root)
    assert verdict.findings == ()
    assert [(one.event, one.where) for one in verdict.undelivered] == [(dead, Whereabouts.KEY_REVOKED)]


def the_successors_work(
    province: RunningProvince,
    lc: BrokerStory,
    case: str,
    to_vnpt: KnownEvent,
    to_dic: KnownEvent,
    suspicion: KnownEvent,
    missed: tuple[KnownEvent, KnownEvent],
) -> None:
    assert owed(province, NEW) == {
        (ObligationKind.ANSWER, to_vnpt.id, "vnpt", NEW),
        (ObligationKind.ANSWER, to_dic.id, NEW, "police"),
        (ObligationKind.ROUTE, suspicion.id, NEW, "vnpt"),
    }
    # The repair of what the broker lost of the old agency's is the successor's.
    province.run(lambda: province.start("vnpt"))
    for event in missed:
        province.until(lambda e=event: province.watch.held("vnpt", e.id) is not None, "vnpt has what was lost")  # type: ignore[misc]
    assert [e.event.envelope.sender for e in province.watch.from_peer("vnpt", NEW, "RepairProvided")] == [NEW]
    for event in missed:
        entry = province.entry("vnpt", event.id)
        assert entry is not None
        assert entry.kind is EntryKind.ADMITTED

    nothing = {"outcome": InfoOutcome.NOTHING_HELD, "case": case}
    lc.given(NEW, "InfoProvided", "police", "LC-5.2", role="dic", cause=to_dic, request=to_dic.id, **nothing)
    lc.given("vnpt", "InfoProvided", NEW, "LC-5.2", cause=to_vnpt, request=to_vnpt.id, **nothing)
    lc.given(NEW, "SuspicionReferred", "police", "LC-7.1", role="dic", cause=suspicion, suspicion=suspicion.id)
    assert owed(province, NEW) == set()
    lc.given(NEW, "CaseClosed", "customs police vnpt", "LC-2.2a", role="dic", case=case)
    assert {lc.cases[agency, case].lead for agency in (NEW, "customs", "police", "vnpt")} == {NEW}
    # The history stays: what the old agency signed stands under its name.
    opening = next(e for e in province.watch.from_peer("customs", OLD, "CaseOpened"))
    assert opening.event.envelope.case == case


def the_old_keys_are_dead(province: RunningProvince, lc: BrokerStory) -> str:
    province.run(lambda: province.start(OLD))
    with pytest.raises(KeyUnusable, match="revoked"):
        lc.when(OLD, "InfoShared", "police", "LC-4.4")
    draft = Draft(sample("InfoShared"), ("police",), clause="LC-4.4", role="dic")
    context = Context(OLD, lc.directory, lc.rules)
    signer = province.signer(OLD, "head")
    sent = province.write(OLD, lambda t: issue_unjudged(t, draft, signer, context, lc.clock))

    def quarantined() -> bool:
        return any(e.data["claimed_sender"] == OLD for e in province.watch.local("police", "MessageQuarantined"))

    province.until(quarantined, "police have put it aside")
    assert province.watch.held("police", sent.event.envelope.id) is None
    return sent.event.envelope.id
