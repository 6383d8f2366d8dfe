"""Drafts of reports, filled from this agency's own views, for its head to sign."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from events.draft import Draft
from events.known_event import KnownEvent
from events.values.text import Text
from projections.views import Views
from services.agency.drafts import save_draft
from services.agency.lawfulness import Lawfulness, by_any_clause
from services.agency.record import Record
from services.agency.record_transaction import RecordTransaction
from services.documents.reports import report_draft_document
from services.reports.duties import calendar_duties
from services.reports.periods import read_period
from services.reports.received import held_event, received_report
from services.reports.writing import LOOKED_AHEAD, Desk, Words, consolidated_report, own_report
from services.web.api.answers import answered
from services.web.api.body import read_body, takes
from services.web.api.caller import Caller, Drafting, up_to_date
from services.web.api.components import answers
from services.web.api.parameters import UUID, Check
from services.web.problems import PageError, Problem

router = APIRouter(tags=["reports"])


class ReportWords(BaseModel):
    """What a person adds to the figures."""

    model_config = ConfigDict(extra="forbid", strict=True)

    period: str | None = Field(
        default=None, max_length=40,
        description="`2026-Q4`, `2026-H2`, `2025-2026` or `2026-02-01..2026-02-10`; without it the next that is due.",
    )  # fmt: skip
    assessment: Text | None = None
    difficulties: Text | None = None
    proposals: Text | None = None

    def words(self) -> Words:
        """Without the period."""
        return Words(self.assessment, self.difficulties, self.proposals)


class OwnReport(ReportWords):
    """The same, and the request that the report answers."""

    request: str | None = Field(default=None, pattern=UUID, description="A `ReportRequested` of the record.")


@router.post(
    "/reports/draft",
    status_code=201,
    openapi_extra=takes(OwnReport, {"period": "2026-H2"}),
    **answers("report-draft", "This agency's report as a draft.", 201, 200),
)
async def own(request: Request, caller: Drafting, *, check: Check = False) -> Response:
    """Its figures are counted now, from this agency's views."""
    body = await read_body(request, OwnReport)
    period = read_period(body.period) if body.period else None
    record = caller.house.service.record

    def write(desk: Desk) -> Draft:
        return own_report(desk, period, body.words(), request=_asked(record, body.request))

    return await _kept(request, caller, write, check=check)


@router.post(
    "/reports/consolidated",
    status_code=201,
    openapi_extra=takes(ReportWords, {"period": "2026-H2"}),
    **answers("report-draft", "The focal point's report, built from those it received.", 201, 200),
)
async def consolidated(request: Request, caller: Drafting, *, check: Check = False) -> Response:
    """It names those that are missing."""
    body = await read_body(request, ReportWords)
    period = read_period(body.period) if body.period else None
    record = caller.house.service.record

    def write(desk: Desk) -> Draft:
        return consolidated_report(desk, period, body.words(), partial(received_report, record))

    return await _kept(request, caller, write, check=check)


def _asked(record: Record, event: str | None) -> KnownEvent | None:
    if event is None:
        return None
    try:
        return held_event(record, event)
    except LookupError:
        raise PageError(Problem.NOT_FOUND, event) from None


async def _kept(request: Request, caller: Caller, write: Callable[[Desk], Draft], *, check: bool) -> Response:
    house, now = (await up_to_date(caller)).house, caller.house.now()
    duties = calendar_duties(await house.chain(), now + LOOKED_AHEAD)

    def written(views: Views) -> Draft:
        return write(Desk(house.agency, house.directory, views, duties, now))

    drafted = await house.ask(written)

    def command(transaction: RecordTransaction) -> tuple[Draft, str | None, Lawfulness]:
        draft, judged = by_any_clause(drafted, transaction, house.context, "head", now)
        return draft, None if check else save_draft(transaction, draft, caller.account.author, now), judged

    draft, saved, judged = await house.write(command)
    place = {} if saved is None else {"location": f"/api/drafts/{saved}"}
    document = report_draft_document(house.agency, draft, saved, judged)
    return answered(request, document, status=200 if check else 201, headers=place)
