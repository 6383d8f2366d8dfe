"""`phoihop delegate grant`: the head lets a deputy sign; those who are told can judge what the deputy signs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from events.instants import format_instant, whole_milliseconds
from events.values.matter import Category, Field
from services.agency.issuing import issue
from services.cli.delegation_desk import deputy_title
from services.cli.desk import open_desk
from services.cli.draft_input import read_draft
from services.cli.frame import TextCommand, common_options, option
from services.cli.prefixes import case_to_name
from services.cli.regulation_names import event_type_of
from services.cli.session import Session
from services.cli.signed_documents import show_signed
from services.cli.signing import unlocked_signer
from services.documents.signed import signed_document
from services.moments import read_beginning, read_moment

_CATEGORY = click.Choice([one.value for one in Category])
_FIELD = click.Choice([one.value for one in Field])


@click.command("grant", cls=TextCommand)
@common_options()
@click.argument("deputy", metavar="DEPUTY")
@option("--to", "recipients", multiple=True, required=True, metavar="AGENCY", text="delegate_to")
@option("--until", required=True, metavar="MOMENT", text="delegate_until")
@option("--since", metavar="MOMENT", text="delegate_since")
@option("--officer", nargs=2, metavar="NAME POSITION", text="delegate_officer")
@option("--type", "event_types", multiple=True, metavar="TYPE", text="delegate_type")
@option("--category", "categories", multiple=True, type=_CATEGORY, metavar="CATEGORY", text="delegate_category")
@option("--field", "fields", multiple=True, type=_FIELD, metavar="FIELD", text="delegate_field")
@option("--case", "cases", multiple=True, metavar="CASE", text="delegate_case")
@option("--subject", metavar="TEXT", text="delegate_subject")
@option("--passphrase-file", type=click.Path(path_type=Path))
@click.pass_obj
def command(
    session: Session,
    /,
    deputy: str,
    recipients: tuple[str, ...],
    until: str,
    since: str | None,
    officer: tuple[str, str] | None,
    subject: str | None,
    passphrase_file: Path | None,
    **scope: tuple[str, ...],
) -> None:
    """The text `help.delegate.grant` of the catalogue."""
    now = session.now()
    with open_desk(session) as desk:
        title = deputy_title(desk, deputy)
        content: dict[str, Any] = {
            "subject": subject or f"Giao {title} ký thay",
            "delegate": deputy,
            "scope": {
                "event_types": sorted({event_type_of(name) for name in scope["event_types"]}),
                "categories": list(scope["categories"]),
                "fields": list(scope["fields"]),
                "cases": [case_to_name(desk.record, case) for case in scope["cases"]],
            },
            "since": format_instant(whole_milliseconds(read_beginning(since, now) if since else now)),
            "until": format_instant(read_moment(until, now)),
        }
        if officer is not None:
            content["officer"] = {"name": officer[0], "position": officer[1]}
        names = [name.strip() for text in recipients for name in text.split(",")]
        members = {"type": "DelegationGranted", "recipients": names, "content": content}
        draft = read_draft(members, desk.record, now)
        signer = unlocked_signer(desk, "head", passphrase_file)
        with desk.record.writing() as transaction:
            entry = issue(transaction, draft, signer, desk.context, session.now())
        show_signed(session, desk.me, [signed_document(entry, None)], service_woken=desk.wake_service())
