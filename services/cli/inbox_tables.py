"""The inbox for people: three tables, the held messages with why they are held."""

from __future__ import annotations

from collections.abc import Sequence

from projections.drafts import DraftLine, DraftState
from projections.inbox import Held, Inbox, Received
from services.cli.session import Session
from services.cli.tables import draw_table, short
from services.moments import show_moment
from services.texts.reasons import reason_of


def draw_inbox(session: Session, inbox: Inbox | None, drafts: Sequence[DraftLine]) -> None:
    """Print what was received, what is held, and the drafts; what is empty shortly."""
    if inbox is not None:
        _received(session, inbox.received)
        _held(session, inbox.held)
    _drafts(session, drafts)


def _received(session: Session, rows: Sequence[Received]) -> None:
    word = session.texts.word
    draw_table(
        session,
        session.texts("inbox.received"),
        ("arrived!", "incoming!", "sender", "type", "document!", "outcome", "why"),
        [
            (
                show_moment(row.arrived_at),
                "" if row.incoming_number is None else f"{row.incoming_number:02d}",
                row.sender,
                word("event", row.event_type),
                f"{row.docnumber}/{row.docsymbol}",
                word("inbox_state", row.state),
                f"{row.refusal_clause or ''} {_why(session, row.refusal_reason, row.refusal_explanation)}".strip(),
            )
            for row in rows
        ],
    )


def _held(session: Session, rows: Sequence[Held]) -> None:
    word = session.texts.word
    draw_table(
        session,
        session.texts("inbox.held"),
        ("held_since!", "outcome", "sender", "type", "why"),
        [
            (
                show_moment(row.held_since),
                word("inbox_state", row.state),
                row.sender or "?",
                word("event", row.event_type) if row.event_type else "",
                _why(session, row.reason, row.explanation),
            )
            for row in rows
        ],
    )


def _why(session: Session, token: str | None, explanation: str | None) -> str:
    return str(reason_of(token, explanation, session.naming())) if token or explanation else ""


def _drafts(session: Session, rows: Sequence[DraftLine]) -> None:
    word = session.texts.word
    draw_table(
        session,
        session.texts("inbox.drafts"),
        ("draft!", "changed!", "type", "recipients", "case!", "author"),
        [
            (
                short(row.draft_id),
                show_moment(row.changed_at),
                word("event", row.event_type) if row.event_type else "",
                ", ".join(row.recipients),
                short(row.case_id),
                row.author or "",
            )
            for row in rows
            if row.state is DraftState.OPEN
        ],
    )
    if back := [row for row in rows if row.state is DraftState.RETURNED]:
        draw_table(
            session,
            session.texts("inbox.returned"),
            ("draft!", "changed!", "type", "author", "why"),
            [
                (
                    short(row.draft_id),
                    show_moment(row.changed_at),
                    word("event", row.event_type) if row.event_type else "",
                    row.author or "",
                    row.remark or "",
                )
                for row in back
            ],
        )
