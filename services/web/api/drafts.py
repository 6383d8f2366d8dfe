"""Drafts: written, judged, read again, edited, sent back, put away; and signed by a person whose key it is."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from events.draft import Draft
from events.record_entry import RecordEntry
from events.signature import Signer
from projections.drafts import DraftLine, DraftState
from projections.views import Views
from services.agency.drafts import check_revision, discard_draft, edit_draft, return_draft, save_draft, sign_draft
from services.agency.kept_drafts import load_draft
from services.agency.lawfulness import Lawfulness, lawfulness, with_standing
from services.agency.record_transaction import RecordTransaction
from services.documents.drafts import discarded_document, draft_document, kept_document, returned_document
from services.documents.signed import signed_document
from services.identity.errors import PassphraseWrong
from services.identity.signer import FileSigner
from services.web.api.answers import answered
from services.web.api.body import read_body, takes
from services.web.api.caller import Caller, CallLater, Drafting, Seeing, Signing, Viewing, keep_pace
from services.web.api.components import answers
from services.web.api.drafting import EXAMPLE_DRAFT, DraftMembers, DraftsToSign, DraftToReturn
from services.web.api.parameters import Check, DraftId, Limit, Mark, Revision
from services.web.api.repeats import Key, Made, called, made
from services.web.entry import keep_refusal
from services.web.refusals import Refusal

router = APIRouter(tags=["drafts"])


@router.get("/drafts", **answers("drafts", "Drafts, the last changed first."))
async def drafts(
    request: Request,
    caller: Viewing,
    state: Annotated[DraftState, Query(description="How far they have come.")] = DraftState.OPEN,
    after: Mark = None,
    limit: Limit = 100,
) -> Response:
    """What waits for a signature, was sent back, or is settled."""
    house = caller.house

    def ask(views: Views) -> tuple[DraftLine, ...]:
        return views.drafts(state=state, after=after, limit=limit + 1)

    found = await house.ask(ask)
    page = found[:limit]
    further = {"after": page[-1].mark} if len(found) > limit else None
    document = {"agency": house.agency, "drafts": [one.to_json() for one in page]}
    return answered(request, document, next_page=further)


@router.post(
    "/drafts",
    status_code=201,
    openapi_extra=takes(DraftMembers, EXAMPLE_DRAFT),
    **answers(
        "draft", "The draft as it is kept, and by which clause it may be sent now or which stands against it.", 201, 200
    ),
)
async def write(request: Request, caller: Drafting, key: Key = None, *, check: Check = False) -> Response:
    """Keep a draft until somebody signs it; with `check` only judge it."""
    house, body = caller.house, await read_body(request, DraftMembers)
    read = body.draft()

    def judged(transaction: RecordTransaction) -> tuple[Draft, Lawfulness]:
        draft = with_standing(read, transaction, house.context, house.now())
        return draft, lawfulness(draft, transaction, house.context, "head", house.now())

    def keep(transaction: RecordTransaction) -> Made:
        draft, lawful = judged(transaction)
        saved = save_draft(transaction, draft, caller.account.author, house.now())
        return draft_document(house.agency, draft, saved, lawful, 1), f"/api/drafts/{saved}"

    if check:
        draft, lawful = await house.write(judged)
        return answered(request, draft_document(house.agency, draft, None, lawful))
    with called(request, caller, key, body.model_dump()) as call:
        return made(request, await house.write(call.once(keep)))


@router.get("/drafts/{draft}", **answers("draft-kept", "A draft with its whole content."))
async def kept(request: Request, caller: Seeing, draft: DraftId) -> Response:
    """As it was written last, what was done to it, how far it has come, and whether it may be sent now."""
    house = caller.house
    now, context = house.now(), house.context

    def command(transaction: RecordTransaction) -> dict[str, object]:
        saved = load_draft(transaction, draft)
        return kept_document(house.agency, saved, lawfulness(saved.draft, transaction, context, "head", now))

    return answered(request, await house.write(command))


@router.put(
    "/drafts/{draft}",
    openapi_extra=takes(DraftMembers, EXAMPLE_DRAFT),
    **answers("draft", "The draft as it is kept now, and by which clause it may be sent or which stands against it."),
)
async def edit(
    request: Request, caller: Drafting, draft: DraftId, revision: Revision, *, check: Check = False
) -> Response:
    """Write a draft anew; with `check` only judge it. What was sent back waits for a signature again."""
    house, body = caller.house, await read_body(request, DraftMembers)
    read = body.draft()

    def command(transaction: RecordTransaction) -> dict[str, object]:
        now = house.now()
        check_revision(load_draft(transaction, draft), revision)
        written = with_standing(read, transaction, house.context, now)
        lawful = lawfulness(written, transaction, house.context, "head", now)
        if check:
            return draft_document(house.agency, written, None, lawful)
        number = edit_draft(transaction, draft, written, caller.account.author, now, revision=revision)
        return draft_document(house.agency, written, draft, lawful, number)

    return answered(request, await house.write(command))


@router.post(
    "/drafts/{draft}/returns",
    openapi_extra=takes(DraftToReturn, {"remark": "Nêu rõ các số thuê bao.", "revision": 1}),
    **answers("draft-returned", "The draft is sent back: it is not signed before somebody has edited it."),
)
async def send_back(request: Request, caller: Signing, draft: DraftId) -> Response:
    """For people alone: whoever may sign says what is to be changed first."""
    house, body = caller.house, await read_body(request, DraftToReturn)

    def command(transaction: RecordTransaction) -> int:
        by, now = caller.account.author, house.now()
        return return_draft(transaction, draft, body.remark, by, now, revision=body.revision)

    return answered(request, returned_document(house.agency, draft, await house.write(command)))


@router.delete("/drafts/{draft}", **answers("draft", "The draft is put away unsigned."))
async def discard(request: Request, caller: Drafting, draft: DraftId) -> Response:
    """It stays in the record as discarded."""
    house = caller.house

    def command(transaction: RecordTransaction) -> str:
        now = house.now()
        discarded = discard_draft(transaction, draft, now)
        transaction.append_local("DiscardedByPerson", discarded, {"by": caller.account.author}, now)
        return discarded

    return answered(request, discarded_document(house.agency, await house.write(command)))


@router.post(
    "/signatures",
    status_code=201,
    openapi_extra=takes(DraftsToSign),
    **answers("signed", "The signed, numbered documents. They leave at once.", 201),
)
async def sign(request: Request, caller: Signing, key: Key = None) -> Response:
    """For people alone: by the key of the signatory that the account names. All of them are signed, or none."""
    house, body = caller.house, await read_body(request, DraftsToSign)
    signer = await _unlocked(request, caller, body.passphrase.get_secret_value())
    await house.service.ready_to_sign()

    def put(transaction: RecordTransaction) -> Made:
        signed = [_sign(transaction, draft, signer, caller) for draft in dict.fromkeys(body.drafts)]
        documents = [signed_document(entry, draft) for draft, entry in signed]
        return {"agency": house.agency, "service_woken": True, "signed": documents}, None

    # The passphrase opened the key before and is no part of what is kept.
    with called(request, caller, key, body.drafts) as call:
        return made(request, await house.service.writer.run_alone(call.once(put)))


def _sign(transaction: RecordTransaction, draft: str, signer: Signer, caller: Caller) -> tuple[str, RecordEntry]:
    house = caller.house
    whole = load_draft(transaction, draft).id
    entry = sign_draft(transaction, whole, signer, house.context, house.now())
    about = {"by": caller.account.author, "draft": whole}
    transaction.append_local("SignedByPerson", entry.event.envelope.id, dict(about), house.now())
    return whole, entry


async def _unlocked(request: Request, caller: Caller, passphrase: str) -> FileSigner:
    """The signer of the caller's signatory, for this call. Raises `PassphraseWrong` and `CallLater`; both are kept."""
    house, account = caller.house, caller.account
    try:
        keep_pace(request.app.state.passphrases, account.author)
    except CallLater:
        await keep_refusal(request, house, Refusal("too_many", account, name="PassphraseRefused"))
        raise
    signer = FileSigner.of(house.service.folder.root, house.agency, account.signatory or "")
    try:
        await asyncio.to_thread(signer.unlock, passphrase)
    except PassphraseWrong:
        await house.note("PassphraseWrong", account.name, account, {})
        raise
    return signer
