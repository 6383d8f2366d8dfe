"""`phoihop inbox`: what came and what became of it, what is held back, and the drafts to be edited or signed."""

from __future__ import annotations

import click

from projections.inbox import InboxState
from services.cli.desk import open_desk
from services.cli.frame import LazyGroup, common_options, option
from services.cli.inbox_tables import draw_inbox
from services.cli.session import Session
from services.documents.views import inbox_document


@click.group(
    "inbox",
    cls=LazyGroup,
    modules={"retry": "services.cli.commands.inbox_retry"},
    invoke_without_command=True,
    no_args_is_help=False,
)
@common_options()
@option("--state", type=click.Choice([state.value for state in InboxState]), text="inbox_state")
@option("--drafts", is_flag=True, text="inbox_drafts")
@option("--limit", type=click.IntRange(1, 10_000), default=50)
@click.pass_context
def command(ctx: click.Context, state: str | None, limit: int, *, drafts: bool) -> None:
    """The text `help.inbox` of the catalogue."""
    session = ctx.ensure_object(Session)
    if ctx.invoked_subcommand is not None:
        return
    with open_desk(session) as desk, desk.views() as views:
        wanted = drafts or state is None
        waiting = (*views.returned_drafts(limit=limit), *views.drafts(limit=limit))[:limit] if wanted else ()
        inbox = None if drafts else views.inbox(desk.me, state=InboxState(state) if state else None, limit=limit)
    session.show(inbox_document(session.me, inbox, waiting), lambda: draw_inbox(session, inbox, waiting))
