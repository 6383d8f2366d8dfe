"""A draft for people: what was kept and by which clause it may go; its whole content and what was done to it."""

from __future__ import annotations

import json

import click

from events.draft import Draft
from services.agency.kept_drafts import SavedDraft
from services.agency.lawfulness import Lawfulness
from services.cli.session import Document, Session
from services.cli.tables import draw_table, short
from services.moments import show_moment


def draw_saved(session: Session, draft: Draft, saved: str | None, judged: Lawfulness) -> None:
    """Say that a draft is kept, unless it was only checked, and whether it may be sent."""
    if saved is not None:
        name = session.texts.word("event", draft.event_type)
        session.say("draft.saved", draft=saved, name=name, recipients=", ".join(draft.recipients))
    _say_judged(session, judged)
    if saved is not None:
        session.say("draft.next", draft=short(saved))


def draw_kept(session: Session, document: Document, kept: SavedDraft, judged: Lawfulness) -> None:
    """Print a draft's members, who did what to it, and whether it may be sent."""
    click.echo(json.dumps(document["members"], ensure_ascii=False, indent=2))
    rows = [
        (f"{number}", show_moment(step.at), session.texts.word("draft_step", step.name), step.by, _about(done))
        for number, (step, done) in enumerate(zip(kept.steps, document["steps"], strict=True), 1)
    ]
    draw_table(session, session.texts("draft.steps"), ("revision!", "changed!", "step", "author", "why"), rows)
    if kept.state == "signed":
        session.say("draft.was_signed", event=kept.signed_event)
    elif kept.state == "discarded":
        session.say("draft.was_discarded")
    else:
        _say_judged(session, judged)


def _say_judged(session: Session, judged: Lawfulness) -> None:
    if judged.refusal is None:
        session.say("draft.lawful", clause=judged.draft.clause or "-", role=judged.draft.role)
    else:
        session.say("draft.unlawful", why=judged.reason(session.texts.lang), clause=judged.clause or "-")


def _about(done: Document) -> str:
    """Why it was sent back, or which members were changed."""
    return done["remark"] or ", ".join(change["path"] for change in done["changes"])
