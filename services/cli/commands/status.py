"""`phoihop status`: how an agency stands: what waits, what is owed, where the chains are, what runs."""

from __future__ import annotations

import click

from events.instants import parse_instant
from projections.views import Views
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options
from services.cli.session import Session
from services.cli.tables import draw_facts, draw_table, short
from services.documents import Document
from services.documents.standing import Premises, standing_document
from services.moments import show_moment


@click.command("status", cls=TextCommand)
@common_options()
@click.pass_obj
def command(session: Session) -> None:
    """The text `help.status` of the catalogue."""
    with open_desk(session) as desk:
        premises = Premises(desk.place, desk.record, desk.directories.chain())
        running = desk.wake_service()
        with Views(desk.place.views, roles_of=desk.roles_of) as views:
            before = views.position
        with desk.views() as views:
            document = standing_document(premises, views, session.now(), service_running=running, views_position=before)
        name = desk.directory.agencies[desk.me].name
    session.show(document, lambda: _draw(session, document, name))


def _draw(session: Session, status: Document, name: str) -> None:
    texts = session.texts

    def yes_or_no(*, value: bool) -> str:
        return texts("frame.yes") if value else texts("frame.no")

    broker = status["broker"]
    signing = "held" if status["signing_held"] else "open"
    views = texts("status.views", position=status["views_position"], lag=status["views_lag"])
    facts = [
        ("agency", f"{status['agency']} · {status['province']}"),
        ("version", str(status["directory_version"])),
        ("clock", texts.word("clock", status["clock"])),
        ("service", yes_or_no(value=status["service_running"])),
        ("broker", texts("status.no_broker") if broker is None else _broker(session, broker)),
        ("signing", texts.word("signing", signing)),
        ("position", str(status["position"])),
        ("views", views),
        (
            "registers",
            texts("status.registers", outgoing=status["outgoing_number"], incoming=status["incoming_number"]),
        ),
        ("unreceipted", str(sum(status["unreceipted"].values()))),
        ("parked", str(status["parked"])),
        ("quarantined", str(status["quarantined"])),
        ("drafts", str(status["drafts"])),
        ("reactions", str(len(status["reactions_waiting"]))),
        ("overdue", str(status["overdue"])),
        ("log_cosigned", _log(session, status["log"])),
        ("log_alarms", str(status["log"]["open_alarms"])),
    ]
    draw_facts(session, name, facts)
    rows = [
        (
            head["peer"],
            str(head["sent_count"]),
            str(head["receipted_count"]),
            (head["sent_digest"] or "")[:12],
            str(head["received_count"]),
            (head["received_digest"] or "")[:12],
        )
        for head in status["heads"]
    ]
    columns = ("peer", "sent", "receipted", "sent_digest!", "received", "received_digest!")
    draw_table(session, texts("status.heads"), columns, rows)
    if waiting := status["reactions_waiting"]:
        names = ("policy", "event!", "since!", "why")
        draw_table(session, texts("status.waiting"), names, [_waiting(session, one) for one in waiting])


def _waiting(session: Session, one: Document) -> tuple[str, ...]:
    since = show_moment(parse_instant(one["since"]))
    return session.texts.word("policy", one["policy"]), short(one["event_id"]), since, one["reason"]


def _broker(session: Session, broker: Document) -> str:
    return session.texts("status.answers" if broker["answers"] else "status.silent", url=broker["url"])


def _log(session: Session, log: Document) -> str:
    if not log["key_counts"]:
        return session.texts("log.no_key")
    if not log["witnessing"]:
        return session.texts("log.no_address")
    return session.texts("log.none") if log["cosigned_size"] is None else str(log["cosigned_size"])
