"""`phoihop sign`: drafts become signed, numbered documents and leave."""

from __future__ import annotations

from pathlib import Path

import click

from services.agency.drafts import sign_draft
from services.agency.kept_drafts import load_draft
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session
from services.cli.signed_documents import show_signed
from services.cli.signing import unlocked_signer
from services.documents.signed import signed_document


@click.command("sign", cls=TextCommand)
@common_options()
@click.argument("drafts", nargs=-1, required=True, metavar="DRAFT…")
@option("--signatory", default="head")
@option("--passphrase-file", type=click.Path(path_type=Path))
@click.pass_obj
def command(session: Session, drafts: tuple[str, ...], signatory: str, passphrase_file: Path | None) -> None:
    """The text `help.sign` of the catalogue."""
    with open_desk(session) as desk:
        context = desk.context
        signer = unlocked_signer(desk, signatory, passphrase_file)
        signed = []
        # One commit for all of them: either every draft leaves or none does.
        with desk.record.writing() as transaction:
            for draft in drafts:
                whole = load_draft(transaction, draft).id
                entry = sign_draft(transaction, whole, signer, context, session.now())
                signed.append(signed_document(entry, whole))
        show_signed(session, desk.me, signed, service_woken=desk.wake_service())
