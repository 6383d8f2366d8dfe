"""`phoihop send`: draft and sign in one."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import click

from services.agency.issuing import issue
from services.agency.lawfulness import with_standing
from services.cli.desk import open_desk
from services.cli.draft_options import DraftMembers, draft_options
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session
from services.cli.signed_documents import show_signed
from services.cli.signing import unlocked_signer
from services.documents.signed import signed_document


@click.command("send", cls=TextCommand)
@common_options()
@draft_options
@option("--signatory", default="head")
@option("--passphrase-file", type=click.Path(path_type=Path))
@click.pass_obj
def command(
    session: Session, /, file: TextIO | None, signatory: str, passphrase_file: Path | None, **members: object
) -> None:
    """The text `help.send` of the catalogue."""
    with open_desk(session) as desk:
        read = DraftMembers.of(file, members).read(desk)
        context = desk.context
        signer = unlocked_signer(desk, signatory, passphrase_file)
        with desk.record.writing() as transaction:
            draft = with_standing(read, transaction, context, session.now())
            entry = issue(transaction, draft, signer, context, session.now())
        show_signed(session, desk.me, [signed_document(entry, None)], service_woken=desk.wake_service())
