"""What `sign` and `send` show: the documents that were signed, with their numbers."""

from __future__ import annotations

from services.cli.session import Session
from services.cli.tables import draw_table, short
from services.documents import Document


def show_signed(session: Session, agency: str, signed: list[Document], *, service_woken: bool) -> None:
    """Show what was signed, and whether a service is there to publish it at once."""

    def draw() -> None:
        rows = [
            (
                short(one["event"]),
                f"{one['number']}/{one['symbol']}",
                session.texts.word("event", one["type"]),
                one["clause"] or "",
                ", ".join(r["agency"] for r in one["recipients"]),
                short(one["case"]),
            )
            for one in signed
        ]
        columns = ("event!", "document!", "type", "clause!", "recipients", "case!")
        draw_table(session, session.texts("signed.title", agency=agency), columns, rows)
        session.say("signed.leaves" if service_woken else "signed.waits", agency=agency)

    session.show({"agency": agency, "service_woken": service_woken, "signed": signed}, draw)
