"""`phoihop draft`: an event to be, kept without number, count or signature until somebody signs it."""

from __future__ import annotations

from typing import TextIO

import click

from services.agency.drafts import discard_draft, save_draft
from services.agency.lawfulness import lawfulness, with_standing
from services.cli.desk import open_desk
from services.cli.draft_input import read_draft
from services.cli.draft_options import DraftMembers, draft_options
from services.cli.exit_codes import OK, REFUSED
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session
from services.cli.tables import short
from services.documents.drafts import discarded_document, draft_document


@click.command("draft", cls=TextCommand)
@common_options()
@draft_options
@option("--author", metavar="NAME", text="draft_author")
@option("--check", is_flag=True, text="draft_check")
@option("--discard", metavar="DRAFT", text="draft_discard")
@click.pass_obj
def command(
    session: Session, /, file: TextIO | None, author: str | None, discard: str | None, *, check: bool, **members: object
) -> int:
    """The text `help.draft` of the catalogue."""
    now = session.now()
    with open_desk(session) as desk:
        if discard is not None:
            with desk.record.writing() as transaction:
                draft_id = discard_draft(transaction, discard, now)
            desk.wake_service()
            session.show(
                discarded_document(desk.me, draft_id),
                lambda: session.say("draft.discarded", draft=draft_id),
            )
            return OK
        read = read_draft(DraftMembers.of(file, members).to_json(session), desk.record, now)
        context = desk.context
        with desk.record.writing() as transaction:
            draft = with_standing(read, transaction, context, now)
            judged = lawfulness(draft, transaction, context, "head", now)
            saved = None if check else save_draft(transaction, draft, author or "command-line", now)
        if not check:
            desk.wake_service()
    document = draft_document(session.me, draft, saved, judged)

    def draw() -> None:
        name = session.texts.word("event", draft.event_type)
        if saved is not None:
            session.say("draft.saved", draft=saved, name=name, recipients=", ".join(draft.recipients))
        if judged.refusal is None:
            session.say("draft.lawful", clause=judged.draft.clause or "-", role=judged.draft.role)
        else:
            session.say("draft.unlawful", why=judged.reason(session.texts.lang), clause=judged.clause or "-")
        if saved is not None:
            session.say("draft.next", draft=short(saved))

    session.show(document, draw)
    return REFUSED if check and judged.refusal is not None else OK
