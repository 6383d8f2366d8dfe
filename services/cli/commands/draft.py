"""`phoihop draft`: an event to be, kept without number, count or signature until somebody signs it."""

from __future__ import annotations

from typing import TextIO

import click

from services.agency.drafts import check_revision, discard_draft, edit_draft, return_draft, save_draft
from services.agency.edition import as_edited
from services.agency.kept_drafts import load_draft
from services.agency.lawfulness import lawfulness, with_standing
from services.cli.desk import Desk, open_desk
from services.cli.draft_options import DraftMembers, draft_options
from services.cli.draft_tables import draw_kept, draw_saved
from services.cli.exit_codes import OK, REFUSED
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session
from services.documents.drafts import discarded_document, draft_document, kept_document, returned_document

_NOBODY = "command-line"


@click.command("draft", cls=TextCommand)
@common_options()
@draft_options
@option("--author", metavar="NAME", text="draft_author")
@option("--check", is_flag=True, text="draft_check")
@option("--edit", "edited", metavar="DRAFT", text="draft_edit")
@option("--revision", type=click.IntRange(min=1), metavar="N", text="draft_revision")
@option("--show", "shown", metavar="DRAFT", text="draft_show")
@option("--return", "returned", metavar="DRAFT", text="draft_return")
@option("--remark", metavar="TEXT", text="draft_remark")
@option("--discard", metavar="DRAFT", text="draft_discard")
@click.pass_obj
def command(
    session: Session,
    /,
    file: TextIO | None,
    author: str | None,
    edited: str | None,
    revision: int | None,
    shown: str | None,
    returned: str | None,
    remark: str | None,
    discard: str | None,
    *,
    check: bool,
    **members: object,
) -> int:
    """The text `help.draft` of the catalogue."""
    if sum(one is not None for one in (edited, shown, returned, discard)) > 1:
        raise click.UsageError(session.texts("draft.one_thing"))
    typed = DraftMembers.of(file, members)
    with open_desk(session) as desk:
        if discard is not None:
            return _discard(desk, discard)
        if shown is not None:
            return _show(desk, shown)
        if returned is not None:
            return _return(desk, returned, remark or "", author or _NOBODY, revision)
        if edited is not None:
            return _edit(desk, edited, typed, author or _NOBODY, revision, check=check)
        return _save(desk, typed, author or _NOBODY, check=check)


def _save(desk: Desk, typed: DraftMembers, author: str, *, check: bool) -> int:
    session, now, context = desk.session, desk.session.now(), desk.context
    read = typed.read(desk)
    with desk.record.writing() as transaction:
        draft = with_standing(read, transaction, context, now)
        judged = lawfulness(draft, transaction, context, "head", now)
        saved = None if check else save_draft(transaction, draft, author, now)
    if not check:
        desk.wake_service()
    document = draft_document(desk.me, draft, saved, judged, None if check else 1)
    session.show(document, lambda: draw_saved(session, draft, saved, judged))
    return REFUSED if check and judged.refusal is not None else OK


def _edit(desk: Desk, draft_id: str, typed: DraftMembers, by: str, revision: int | None, *, check: bool) -> int:
    session, now, context = desk.session, desk.session.now(), desk.context
    # What stays of the draft is read in the transaction that writes it anew: nobody edits it in between.
    with desk.record.writing() as transaction:
        kept = load_draft(transaction, draft_id)
        check_revision(kept, revision)
        read = typed.read(desk, kept.draft.to_json())
        draft, judged = as_edited(read, transaction, context, now)
        number = None if check else edit_draft(transaction, kept.id, draft, by, now, revision=kept.revision)
    if not check:
        desk.wake_service()
    saved = None if check else kept.id
    document = draft_document(desk.me, draft, saved, judged, number)
    session.show(document, lambda: draw_saved(session, draft, saved, judged))
    return REFUSED if check and judged.refusal is not None else OK


def _show(desk: Desk, draft_id: str) -> int:
    session, now, context = desk.session, desk.session.now(), desk.context
    with desk.record.reading() as record:
        kept = load_draft(record, draft_id)
        judged = lawfulness(kept.draft, record, context, "head", now)
    document = kept_document(desk.me, kept, judged)
    session.show(document, lambda: draw_kept(session, document, kept, judged))
    return OK


def _return(desk: Desk, draft_id: str, remark: str, by: str, revision: int | None) -> int:
    session = desk.session
    with desk.record.writing() as transaction:
        whole = load_draft(transaction, draft_id).id
        number = return_draft(transaction, whole, remark, by, session.now(), revision=revision)
    desk.wake_service()
    session.show(returned_document(desk.me, whole, number), lambda: session.say("draft.returned", draft=whole))
    return OK


def _discard(desk: Desk, draft_id: str) -> int:
    session = desk.session
    with desk.record.writing() as transaction:
        whole = discard_draft(transaction, draft_id, session.now())
    desk.wake_service()
    session.show(discarded_document(desk.me, whole), lambda: session.say("draft.discarded", draft=whole))
    return OK
