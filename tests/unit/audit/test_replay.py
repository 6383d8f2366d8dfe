"""A replay by one process or several, by stretches of any size, stopped halfway, and over what is no ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from services.audit import replay as replaying
from services.audit.replay import Source, replay
from services.audit.verdict import Verdict
from services.auditor.ledger import LedgerUnusable
from services.auditor.places import ledger_file, log_folder
from services.bench.history import make_history
from services.identity.directory_folder import DirectoryFolder

END = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("replayed")
    make_history(made, 900, end=END, checkpoint_every=300, state_every=1)
    return made


def source(folder: Path) -> Source:
    return Source(ledger_file(folder), log_folder(folder))


def judged(folder: Path, processes: int, *, full: bool = True) -> Verdict:
    verdict = replay(source(folder), DirectoryFolder.of(folder).root, full=full, processes=processes)
    return replace(verdict, seconds=0.0, cpu_seconds=0.0)


@pytest.mark.parametrize("full", [True, False])
def test_several_processes_say_what_one_says(folder: Path, monkeypatch: pytest.MonkeyPatch, full: bool) -> None:
    alone = judged(folder, 0, full=full)
    assert alone.verified
    assert bool(alone.views) is full
    monkeypatch.setattr(replaying, "_ALONE_BELOW", 0)
    monkeypatch.setattr(replaying, "STRETCH_ENTRIES", 100)
    assert judged(folder, 2, full=full) == alone


@pytest.mark.parametrize("entries", [1, 7, 256, 300, 5000])
def test_stretches_of_any_size_come_to_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch, entries: int) -> None:
    whole = judged(folder, 0)
    monkeypatch.setattr(replaying, "STRETCH_ENTRIES", entries)
    assert judged(folder, 0) == whole


def test_stopped_halfway_it_leaves_no_worker(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "_ALONE_BELOW", 0)
    monkeypatch.setattr(replaying, "STRETCH_ENTRIES", 50)
    working: list[psutil.Process] = []

    def stop(done: int, of: int, rate: float) -> None:
        assert 0 < done < of
        assert rate > 0
        server = [child for child in psutil.Process().children() if child.children()]
        working.extend(worker for each in server for worker in each.children())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replay(source(folder), DirectoryFolder.of(folder).root, processes=2, progress=stop)
    assert working
    assert not [process for process in working if process.is_running() and process.status() != "zombie"]


def test_what_is_no_ledger_is_said(folder: Path, tmp_path: Path) -> None:
    root = DirectoryFolder.of(folder).root
    with pytest.raises(LedgerUnusable):
        replay(Source(tmp_path / "none"), root)
    (tmp_path / "text").write_text("no database", "utf-8")
    with pytest.raises(LedgerUnusable):
        replay(Source(tmp_path / "text"), root)
