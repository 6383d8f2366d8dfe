"""`phoihop audit open`: the sender or a recipient opens an event's content to the auditor."""

from __future__ import annotations

import click

from events.record_entry import RecordEntry
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.prefixes import event_id
from services.cli.session import Session
from services.identity.signer import FileSigner
from services.witness.opening import NotToBeOpened, open_content


@click.command("open", cls=TextCommand)
@common_options()
@click.argument("event", metavar="EVENT")
@option("--reason", metavar="TEXT", required=True, text="open_reason")
@click.pass_obj
def command(session: Session, event: str, reason: str) -> None:
    """The text `help.audit.open` of the catalogue."""
    now = session.now()
    with open_desk(session) as desk:
        wanted = event_id(desk.record, event)
        position = desk.record.rows("SELECT position FROM event_index WHERE event_id = ?", (wanted,))[0][0]
        entry = desk.record.entry_at(position)
        if not isinstance(entry, RecordEntry):
            raise NotToBeOpened(wanted, "it is no event")
        signer = FileSigner.of(session.folder, desk.me, "service")
        with desk.record.writing() as transaction:
            said = open_content(transaction, entry, reason, signer, desk.context, now)
        document = {
            "agency": desk.me,
            "event": wanted,
            "digest": entry.event.digest_text,
            "opened_in": said.event.envelope.id,
            "reason": reason,
            "service_woken": desk.wake_service(),
        }
    session.show(document, lambda: session.say("log.opened", event=wanted))
