"""`phoihop inbox retry`: parked and quarantined messages are examined again."""

from __future__ import annotations

import contextlib

import click

from events.succession import DirectoryOlder, DirectorySkips
from services.agency.admitting import take_in
from services.agency.holding_area import HoldingArea
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options
from services.cli.session import Session
from services.identity.signer import FileSigner


@click.command("retry", cls=TextCommand)
@common_options()
@click.pass_obj
def command(session: Session) -> None:
    """The text `help.inbox.retry` of the catalogue."""
    now = session.now()
    with open_desk(session) as desk:
        context = desk.context
        service = FileSigner.of(session.folder, desk.me, "service")  # receipts and refusals are the service's to sign
        with desk.record.writing() as transaction:
            area = HoldingArea(transaction)
            arrivals = area.quarantined_arrivals() + area.parked_arrivals()
            intake = take_in(transaction, arrivals, context, service, now)
        for note in intake.follow_ups.directory_notes:
            # One of the held messages brought a directory; what else they asked for the service does on its own.
            with contextlib.suppress(DirectoryOlder, DirectorySkips):
                desk.directories.store(note)
        woken = desk.wake_service()
    document = {
        "agency": session.me,
        "examined": len(arrivals),
        "admitted": intake.admitted,
        "refused": intake.refused,
        "parked": intake.parked,
        "quarantined": intake.quarantined,
        "repeated": intake.repeated,
        "service_woken": woken,
    }
    session.show(document, lambda: session.say("inbox_retry.done", **document))
