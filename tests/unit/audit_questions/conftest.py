from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from projections.deliveries import DeliveryViews
from services.bench.history import make_history
from tests.unit.audit_questions.chronicle import Chronicle

END = datetime(2026, 11, 21, tzinfo=UTC)

Asking = Callable[[Chronicle], sqlite3.Cursor]


@pytest.fixture
def chronicle() -> Chronicle:
    return Chronicle()


@pytest.fixture
def views(tmp_path: Path) -> Iterator[DeliveryViews]:
    with DeliveryViews(tmp_path / "audit-views.sqlite") as opened:
        yield opened


@pytest.fixture
def ask(views: DeliveryViews) -> Iterator[Asking]:
    """A cursor on the views of a chronicle as it stands."""
    with ExitStack() as stack:

        def asked(chronicle: Chronicle) -> sqlite3.Cursor:
            stack.close()
            views.apply(chronicle.log)
            return stack.enter_context(views.reading())

        yield asked


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history of some 1,300 events with real keys and signatures; not to be changed."""
    folder = tmp_path_factory.mktemp("history")
    make_history(folder, 1_300, end=END)
    return folder


@pytest.fixture
def state(made: Path, tmp_path: Path) -> Path:
    """A copy of its state folder."""
    return Path(shutil.copytree(made, tmp_path / "state", ignore=shutil.ignore_patterns("audit-views*")))
