"""Editing a draft that waits to be signed or was sent back, and sending one back.

The form is filled from the draft and says which revision that was. Whoever saves after somebody else is told what the
other did, with all that was typed still in the form; saving once more is then a choice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from events.case import CaseState
from events.draft import Draft
from events.instants import format_instant
from events.known_event import KnownEvent
from events.regulation.offers import NotOffered, Offer, Standpoint, offer
from services.accounts.account import Power
from services.agency.drafts import edit_draft
from services.agency.kept_drafts import DraftUnknown, SavedDraft, load_draft
from services.agency.lawfulness import Lawfulness
from services.agency.record_reading import RecordReading
from services.agency.record_transaction import RecordTransaction
from services.web.acting.document_form import Desk, Filled, judge, read_filled, show_form, understood
from services.web.acting.draft_address import revision_of, whole_id
from services.web.acting.draft_steps import StepShown, steps_in_words
from services.web.entry import needs
from services.web.house import House
from services.web.problems import PageError, Problem
from services.web.rendering import language_of
from services.web.texts import PageTexts

_SETTLED = frozenset({"signed", "discarded"})


@dataclass(frozen=True)
class _Edition:
    """What the form's page says of the draft: `said` and `news` where somebody else was faster."""

    id: str
    revision: int
    remark: str | None
    by: str
    said: str = ""
    news: tuple[StepShown, ...] = ()


@needs(Power.DRAFT)
async def edit(request: Request) -> Response:
    """The form as the draft has it."""
    desk, saved = await _desk(request)
    if saved.state in _SETTLED:
        return RedirectResponse(f"/drafts/{saved.id}", 303)
    made = offer(desk.standpoint, saved.draft.event_type)
    if isinstance(made, NotOffered):
        raise PageError(Problem.NOT_OFFERED, f"{made.clause}: {made.text(language_of(request))}")
    draft = saved.draft
    due = format_instant(draft.due) if draft.due is not None else ""
    filled = Filled(json.loads(draft.content.to_bytes()), draft.recipients, due)
    return await show_form(request, desk, made, filled, more=_beside(saved, made))


@needs(Power.DRAFT)
async def edited(request: Request) -> Response:
    """The form as it was filled in, and what its button asks for."""
    desk, saved = await _desk(request)
    offered = offer(desk.standpoint, saved.draft.event_type)
    # What was typed is shown again, whatever has come between.
    made = Offer(saved.draft.event_type, (), (), (), answers=False) if isinstance(offered, NotOffered) else offered
    form = await read_filled(request, desk, made.event_type, _choosable(saved, made))
    read = revision_of(form.revision)
    if form.do in {"add", "remove"}:
        return await show_form(request, desk, made, form, more=_beside(saved, made, read))
    if _overtaken(saved, read):
        return await _overtaken_page(request, desk, made, form, saved, read)
    if isinstance(offered, NotOffered):
        said = f"{offered.clause}: {offered.text(language_of(request))}"
        return await show_form(request, desk, made, form, more=_beside(saved, made, said=said), status=409)
    return await _save(request, desk, made, form, saved, read)


async def _save(request: Request, desk: Desk, made: Offer, form: Filled, saved: SavedDraft, read: int) -> Response:
    """The draft written anew where the form says so and nothing stands against it; else the form with what does."""
    house, now, author = desk.house, desk.house.now(), request.state.person.author
    written, errors = understood(made.event_type, form, language_of(request))
    if written is None:
        return await show_form(request, desk, made, form, errors=errors, more=_beside(saved, made))
    draft = replace(saved.draft, content=written.content, recipients=written.recipients, due=written.due)

    def keep(transaction: RecordTransaction) -> tuple[Lawfulness | None, SavedDraft]:
        fresh = load_draft(transaction, saved.id)
        if _overtaken(fresh, read):
            return None, fresh
        standing, judged = judge(draft, made, transaction, house, now)
        if judged.refusal is None and (standing != fresh.draft or fresh.state == "returned"):
            edit_draft(transaction, saved.id, standing, author, now, revision=read)
        return judged, fresh

    if form.do != "save":
        _, judged = await house.look(lambda record: judge(draft, made, record, house, now))
        return await show_form(request, desk, made, form, judged=judged, more=_beside(saved, made))
    kept, fresh = await house.write(keep)
    if kept is None:
        return await _overtaken_page(request, desk, made, form, fresh, read)
    if kept.refusal is not None:
        return await show_form(request, desk, made, form, judged=kept, more=_beside(saved, made))
    return RedirectResponse(f"/drafts/{saved.id}", 303)


def _overtaken(saved: SavedDraft, read: int) -> bool:
    return saved.state in _SETTLED or saved.revision != read


async def _overtaken_page(
    request: Request, desk: Desk, made: Offer, form: Filled, saved: SavedDraft, read: int
) -> Response:
    """What somebody else did, over the form with all that was typed."""
    lang = language_of(request)
    said = PageTexts(lang)("edit.settled" if saved.state in _SETTLED else "edit.overtaken")
    news = tuple(step for step in steps_in_words(saved, desk.house, lang) if step.number > read)
    return await show_form(request, desk, made, form, more=_beside(saved, made, said=said, news=news), status=409)


def _beside(
    saved: SavedDraft, made: Offer, read: int | None = None, *, said: str = "", news: tuple[StepShown, ...] = ()
) -> dict[str, Any]:
    """What the page says beside the form; `read` is the revision that its next saving answers for."""
    revision = saved.revision if read is None else read
    edition = _Edition(saved.id, revision, saved.remark, saved.steps[-1].by, said, news)
    return {"edition": edition, "choosable": _choosable(saved, made)}


def _choosable(saved: SavedDraft, made: Offer) -> tuple[str, ...]:
    """Whom the rules offer, and whom the draft goes to: none is taken out unseen."""
    return (*made.recipients, *(one for one in saved.draft.recipients if one not in made.recipients))


async def _desk(request: Request) -> tuple[Desk, SavedDraft]:
    house: House = request.state.house
    draft_id, now, context = whole_id(request), house.now(), house.context

    def look(record: RecordReading) -> tuple[SavedDraft, CaseState | None, KnownEvent | None]:
        saved = load_draft(record, draft_id)
        draft: Draft = saved.draft
        state = record.case_state(draft.case) if draft.case is not None else None
        return saved, state, record.known(draft.cause) if draft.cause is not None else None

    try:
        saved, state, cause = await house.look(look)
    except DraftUnknown:
        raise PageError(Problem.NOT_FOUND, draft_id) from None
    standpoint = Standpoint(context.me, context.directory, context.rules, state, now)
    return Desk(house, standpoint, saved.draft.case, cause), saved


ROUTES = [
    Route("/drafts/{draft}/edit", edit, methods=["GET"]),
    Route("/drafts/{draft}/edit", edited, methods=["POST"]),
]
