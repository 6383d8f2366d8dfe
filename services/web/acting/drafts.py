"""Drafts awaiting signature: a clerk wrote them, the head reads each as it will go, signs it or sends it back."""

from __future__ import annotations

import asyncio
import json
import math
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from events.decision import NotLawful
from events.errors import PhoihopError
from projections.drafts import DraftState
from services.accounts.account import Power
from services.agency.drafts import (
    LONGEST_REMARK,
    DraftChanged,
    DraftReturned,
    DraftSettled,
    RemarkUnfit,
    discard_draft,
    return_draft,
)
from services.agency.kept_drafts import DraftUnknown, kept_digests
from services.agency.record_transaction import RecordTransaction
from services.identity.errors import PassphraseWrong
from services.identity.signer import FileSigner
from services.web.acting.draft_address import WHOLE, revision_of, whole_id
from services.web.acting.draft_steps import steps_in_words
from services.web.acting.reviewed import DraftNotAsRead, mark_of, review, sign_as_read
from services.web.acting.signers import Unlocked
from services.web.api.pace import Pace
from services.web.content_view import shown
from services.web.entry import enter_by, keep_refusal, needs, session_key
from services.web.form_text import text_of, texts_of
from services.web.house import VIEWS_PATIENCE_SECONDS, House
from services.web.problems import PageError, Problem, status_of
from services.web.refusals import Refusal
from services.web.rendering import agency_names, language_of, render, show_moment
from services.web.texts import PageTexts

_MOST = 200
_LONGEST_PASSPHRASE = 1_024


@dataclass(frozen=True)
class _Said:
    """What a page says of what did not come about; `typed` is the remark that stays in its field."""

    key: str
    status: int
    values: dict[str, Any] = field(default_factory=dict)
    wait_seconds: int | None = None
    typed: str = ""


class _NotSigned(PhoihopError):
    """One of several drafts stands in the way of all; its cause says why."""

    def __init__(self, draft: str) -> None:
        super().__init__(f"{draft} cannot be signed")
        self.draft = draft


@needs(Power.SEE)
async def drafts(request: Request) -> Response:
    """The drafts that wait to be signed, the last changed first."""
    return await _list(request)


@needs(Power.SEE)
async def draft(request: Request) -> Response:
    """One draft as it would be signed: the whole text, to whom, under which clause, or what stands against it."""
    return await _show(request, whole_id(request))


@needs(Power.SIGN)
async def sign(request: Request) -> Response:
    """Sign the draft that was read, or those that were ticked, in one commit: all of them, or none."""
    house: House = request.state.house
    alone = whole_id(request) if "draft" in request.path_params else None
    async with request.form(max_fields=_MOST + 10, max_files=0) as form:
        wanted = _ticked(form) if alone is None else {alone: text_of(form, "reviewed", 64)}
        passphrase = text_of(form, "passphrase", _LONGEST_PASSPHRASE)
    if not wanted:
        return await _list(request, _Said("sign.none", 422))
    signer = await _opened(request, passphrase)
    if isinstance(signer, _Said):
        return await _again(request, alone, signer, wanted)
    await house.service.ready_to_sign()
    # Waiting took its time: whoever was shut out meanwhile signs nothing.
    await enter_by(request, Power.SIGN, machines=False)
    person = request.state.person

    def command(transaction: RecordTransaction) -> list[str]:
        signed = []
        for one, mark in wanted.items():
            try:
                signed.append(sign_as_read(transaction, one, mark, signer, house, person))
            except PhoihopError as error:
                raise _NotSigned(one) from error
        return signed

    try:
        signed = await house.service.writer.run_alone(command)
    except _NotSigned as fault:
        return await _again(request, alone, _in_the_way(fault, language_of(request)), wanted)
    keys: Unlocked = request.app.state.unlocked
    keys.used(session_key(request))
    return RedirectResponse(f"/events/{signed[0]}#receipts" if len(signed) == 1 else "/sent", 303)


@needs(Power.DRAFT)
async def discard(request: Request) -> Response:
    """Put a draft away unsigned."""
    house: House = request.state.house
    draft_id, by = whole_id(request), request.state.person.author

    def command(transaction: RecordTransaction) -> None:
        now = house.now()
        discard_draft(transaction, draft_id, now)
        transaction.append_local("DiscardedByPerson", draft_id, {"by": by}, now)

    try:
        await house.write(command)
    except DraftSettled:
        return await _show(request, draft_id, _Said("sign.settled", 409, {"draft": draft_id[:13]}))
    return RedirectResponse("/drafts", 303)


@needs(Power.SIGN)
async def send_back(request: Request) -> Response:
    """Send the draft that was read back to be edited, with what is to be changed."""
    house: House = request.state.house
    draft_id, by = whole_id(request), request.state.person.author
    async with request.form(max_fields=10, max_files=0) as form:
        remark, read = text_of(form, "remark", 2 * LONGEST_REMARK), revision_of(text_of(form, "revision", 10))

    def command(transaction: RecordTransaction) -> None:
        return_draft(transaction, draft_id, remark, by, house.now(), revision=read)

    try:
        await house.write(command)
    except (DraftChanged, DraftReturned, DraftSettled, RemarkUnfit) as fault:
        said = _Said(_NOT_SENT_BACK[type(fault)], status_of(fault), {"draft": draft_id[:13]}, typed=remark)
        return await _show(request, draft_id, said)
    return RedirectResponse("/drafts", 303)


