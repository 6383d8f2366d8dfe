"""`phoihop delegate list`: who may sign for which head, as far as it was told here."""

from __future__ import annotations

import click

from events.instants import parse_instant
from events.values.matter import Field
from services.agency.delegations import held_delegations
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Document, Session
from services.cli.tables import category_name, draw_table, short
from services.documents.delegations import delegations_document
from services.moments import read_moment, show_moment

_FIELDS = {field.value: field for field in Field}


@click.command("list", cls=TextCommand)
@common_options()
@option("--of", "of", metavar="AGENCY", text="delegate_of")
@option("--at", metavar="MOMENT", text="delegate_at")
@option("--all", "history", is_flag=True, text="delegate_all")
@click.pass_obj
def command(session: Session, of: str | None, at: str | None, *, history: bool) -> None:
    """The text `help.delegate.list` of the catalogue."""
    now = session.now()
    moment = read_moment(at, now) if at else now
    with open_desk(session) as desk:
        held = held_delegations(desk.record, of)
        me = desk.me
    document = delegations_document(me, held, moment, history=history)

    def draw() -> None:
        columns = ("peer", "deputy", "scope", "period!", "standing", "told", "event!")
        title = session.texts("delegate.title", agency=me, at=show_moment(moment))
        draw_table(session, title, columns, [_row(session, one) for one in document["delegations"]])

    session.show(document, draw)


def _row(session: Session, one: Document) -> tuple[str, ...]:
    who = ", ".join(filter(None, (one["officer"], one["officer_position"])))
    since, ends_at = (show_moment(parse_instant(one[name])) for name in ("since", "ends_at"))
    return (
        one["agency"],
        f"{one['delegate']}: {who}" if who else one["delegate"],
        _scope(session, one["scope"]),
        f"{since}\n– {ends_at}",
        session.texts.word("delegation_standing", one["standing"]),
        ", ".join(one["told"]),
        short(one["event_id"]),
    )


def _scope(session: Session, scope: Document) -> str:
    lang = session.texts.lang
    parts = [
        ", ".join(session.texts.word("event", name) for name in scope["event_types"]),
        ", ".join(category_name(session, word) for word in scope["categories"]),
        ", ".join(_FIELDS[word].label(lang) for word in scope["fields"]),
        ", ".join(short(case) for case in scope["cases"]),
    ]
    return "; ".join(filter(None, parts)) or session.texts("delegate.everything")
