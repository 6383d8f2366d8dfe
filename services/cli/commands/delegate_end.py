"""`phoihop delegate end`: the head ends a delegation before its time; everybody who was told of it hears of this."""

from __future__ import annotations

from pathlib import Path

import click

from events.draft import Draft
from events.instants import whole_milliseconds
from events.types.delegation import DelegationEnded, DelegationEndReason
from services.agency.issuing import issue
from services.cli.delegation_desk import delegation_to_end
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session
from services.cli.signed_documents import show_signed
from services.cli.signing import unlocked_signer
from services.documents.signed import signed_document
from services.moments import read_moment

_REASONS = {reason.value: reason for reason in DelegationEndReason}


@click.command("end", cls=TextCommand)
@common_options()
@click.argument("delegation", metavar="DELEGATION")
@option("--at", metavar="MOMENT", text="delegate_ends_at")
@option("--reason", type=click.Choice(tuple(_REASONS)), default=DelegationEndReason.WITHDRAWN.value,
        text="delegate_reason")  # fmt: skip
@option("--explanation", metavar="TEXT", text="delegate_explanation")
@option("--passphrase-file", type=click.Path(path_type=Path))
@click.pass_obj
def command(
    session: Session, delegation: str, at: str | None, reason: str, explanation: str | None,
    passphrase_file: Path | None,
) -> None:  # fmt: skip
    """The text `help.delegate.end` of the catalogue."""
    now = session.now()
    ends_at = whole_milliseconds(read_moment(at, now) if at else now)
    with open_desk(session) as desk:
        held = delegation_to_end(desk, delegation, ends_at)
        granted = held.grant.envelope
        content = DelegationEnded(
            subject=f"Chấm dứt việc giao ký thay theo văn bản số {granted.docnumber}/{granted.docsymbol}",
            delegation=granted.id,
            ends_at=ends_at,
            reason=_REASONS[reason],
            explanation=explanation,
        )
        signer = unlocked_signer(desk, "head", passphrase_file)
        with desk.record.writing() as transaction:
            draft = Draft(content, granted.agencies, cause=granted.id)
            entry = issue(transaction, draft, signer, desk.context, session.now())
        show_signed(session, desk.me, [signed_document(entry, None)], service_woken=desk.wake_service())