_NOT_SENT_BACK: dict[type[PhoihopError], str] = {
    DraftChanged: "send_back.changed",
    DraftReturned: "send_back.already",
    DraftSettled: "send_back.settled",
    RemarkUnfit: "send_back.remark",
}


@needs(Power.SIGN)
async def lock(request: Request) -> Response:
    """Forget the unlocked key now."""
    keys: Unlocked = request.app.state.unlocked
    keys.lock(session_key(request))
    return RedirectResponse("/drafts", 303)


async def _opened(request: Request, passphrase: str) -> FileSigner | _Said:
    """The session's open key, or the one that the passphrase opens; what is wrong with it is kept in the record."""
    keys: Unlocked = request.app.state.unlocked
    if (signer := keys.find(session_key(request))) is not None:
        return signer
    if not passphrase:
        return _Said("sign.wanted", 403)
    house: House = request.state.house
    person = request.state.person
    pace: Pace = request.app.state.passphrases
    if (wait := math.ceil(pace.take(person.author))) > 0:
        await keep_refusal(request, house, Refusal("too_many", person, name="PassphraseRefused"))
        at = show_moment(house.now() + timedelta(seconds=wait))
        return _Said("sign.later", 429, {"seconds": wait, "at": at}, wait)
    try:
        return await keys.unlock(session_key(request), house, person, passphrase)
    except PassphraseWrong:
        await house.note("PassphraseWrong", person.name, person, {})
        return _Said("sign.wrong", 403)


def _in_the_way(fault: _NotSigned, lang: str) -> _Said:
    """What stands in the way of a signature. Raises the cause where it concerns no single draft."""
    about = {"draft": fault.draft[:13]}
    match fault.__cause__:
        case DraftNotAsRead():
            return _Said("sign.changed", 409, about)
        case DraftSettled():
            return _Said("sign.settled", 409, about)
        case DraftReturned():
            return _Said("sign.returned", 409, about)
        case DraftUnknown():
            return _Said("sign.gone", 409, about)
        case NotLawful() as unlawful:
            why = unlawful.explanation_en if lang == "en" else unlawful.explanation_vi
            return _Said("sign.unlawful", 409, about | {"clause": unlawful.clause, "why": why})
        case BaseException() as cause:
            raise cause
    raise fault


async def _again(request: Request, alone: str | None, said: _Said, wanted: dict[str, str]) -> Response:
    """The page from which something was to be signed, fresh, and why nothing was."""
    if alone is None:
        return await _list(request, said, frozenset(wanted))
    return await _show(request, alone, said)


async def _list(request: Request, said: _Said | None = None, ticked: frozenset[str] = frozenset()) -> Response:
    house: House = request.state.house
    # Whoever has just signed or put away a draft finds it gone; a view that is far behind is shown as it is.
    await house.caught_up(VIEWS_PATIENCE_SECONDS)
    found, returned = await house.ask(
        lambda views: (views.drafts(state=DraftState.OPEN, limit=_MOST), views.returned_drafts(limit=_MOST))
    )
    kept = await asyncio.to_thread(kept_digests, house.service.record, [one.draft_id for one in found])
    marks = {one.draft_id: mark_of(kept.get(one.draft_id)) for one in found}
    return _page(
        request,
        "drafts.html",
        {"drafts": found, "returned": returned, "marks": marks, "ticked": ticked, "most": _MOST},
        said,
    )


async def _show(request: Request, draft_id: str, said: _Said | None = None) -> Response:
    house: House = request.state.house
    now, lang = house.now(), language_of(request)
    try:
        found = await house.look(lambda record: review(record, draft_id, house, request.state.person, now))
    except DraftUnknown:
        raise PageError(Problem.NOT_FOUND, draft_id) from None
    values = {
        "saved": found.saved,
        "draft": found.draft,
        "content": shown(found.draft.content, lang, agency_names(house, lang)),
        "raw": json.dumps(json.loads(found.draft.content.to_bytes()), ensure_ascii=False, indent=2),
        "judged": found.judged,
        "why": found.judged.reason(lang),
        "reviewed": found.mark,
        "steps": steps_in_words(found.saved, house, lang),
        "longest_remark": LONGEST_REMARK,
        "remark": said.typed if said is not None else "",
    }
    return _page(request, "draft.html", values, said)


def _page(request: Request, template: str, values: dict[str, Any], said: _Said | None) -> Response:
    keys: Unlocked = request.app.state.unlocked
    text = PageTexts(language_of(request))(said.key, **said.values) if said is not None else ""
    values |= {"unlocked": keys.find(session_key(request)) is not None, "said": text}
    answer = render(request, template, values, status=200 if said is None else said.status)
    if said is not None and said.wait_seconds is not None:
        answer.headers["retry-after"] = str(said.wait_seconds)
    return answer


def _ticked(form: FormData) -> dict[str, str]:
    """The drafts that were ticked, each once, with the mark of what the list showed."""
    parted = (one.partition(".") for one in texts_of(form, "draft", 128))
    return {draft_id: mark for draft_id, _, mark in parted if WHOLE.fullmatch(draft_id)}


ROUTES = [
    Route("/drafts", drafts, methods=["GET"]),
    Route("/drafts/sign", sign, methods=["POST"]),
    Route("/drafts/lock", lock, methods=["POST"]),
    Route("/drafts/{draft}", draft, methods=["GET"]),
    Route("/drafts/{draft}/sign", sign, methods=["POST"]),
    Route("/drafts/{draft}/return", send_back, methods=["POST"]),
    Route("/drafts/{draft}/discard", discard, methods=["POST"]),
]
