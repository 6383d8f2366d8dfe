"""Drafts awaiting signature: a clerk wrote them, the head reads each as it will be signed, and signs or discards it."""

from __future__ import annotations

import hashlib
import json

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from events.draft import Draft
from projections.drafts import DraftState
from services.accounts.account import Power
from services.agency.drafts import SavedDraft, discard_draft, load_draft, sign_draft
from services.agency.lawfulness import Lawfulness, by_any_clause, with_standing
from services.agency.record_transaction import RecordTransaction
from services.identity.errors import PassphraseWrong
from services.identity.signer import FileSigner
from services.web.acting.signers import Unlocked
from services.web.content_view import shown
from services.web.entry import SESSION_COOKIE, needs
from services.web.house import House
from services.web.rendering import language_of, render

_MOST = 200
_LONGEST_PASSPHRASE = 1_024


@needs(Power.SEE)
async def drafts(request: Request) -> Response:
    """The drafts that wait to be signed, the last changed first."""
    house: House = request.state.house
    found = await house.ask(lambda views: views.drafts(state=DraftState.OPEN, limit=_MOST))
    return render(request, "drafts.html", {"drafts": found, "unlocked": _unlocked(request) is not None, "wrong": False})


@needs(Power.SEE)
async def draft(request: Request) -> Response:
    """One draft as it would be signed: the whole text, to whom, under which clause, or what stands against it."""
    return await _show(request, wrong=False)


@needs(Power.SIGN)
async def sign(request: Request) -> Response:
    """Sign the drafts that were ticked, in one commit: all of them, or none."""
    house: House = request.state.house
    person, now = request.state.person, house.now()
    async with request.form(max_fields=_MOST + 10, max_files=0) as form:
        wanted = [str(one) for one in form.getlist("draft")][:_MOST]
        passphrase = str(form.get("passphrase", ""))[:_LONGEST_PASSPHRASE]
    if "draft" in request.path_params:
        wanted = [request.path_params["draft"]]
    keys: Unlocked = request.app.state.unlocked
    signer = _unlocked(request)
    if signer is None:
        try:
            signer = await keys.unlock(_session(request), house, person, passphrase, now)
        except PassphraseWrong:
            await house.note("PassphraseWrong", person.name, person, {})
            if len(wanted) == 1:
                request.path_params["draft"] = wanted[0]
                return await _show(request, wrong=True)
            found = await house.ask(lambda views: views.drafts(state=DraftState.OPEN, limit=_MOST))
            return render(request, "drafts.html", {"drafts": found, "unlocked": False, "wrong": True}, status=403)
    await house.service.ready_to_sign()
    context = house.context

    def command(transaction: RecordTransaction) -> list[str]:
        return [sign_draft(transaction, one, signer, context, now).event.envelope.id for one in wanted]

    signed = await house.service.writer.run_alone(command)
    keys.used(_session(request), person, now)
    for event in signed:
        await house.note("SignedByPerson", event, person, {})
    return RedirectResponse(f"/events/{signed[0]}#receipts" if len(signed) == 1 else "/sent", 303)


@needs(Power.DRAFT)
async def discard(request: Request) -> Response:
    """Put a draft away unsigned."""
    house: House = request.state.house
    now = house.now()
    draft_id: str = request.path_params["draft"]
    await house.write(lambda transaction: discard_draft(transaction, draft_id, now))
    await house.note("DiscardedByPerson", draft_id, request.state.person, {})
    return RedirectResponse("/drafts", 303)


@needs(Power.SIGN)
async def lock(request: Request) -> Response:
    """Forget the unlocked key now."""
    keys: Unlocked = request.app.state.unlocked
    keys.lock(_session(request), request.state.person)
    return RedirectResponse("/drafts", 303)


async def _show(request: Request, *, wrong: bool) -> Response:
    house: House = request.state.house
    now, lang = house.now(), language_of(request)
    draft_id: str = request.path_params["draft"]

    def look(transaction: RecordTransaction) -> tuple[SavedDraft, Draft, Lawfulness]:
        saved = load_draft(transaction, draft_id)
        standing = with_standing(saved.draft, transaction, house.context, now)
        fitting, judged = by_any_clause(standing, transaction, house.context, "head", now)
        return saved, fitting, judged

    saved, fitting, judged = await house.write(look)
    values = {
        "saved": saved,
        "draft": fitting,
        "content": shown(fitting.content, lang),
        "raw": json.dumps(json.loads(fitting.content.to_bytes()), ensure_ascii=False, indent=2),
        "judged": judged,
        "why": judged.reason(lang),
        "unlocked": _unlocked(request) is not None,
        "wrong": wrong,
    }
    return render(request, "draft.html", values, status=403 if wrong else 200)


def _unlocked(request: Request) -> FileSigner | None:
    keys: Unlocked = request.app.state.unlocked
    return keys.find(_session(request), request.state.person, request.state.house.now())


def _session(request: Request) -> str:
    return hashlib.sha256(request.cookies.get(SESSION_COOKIE, "").encode()).hexdigest()


ROUTES = [
    Route("/drafts", drafts, methods=["GET"]),
    Route("/drafts/sign", sign, methods=["POST"]),
    Route("/drafts/lock", lock, methods=["POST"]),
    Route("/drafts/{draft}", draft, methods=["GET"]),
    Route("/drafts/{draft}/sign", sign, methods=["POST"]),
    Route("/drafts/{draft}/discard", discard, methods=["POST"]),
]
