"""The benchmark of the pages asks for every page there is, over records that the agencies' own code made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.routing import BaseRoute, Route

from events.case import CaseStatus
from projections.cases import CaseFilter
from projections.obligations import ObligationKind
from projections.owing import OwingFilter
from projections.views import Views
from services.audit.questions.book import open_book
from services.bench import web_cases
from services.bench.history import make_history
from services.bench.web_addresses import NOT_PAGES, agency_addresses, auditor_addresses, count_cases
from services.bench.web_cases import make_cases
from services.web.acting import ROUTES as ACTING
from services.web.auditing.routes import ROUTES as AUDITING
from services.web.pages import ROUTES

END = datetime(2026, 11, 20, 9, tzinfo=UTC)


def pages(routes: Sequence[BaseRoute]) -> set[str]:
    return {route.path for route in routes if isinstance(route, Route) and "GET" in (route.methods or ())}


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(web_cases, "DRAFTS", 2)
    make_cases(tmp_path / "agency", 60, end=END, progress=lambda *_: None)
    return tmp_path / "agency"


def test_every_page_is_asked_for(record: Path, tmp_path: Path) -> None:
    make_history(tmp_path / "auditor", 600, end=END)
    with open_book(tmp_path / "auditor"):
        pass
    assert agency_addresses(record).keys() | auditor_addresses(tmp_path / "auditor").keys() == (
        pages((*ROUTES, *ACTING, *AUDITING)) - NOT_PAGES
    )


def test_the_record_holds_something_of_everything(record: Path) -> None:
    assert count_cases(record) == 61
    with Views(record / "agencies/police/views.sqlite", roles_of=lambda *_: frozenset()) as views:
        closed, every = (
            views.cases(wanted, limit=100) for wanted in (CaseFilter(status=CaseStatus.CLOSED), CaseFilter())
        )
        assert 0 < len(closed) < len(every)
        answers = frozenset({ObligationKind.ANSWER})
        for settled in (False, True):
            assert views.owing(OwingFilter(kinds=answers, settled=settled), now=END)
        assert len(views.suspensions(now=END)) == 6
        assert len(views.drafts()) == 2
        assert views.awaited_receipts("police")[0].recipient == "dic"
