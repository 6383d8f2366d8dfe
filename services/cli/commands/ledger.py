"""`phoihop ledger`: who told whom what, when, under which clause, and what became of it."""

from __future__ import annotations

import click

from projections.ledger import Delivery, LedgerFilter, Outcome
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.prefixes import case_id, event_id
from services.cli.session import Session
from services.cli.tables import draw_table
from services.documents.views import ledger_document
from services.moments import read_beginning, read_moment, show_short


@click.command("ledger", cls=TextCommand)
@common_options()
@option("--sender", metavar="AGENCY", text="ledger_sender")
@option("--recipient", metavar="AGENCY", text="ledger_recipient")
@option("--type", "event_type", metavar="TYPE", text="ledger_type")
@option("--case", metavar="CASE", text="ledger_case")
@option("--event", metavar="EVENT", text="ledger_event")
@option("--outcome", type=click.Choice([outcome.value for outcome in Outcome]), text="ledger_outcome")
@option("--since", metavar="MOMENT", text="ledger_since")
@option("--until", metavar="MOMENT", text="ledger_until")
@option("--after", type=click.IntRange(0), default=0, text="ledger_after")
@option("--limit", type=click.IntRange(1, 100_000), default=200)
@click.pass_obj
def command(
    session: Session,
    sender: str | None,
    recipient: str | None,
    event_type: str | None,
    case: str | None,
    event: str | None,
    outcome: str | None,
    since: str | None,
    until: str | None,
    after: int,
    limit: int,
) -> None:
    """The text `help.ledger` of the catalogue."""
    now = session.now()
    with open_desk(session) as desk, desk.views() as views:
        wanted = LedgerFilter(
            event_id=event_id(desk.record, event) if event else None,
            case_id=case_id(desk.record, case) if case else None,
            sender=sender,
            recipient=recipient,
            event_type=event_type,
            outcome=Outcome(outcome) if outcome else None,
            since=read_beginning(since, now) if since else None,
            until=read_moment(until, now) if until else None,
        )
        rows = views.ledger(wanted, after=after, limit=limit)
        counts = views.outcome_counts()
        me = desk.me
    document = ledger_document(me, rows, counts)

    def draw() -> None:
        columns = ("signed!", "sender_recipient!", "type", "clause!", "document!", "outcome")
        draw_table(session, session.texts("ledger.title", agency=me), columns, [_row(session, row) for row in rows])
        for count in counts:
            session.say(
                "ledger.total",
                outcome=session.texts.word("outcome", count.outcome),
                deliveries=count.deliveries,
                receipted=count.receipted,
            )

    session.show(document, draw)


def _row(session: Session, row: Delivery) -> tuple[str, ...]:
    outcome = session.texts.word("outcome", row.outcome)
    if row.refusal_clause or row.refusal_reason:
        outcome += f": {row.refusal_clause or row.refusal_reason}"
    if row.incoming_number is not None:
        outcome += ", " + session.texts("ledger.incoming", number=row.incoming_number)
    elif row.receipted:
        outcome += ", " + session.texts("ledger.receipted")
    return (
        show_short(row.signed_at),
        f"{row.sender} → {row.recipient}",
        session.texts.word("event", row.event_type),
        row.clause or "",
        f"{row.docnumber}/{row.docsymbol}",
        outcome,
    )
