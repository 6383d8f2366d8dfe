"""Who may open the auditor's pages: people of the auditor who may see, and nobody else."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from services.accounts.account import Power
from services.web.auditing.house import AuditHouse
from services.web.entry import Page, enter_at


def inspects(page: Page) -> Page:
    """A page of the auditor. Others are sent to the door, or refused, which is kept where they belong."""

    async def guarded(request: Request) -> Response:
        await enter_at(request, Power.SEE, (AuditHouse,), machines=False)
        return await page(request)

    return guarded
