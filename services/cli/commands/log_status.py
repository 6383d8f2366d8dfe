"""`phoihop log status`: how far this agency has verified and cosigned the log, and what it looks for in it."""

from __future__ import annotations

import click

from events.instants import parse_instant
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options
from services.cli.session import Session
from services.cli.tables import draw_facts
from services.documents import Document
from services.documents.log import log_document
from services.moments import show_moment


@click.command("status", cls=TextCommand)
@common_options()
@click.pass_obj
def command(session: Session) -> None:
    """The text `help.log.status` of the catalogue."""
    with open_desk(session) as desk:
        document = log_document(desk.record, desk.directory, session.now(), service_running=desk.wake_service())
    session.show(document, lambda: _draw(session, document))


def _draw(session: Session, found: Document) -> None:
    texts = session.texts

    def at(what: Document | None) -> str:
        if what is None:
            return texts("log.none")
        return texts("log.size_at", size=what["size"], at=show_moment(parse_instant(what["at"])))

    heard = ", ".join(f"{one['agency']} {one['size']}" for one in found["heard"])
    facts = [
        ("agency", found["agency"]),
        ("clock", texts.word("clock", found["clock"])),
        ("log_address", found["address"] or texts("log.no_address")),
        ("service", texts("frame.yes") if found["service_running"] else texts("frame.no")),
        ("log_key", texts("log.key_counts") if found["key_counts"] else texts("log.no_key")),
        ("log_verified", at(found["verified"])),
        ("log_cosigned", at(found["cosigned"])),
        ("log_refusing", texts("frame.yes") if found["refusing"] else texts("frame.no")),
        ("log_waiting", str(found["waiting"])),
        ("log_missing", str(found["missing"])),
        ("log_misstated", str(found["misstated"])),
        ("log_heard", heard or texts("log.none")),
        ("log_alarms", str(found["open_alarms"])),
    ]
    draw_facts(session, texts("log.title"), facts)
