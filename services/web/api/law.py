"""The regulations: what each clause asks, who may tell whom what, and what enforces it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from events.catalogue import EVENT_TYPES
from events.regulation.coverage import coverage
from events.regulation.vocabulary import REGULATIONS, clauses, roles
from services.accounts.account import Power
from services.documents.regulations import coverage_document, may_document, regulation_document
from services.web.api.answers import answered
from services.web.api.caller import Seeing, calling
from services.web.api.components import answers
from services.web.problems import PageError, Problem

router = APIRouter(tags=["regulations"])

Regulation = Annotated[Literal[REGULATIONS], Path(description="The regulation's id.")]  # type: ignore[valid-type]
_CLAUSE = r"^[A-Z]{2}-[0-9A-Za-z.]{1,12}$"
Role = Annotated[str, Query(pattern=r"^[a-z_]{2,32}$", description="A role of the regulations.")]


@router.get(
    "/regulations",
    dependencies=[Depends(calling(Power.SEE))],
    **answers("regulations-coverage", "Every clause with its rules, events and scenarios."),
)
async def covered(request: Request) -> Response:
    """Of both regulations."""
    return answered(request, coverage_document(coverage()))


@router.get("/regulations/{regulation}", **answers("regulations-show", "What clauses ask, of whom, by which event."))
async def show(
    request: Request,
    caller: Seeing,
    regulation: Regulation,
    clause: Annotated[
        str | None, Query(pattern=r"^[A-Z]{2}-[0-9A-Za-z.]{1,12}$", description="This one alone.")
    ] = None,
) -> Response:
    """What is text and what we add is told apart."""
    known = clauses(regulation)
    if clause is not None and clause not in known:
        raise PageError(Problem.NOT_FOUND, clause)
    wanted = list(known) if clause is None else [clause]
    return answered(request, regulation_document(caller.texts, regulation, wanted))


@router.get("/regulations/{regulation}/may", **answers("may", "Whether a role may tell a role this, by which clause."))
async def whether(
    request: Request,
    caller: Seeing,
    regulation: Regulation,
    sender: Role,
    event: Annotated[str, Query(max_length=64, description="An event type's name.")],
    recipient: Role,
) -> Response:
    """Or which clause stands against it."""
    for role in (sender, recipient):
        if not any(role in roles(one) for one in REGULATIONS):
            raise PageError(Problem.NOT_FOUND, role)
    if event not in EVENT_TYPES:
        raise PageError(Problem.NOT_FOUND, event)
    return answered(request, may_document(caller.texts, regulation, sender, event, recipient))
