"""Parameters of the auditor's questions."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query

from services.web.api.parameters import SLUG, UUID, Agency, EventType, Moment, WantedCase
from services.web.auditing.wanted import Wanted

Clause = Annotated[
    str | None, Query(pattern=r"^[0-9A-Za-z.-]{1,16}$", description="Under this clause alone: `LC-10.1` or `10.1`.")
]
PeriodBy = Annotated[Literal["signed", "admitted"], Query(description="Of which instant the period is.")]
LogAfter = Annotated[
    int | None, Query(ge=0, le=2**53 - 1, description="Only what stands behind this index of the log.")
]
Offset = Annotated[int, Query(ge=0, le=100_000, description="How many are passed over.")]
OfAgency = Annotated[str, Query(pattern=SLUG, description="The agency.")]
OfCase = Annotated[str, Query(pattern=UUID, description="The whole id of a case.")]


def _wanted(
    sender: Agency = None,
    recipient: Agency = None,
    event_type: EventType = None,
    case: WantedCase = None,
    clause: Clause = None,
    since: Moment = None,
    until: Moment = None,
    by: PeriodBy = "signed",
) -> Wanted:
    return Wanted(sender, recipient, event_type, case, clause, since, until, by)


LedgerFilters = Annotated[Wanted, Depends(_wanted)]
"""The filters of the ledger, the same for what is read and for what is taken away as a file."""
