"""`phoihop emergency`: the head's notice by phone or in person is recorded at once (LC-2.4b)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from events.instants import format_instant, whole_milliseconds
from services.agency.issuing import issue
from services.agency.lawfulness import with_standing
from services.cli.desk import open_desk
from services.cli.draft_input import read_draft
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session
from services.cli.signed_documents import show_signed
from services.cli.signing import unlocked_signer
from services.documents.signed import signed_document
from services.moments import read_moment


@click.command("emergency", cls=TextCommand)
@common_options()
@option("--told", nargs=3, multiple=True, required=True, metavar="AGENCY NAME POSITION", text="emergency_told")
@option("--by", nargs=2, required=True, metavar="NAME POSITION", text="emergency_by")
@option("--channel", type=click.Choice(["phone", "in_person"]), default="phone", text="emergency_channel")
@option("--at", metavar="MOMENT", text="emergency_at")
@option("--category", required=True, text="emergency_category")
@option("--field", "fields", multiple=True, required=True, text="emergency_field")
@option("--summary", required=True, text="emergency_summary")
@option("--grounds", required=True, text="emergency_grounds")
@option("--case", text="draft_case")
@option("--passphrase-file", type=click.Path(path_type=Path))
@click.pass_obj
def command(
    session: Session,
    /,
    told: tuple[tuple[str, str, str], ...],
    by: tuple[str, str],
    at: str | None,
    case: str | None,
    passphrase_file: Path | None,
    **matter: Any,
) -> None:
    """The text `help.emergency` of the catalogue."""
    now = session.now()
    given_at = format_instant(whole_milliseconds(read_moment(at, now) if at else now))
    content = matter | {
        "subject": matter["summary"][:200],
        "fields": list(matter["fields"]),
        "given_at": given_at,
        "given_by": {"name": by[0], "position": by[1]},
        "told": [
            {"agency": agency, "officer": {"name": name, "position": position}, "told_at": given_at}
            for agency, name, position in told
        ],
    }
    recipients = sorted({agency for agency, _, _ in told})
    members = {"type": "EmergencyNoticeGiven", "recipients": recipients, "content": content}
    with open_desk(session) as desk:
        read = read_draft(members if case is None else members | {"case": case}, desk.record, now)
        signer = unlocked_signer(desk, "head", passphrase_file)
        with desk.record.writing() as transaction:
            draft = with_standing(read, transaction, desk.context, now)
            entry = issue(transaction, draft, signer, desk.context, session.now())
        show_signed(session, desk.me, [signed_document(entry, None)], service_woken=desk.wake_service())
