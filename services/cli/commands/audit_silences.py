"""`phoihop audit silences`: requests that nobody answered, receipts that are missing, reports that were not sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from projections.deliveries_reports import Unsent
from projections.deliveries_silent import Unanswered, Unreceipted
from services.audit.output import Cell, Sheet
from services.audit.questions.silence import Silence, silence
from services.cli.audit_answers import (
    SHOWN,
    answer_options,
    asked,
    document_name,
    event_name,
    heads,
    reach,
    say_shown,
    span_name,
    write_files,
)
from services.cli.frame import TextCommand, option
from services.cli.session import Session
from services.cli.tables import draw_table
from services.documents.silences import silences_document
from services.moments import read_moment, show_moment
from services.reports.periods import show_period

_FILE = (
    "silence", "owed_by", "owed_to", "due", "overdue_seconds", "note", "log_index", "signed_at", "stored_at",
    "event_type", "event", "clause", "document", "case_id", "event_id",
)  # fmt: skip
_EVERYTHING = 10_000_000


@click.command("silences", cls=TextCommand)
@option("--at", metavar="MOMENT", text="audit_at")
@answer_options()
@click.pass_obj
def command(session: Session, at: str | None, limit: int | None, csv: Path | None, xlsx: Path | None) -> None:
    """The text `help.audit.silences` of the catalogue."""
    now = session.now()
    moment = read_moment(at, now) if at else now
    with asked(session) as book:
        found = silence(book, moment, limit or SHOWN)
        document = silences_document(book, found, moment)
        title = session.texts("audit_silences.title", at=show_moment(moment))
        if csv is not None or xlsx is not None:
            everything = found if limit is not None else silence(book, moment, _EVERYTHING)
            rows = list(_rows(session, everything, moment))
            lines = reach(session, book.standing)
            write_files(session, lambda: Sheet(title, heads(session, _FILE), rows, lines), len(rows), csv, xlsx)
        lines = reach(session, book.standing)

    def draw() -> None:
        _draw(session, found, moment)
        for line in lines:
            click.echo(line)

    session.show(document, draw)


def _draw(session: Session, found: Silence, at: datetime) -> None:
    texts = session.texts
    title = texts("audit_silences.requests", at=show_moment(at), overdue=found.requests_count.overdue)
    lines = [_request_line(session, one, at) for one in found.requests]
    draw_table(
        session, title, ("due!", "overdue", "debtor_creditor!", "type", "clause!", "document!", "signed!"), lines
    )
    say_shown(session, len(found.requests), found.requests_count.requests)
    title = texts("audit_silences.receipts", at=show_moment(at))
    lines = [_receipt_line(session, one) for one in found.receipts]
    draw_table(session, title, ("signed!", "sender_recipient!", "type", "clause!", "document!", "why"), lines)
    say_shown(session, len(found.receipts), found.receipts_count)
    title = texts("audit_silences.reports", at=show_moment(at))
    lines = [_report_line(session, one, at) for one in found.reports]
    draw_table(session, title, ("due!", "overdue", "debtor_creditor!", "owed", "period!", "clause!"), lines)
    session.say("audit_silences.by_envelope")


def _request_line(session: Session, one: Unanswered, at: datetime) -> tuple[str, ...]:
    told = one.delivery
    overdue = span_name(session, one.overdue_seconds(at))
    if one.stated_at is not None:
        overdue += "; " + session.texts("audit_silences.stated", at=show_moment(one.stated_at))
    return (
        show_moment(one.due),
        overdue,
        f"{told.recipient} → {told.sender}",
        event_name(session, told.event_type),
        told.clause or "",
        document_name(told),
        show_moment(told.signed_at),
    )


def _receipt_line(session: Session, one: Unreceipted) -> tuple[str, ...]:
    told = one.delivery
    return (
        show_moment(told.signed_at),
        f"{told.sender} → {told.recipient}",
        event_name(session, told.event_type),
        told.clause or "",
        document_name(told),
        _why(session, one),
    )


def _why(session: Session, one: Unreceipted) -> str:
    return session.texts.word("audit_held_up", one.held_up_by or "unknown")


def _report_line(session: Session, one: Unsent, at: datetime) -> tuple[str, ...]:
    duty = one.duty
    return (
        show_moment(duty.due),
        span_name(session, one.overdue_seconds(at)),
        f"{duty.debtor} → {duty.creditor}",
        session.texts.word("obligation", duty.duty.kind),
        "" if duty.period is None else show_period(duty.period),
        duty.duty.clause,
    )


def _rows(session: Session, found: Silence, at: datetime) -> Iterator[tuple[Cell, ...]]:
    texts = session.texts
    for one in found.requests:
        told = one.delivery
        yield (
            texts("audit_silences.request"), told.recipient, told.sender, one.due, one.overdue_seconds(at),
            "" if one.stated_at is None else texts("audit_silences.stated", at=show_moment(one.stated_at)),
            told.log_index, told.signed_at, told.stored_at, told.event_type, event_name(session, told.event_type),
            told.clause, document_name(told), told.case_id, told.event_id,
        )  # fmt: skip
    for missing in found.receipts:
        told = missing.delivery
        yield (
            texts("audit_silences.receipt"), told.recipient, told.sender, None, None, _why(session, missing),
            told.log_index, told.signed_at, told.stored_at, told.event_type, event_name(session, told.event_type),
            told.clause, document_name(told), told.case_id, told.event_id,
        )  # fmt: skip
    for unsent in found.reports:
        duty = unsent.duty
        yield (
            texts("audit_silences.report"), duty.debtor, duty.creditor, duty.due, unsent.overdue_seconds(at),
            "" if duty.period is None else show_period(duty.period), None, None, None, duty.duty.event,
            event_name(session, duty.duty.event), duty.duty.clause, None, None, None,
        )  # fmt: skip
