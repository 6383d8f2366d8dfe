"""The demonstration over a real broker: each province's case is played, shown, verified, resumed and never repeated."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import itertools
import json
import stat
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from events.attachments import attachments_of
from events.catalogue import read_content
from events.note import parse_verifier_key
from events.record_entry import EntryKind, RecordEntry
from events.types.dossier import DossierReceived, DossierTransferred
from events.types.emergency import EmergencyNoticeConfirmed, EmergencyNoticeGiven
from events.types.information import InfoProvided, InfoRequested
from events.types.report import ReportConsolidated
from services.agency.attachments.store import AttachmentStore
from services.agency.folder import AgencyFolder
from services.agency.record import Record
from services.agency.simulated_clock import now_in
from services.demo.passphrases import agency_passphrase_file
from services.demo.run import run_demo
from services.demo.scenario import load_scenario
from services.demo.town import FolderOfAnother
from services.demo.words import words
from services.evidence.verification import verify_package
from services.identity.directory_folder import DirectoryFolder
from services.verify import verify_network
from services.verify.verdict import NetworkVerdict

pytestmark = [pytest.mark.broker, pytest.mark.slow]


def entries(folder: Path, agency: str, province: str) -> list[RecordEntry]:
    record = Record(AgencyFolder(folder, agency).record, agency, province)
    try:
        return [entry for entry in record.all_entries() if isinstance(entry, RecordEntry)]
    finally:
        record.close()


def documents(folder: Path, agency: str, province: str, kind: EntryKind) -> list[str]:
    return [
        entry.event.envelope.event_type
        for entry in entries(folder, agency, province)
        if entry.kind is kind and not entry.event.envelope.is_protocol
    ]


async def played(folder: Path, province: str, lang: str = "vi") -> tuple[NetworkVerdict, str]:
    out = io.StringIO()
    verdict = await run_demo(folder, province, console=Console(file=out, width=120), lang=lang)
    assert verdict is not None
    return verdict, out.getvalue()


@pytest.fixture(scope="module")
def lao_cai(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, NetworkVerdict, str]:
    folder = tmp_path_factory.mktemp("lao-cai") / "state"
    return folder, *asyncio.run(played(folder, "lao-cai"))


@pytest.fixture(scope="module")
def dak_lak(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, NetworkVerdict, str]:
    folder = tmp_path_factory.mktemp("dak-lak") / "state"
    return folder, *asyncio.run(played(folder, "dak-lak", "en"))


def check_verdict(verdict: NetworkVerdict, province: str) -> None:
    told = load_scenario(province)
    assert verdict.findings == ()
    assert verdict.verified
    assert verdict.lost == 0
    assert verdict.events == sum(step.is_event for step in told.steps)
    assert verdict.receipts == verdict.deliveries > verdict.events
    assert verdict.refused > 0
    assert verdict.agencies > 25
    assert verdict.simulated
    assert verdict.seconds < 60


@pytest.mark.clause("LC-10.1", "LC-7.1", "LC-7.2a", "LC-7.2b", "LC-5.2", "LC-2.6")
def test_lao_cai_is_played_and_verified(lao_cai: tuple[Path, NetworkVerdict, str]) -> None:
    folder, verdict, shown = lao_cai
    check_verdict(verdict, "lao-cai")
    assert "SuspensionExecuted" in documents(folder, "vnpt", "lao-cai", EntryKind.SENT)
    assert "InfoWithheld" in documents(folder, "customs", "lao-cai", EntryKind.ADMITTED)
    assert "SuspensionOrdered" not in documents(folder, "customs", "lao-cai", EntryKind.SENT)
    assert documents(folder, "dic", "lao-cai", EntryKind.REFUSED) == ["SuspicionReported"]
    for word in ("LC-7.2b", "LC-10.3", "01/TB-CAT", "bị từ chối", "không được gửi", "đã xác nhận", "kiểm chứng"):
        assert word in shown
    root = (folder / "directory" / "root.vkey").read_text("utf-8").strip()
    assert shown.rstrip().endswith(f"phoihop audit verify {folder / 'vu-viec.zip'} --root {root}")
    with (folder / "vu-viec.zip").open("rb") as package:
        evidence = verify_package(package, parse_verifier_key(root))
    assert evidence.verified
    assert "times-not-proven" in {remark.name for remark in evidence.all_remarks}


@pytest.mark.clause("LC-10.3")
def test_the_suspension_is_executed_over_the_services_own_key(lao_cai: tuple[Path, NetworkVerdict, str]) -> None:
    folder, _, _ = lao_cai
    (executed,) = (
        entry for entry in entries(folder, "vnpt", "lao-cai") if entry.event.envelope.event_type == "SuspensionExecuted"
    )
    assert "/vnpt/service/" in executed.event.kid
    switched = json.loads((AgencyFolder(folder, "vnpt").path / "switch.json").read_text("utf-8"))
    assert [line["action"] for line in switched] == ["suspend", "restore"]
    assert {line["order"] for line in switched} == {executed.event.envelope.cause}


@pytest.mark.clause("DL-10.4b")
def test_dak_lak_is_played_and_verified(dak_lak: tuple[Path, NetworkVerdict, str]) -> None:
    folder, verdict, shown = dak_lak
    check_verdict(verdict, "dak-lak")
    sent = Counter(
        event_type
        for agency in DirectoryFolder.of(folder).load().agencies
        for event_type in documents(folder, agency, "dak-lak", EntryKind.SENT)
    )
    assert sent["SuspensionOrdered"] == 0
    assert sent["SuspensionExecuted"] == 2
    assert documents(folder, "police", "dak-lak", EntryKind.REFUSED) == ["SuspensionExecuted"]
    for word in ("DL-10.4b", "may not be sent", "receipted", "refused"):
        assert word in shown


@pytest.mark.parametrize(
    ("played_one", "province", "silent", "reports"),
    [("lao_cai", "lao-cai", "viettel-post", 20), ("dak_lak", "dak-lak", "fpt-telecom", 5)],
)
def test_the_consolidated_report_names_who_is_missing(
    request: pytest.FixtureRequest, played_one: str, province: str, silent: str, reports: int
) -> None:
    folder, _, _ = request.getfixturevalue(played_one)
    (received,) = (
        entry
        for entry in entries(folder, "ppc", province)
        if entry.event.envelope.event_type == ReportConsolidated.__name__
    )
    content = read_content(received.event)
    assert isinstance(content, ReportConsolidated)
    assert [missing.agency for missing in content.missing] == [silent]
    assert len(content.included) == reports
    assert content.figures.requests.received > 0


@pytest.mark.parametrize(("played_one", "province"), [("lao_cai", "lao-cai"), ("dak_lak", "dak-lak")])
def test_the_dossiers_files_came_whole_before_its_items_were_confirmed(
    request: pytest.FixtureRequest, played_one: str, province: str
) -> None:
    folder, _, _ = request.getfixturevalue(played_one)
    held = {entry.event.envelope.event_type: entry for entry in entries(folder, "police", province)}
    transfer, received = held[DossierTransferred.__name__], held[DossierReceived.__name__]
    assert transfer.event.envelope.id == received.event.envelope.cause
    files = attachments_of(read_content(transfer.event))
    assert len(files) == 2
    store = AttachmentStore(AgencyFolder(folder, "police").path)
    for file in files:
        assert hashlib.sha256(store.path(file.sha256).read_bytes()).hexdigest() == file.sha256


@pytest.mark.parametrize(
    ("played_one", "province", "old", "successor"),
    [
        ("lao_cai", "lao-cai", "ubnd-si-ma-cai", "ubnd-bac-ha"),
        ("dak_lak", "dak-lak", "ubnd-cu-kuin", "ubnd-krong-ana"),
    ],
)
def test_the_successor_answers_what_the_dissolved_district_was_asked(
    request: pytest.FixtureRequest, played_one: str, province: str, old: str, successor: str
) -> None:
    folder, _, _ = request.getfixturevalue(played_one)
    assert documents(folder, old, province, EntryKind.SENT) == []
    asked = next(
        entry for entry in entries(folder, old, province) if entry.event.envelope.event_type == InfoRequested.__name__
    )
    answer = next(
        entry
        for entry in entries(folder, successor, province)
        if entry.event.envelope.event_type == InfoProvided.__name__ and entry.kind is EntryKind.SENT
    )
    assert answer.event.envelope.cause == asked.event.envelope.id
    directory = DirectoryFolder.of(folder).load()
    assert directory.heirs_at(answer.event.envelope.time)[old] == successor
    assert not directory.roles_of(old, answer.event.envelope.time)


@pytest.mark.clause("LC-2.4b")
def test_one_emergency_is_confirmed_and_the_others_confirmation_stays_owed(
    lao_cai: tuple[Path, NetworkVerdict, str],
) -> None:
    folder, _, _ = lao_cai
    held = entries(folder, "dic", "lao-cai")
    notices = [e.event.envelope.id for e in held if e.event.envelope.event_type == EmergencyNoticeGiven.__name__]
    confirmed = [
        e.event.envelope.cause for e in held if e.event.envelope.event_type == EmergencyNoticeConfirmed.__name__
    ]
    assert len(notices) == 2
    assert confirmed == notices[:1]


def test_a_disagreement_is_settled_by_the_ppc(
    lao_cai: tuple[Path, NetworkVerdict, str], dak_lak: tuple[Path, NetworkVerdict, str]
) -> None:
    for (folder, _, _), province in ((lao_cai, "lao-cai"), (dak_lak, "dak-lak")):
        assert documents(folder, "ppc", province, EntryKind.SENT) == ["DirectionIssued"]
    assert "DisagreementEscalated" in documents(lao_cai[0], "ppc", "lao-cai", EntryKind.ADMITTED)
    assert "DisagreementEscalated" not in documents(lao_cai[0], "market", "lao-cai", EntryKind.SENT)


def test_the_simulated_clock_is_marked_wherever_times_are_shown(
    lao_cai: tuple[Path, NetworkVerdict, str], dak_lak: tuple[Path, NetworkVerdict, str]
) -> None:
    for (folder, _, shown), lang in ((lao_cai, "vi"), (dak_lak, "en")):
        spoken = words(lang)
        assert DirectoryFolder.of(folder).load().simulated
        assert spoken.columns[0] in shown
        assert spoken.clocks[True] in shown
        told_at = {
            e.event.envelope.time.year for e in entries(folder, "dic", DirectoryFolder.of(folder).load().province)
        }
        assert told_at == {2026}
        assert now_in(folder) > load_scenario("lao-cai").chapters[-1].begins


def test_a_second_start_plays_nothing_again(lao_cai: tuple[Path, NetworkVerdict, str]) -> None:
    folder, first, _ = lao_cai
    again, shown = asyncio.run(played(folder, "lao-cai"))
    assert again.verified
    assert (again.events, again.deliveries, again.refused) == (first.events, first.deliveries, first.refused)
    assert again.seconds < 20
    assert "LC-7.2b" in shown


def test_passphrases_are_their_owners_alone_and_each_agency_has_its_own(
    lao_cai: tuple[Path, NetworkVerdict, str],
) -> None:
    folder, _, _ = lao_cai
    files = [agency_passphrase_file(folder, agency) for agency in DirectoryFolder.of(folder).load().agencies]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert len({file.read_text("ascii") for file in files}) == len(files)


def test_the_folder_of_another_province_is_refused(lao_cai: tuple[Path, NetworkVerdict, str]) -> None:
    folder, _, _ = lao_cai
    with pytest.raises(FolderOfAnother, match="lao-cai, not of dak-lak"):
        asyncio.run(run_demo(folder, "dak-lak"))


class Output(io.StringIO):
    """What is shown; `seen` is set once a text was written so many times."""

    def __init__(self, awaited: str, times: int = 1) -> None:
        super().__init__()
        self._awaited, self._times = awaited, times
        self.seen = asyncio.Event()

    def write(self, text: str) -> int:
        written = super().write(text)
        if self.getvalue().count(self._awaited) >= self._times:
            self.seen.set()
        return written


async def stopped_when(output: Output, folder: Path, province: str, *, terminal: bool) -> None:
    """Run the demonstration until the output shows what is awaited, then cancel it as Ctrl-C does."""
    console = Console(file=output, force_terminal=terminal, width=120)
    running = asyncio.create_task(run_demo(folder, province, console=console, lang="en"))
    awaited = asyncio.create_task(output.seen.wait())
    await asyncio.wait({running, awaited}, return_when=asyncio.FIRST_COMPLETED)
    assert not running.done(), running.exception()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_play_that_was_broken_off_goes_on_where_it_was(tmp_path: Path) -> None:
    """It is broken off after some steps, twice; at the end every step was played exactly once."""
    folder, province = tmp_path / "state", "dak-lak"
    for shown in (2, 5):
        await stopped_when(Output("▸", shown), folder, province, terminal=False)
    played_so_far = _marks(folder, province)
    verdict = await run_demo(folder, province)
    assert verdict is not None
    check_verdict(verdict, province)
    steps = [f"local:{province}/{step.label}" for step in load_scenario(province).steps]
    assert 0 < len(played_so_far) < len(steps)
    assert sorted(_marks(folder, province)) == sorted(steps)


def test_a_process_killed_in_mid_play_is_continued_by_the_next(tmp_path: Path) -> None:
    folder, province = tmp_path / "state", "lao-cai"
    code = (
        "import asyncio, sys; from pathlib import Path; from rich.console import Console; "
        "from services.demo.run import run_demo; "
        "asyncio.run(run_demo(Path(sys.argv[1]), sys.argv[2], console=Console(width=120)))"
    )
    for shown in (4, 12):
        command = [sys.executable, "-c", code, str(folder), province]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdout is not None
            steps = (line for line in process.stdout if line.startswith("▸"))
            assert len(list(itertools.islice(steps, shown))) == shown
            process.kill()
    verdict = asyncio.run(run_demo(folder, province))
    assert verdict is not None
    check_verdict(verdict, province)
    assert len(_marks(folder, province)) == len(load_scenario(province).steps)


def _marks(folder: Path, province: str) -> list[str]:
    """The steps that the records say were played, by the history of their mark."""
    found: list[str] = []
    for agency in load_scenario(province).agencies:
        with contextlib.closing(Record(AgencyFolder(folder, agency).record, agency, province)) as record:
            query = "SELECT originator_id FROM entries WHERE originator_id LIKE ?"
            found += [row[0] for row in record.rows(query, (f"local:{province}/%",))]
    return found


async def test_on_a_terminal_it_stays_up_until_it_is_stopped(tmp_path: Path) -> None:
    folder, output = tmp_path / "state", Output("Ctrl-C")
    await stopped_when(output, folder, "dak-lak", terminal=True)
    assert "Stopping" in output.getvalue()
    assert verify_network(folder, DirectoryFolder.of(folder).root).verified
