"""`phoihop attachments`: the files that documents name, how far each has come, and who has confirmed it."""

from __future__ import annotations

import click

from events.types.attachment import AttachmentObstacle
from services.agency.attachments.index import AttachmentIndex
from services.agency.attachments.store import AttachmentStore
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.prefixes import case_id, event_id
from services.cli.session import Session
from services.cli.tables import draw_table, short
from services.documents import Document
from services.documents.attachments import attachment_row

_SHOWN_OF_DIGEST = 12


@click.command("attachments", cls=TextCommand)
@common_options()
@option("--case", metavar="CASE", text="attachments_case")
@option("--event", metavar="EVENT", text="attachments_event")
@option("--missing", is_flag=True, text="attachments_missing")
@click.pass_obj
def command(session: Session, case: str | None, event: str | None, *, missing: bool) -> None:
    """The text `help.attachments` of the catalogue."""
    with open_desk(session) as desk:
        store = AttachmentStore(desk.place.path)
        index = AttachmentIndex(store, desk.record)
        index.catch_up()
        wanted_case = case_id(desk.record, case) if case else None
        wanted_event = event_id(desk.record, event) if event else None
        rows = [
            attachment_row(one, store)
            for one in index.all_named()
            if wanted_case in {None, one.case} and wanted_event in {None, one.event}
        ]
        me = desk.me
    if missing:
        rows = [row for row in rows if row["state"] != "here"]

    def draw() -> None:
        columns = ("event!", "sender", "file", "size!", "digest!", "standing", "confirmed_by")
        draw_table(session, session.texts("attachments.title", agency=me), columns, [_cells(session, r) for r in rows])

    session.show({"agency": me, "attachments": rows}, draw)


def _why(session: Session, reason: str) -> str:
    return next(known for known in AttachmentObstacle if known.value == reason).label(session.texts.lang)


def _cells(session: Session, row: Document) -> tuple[str, ...]:
    standing = session.texts.word("attachment_state", row["state"])
    if row["state"] == "under_way":
        standing += f" {100 * row['arrived_bytes'] // row['size_bytes']} %"
    for obstacle in row["obstacles"]:
        standing += f"; {obstacle['agency']}: {_why(session, obstacle['reason'])}"
    return (
        short(row["event"]),
        row["sender"],
        row["name"],
        f"{row['size_bytes']:,}".replace(",", " "),
        row["sha256"][:_SHOWN_OF_DIGEST],
        standing,
        ", ".join(row["confirmed_by"]),
    )
