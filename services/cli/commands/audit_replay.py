"""`phoihop audit replay`: the whole history replayed from the first event, and every agency's exchange view."""

from __future__ import annotations

from pathlib import Path

import click

from events.instants import format_instant
from services.cli.exit_codes import OK, REFUSED
from services.cli.frame import TextCommand, common_options, option
from services.cli.ledger_verdict import judge_ledger, ledger_document, show_verdict
from services.cli.session import Session
from services.moments import read_moment

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("replay", cls=TextCommand)
@common_options(agency=False)
@option("--as-of", metavar="MOMENT", text="audit_as_of")
@option("--agency", metavar="AGENCY", text="audit_view_of")
@option("--root", metavar="KEY", text="audit_ledger_root")
@option("--policy", type=_FILE, text="audit_policy")
@option("--checkpoint", "checkpoints", multiple=True, type=_FILE, text="audit_checkpoint")
@click.pass_obj
def command(
    session: Session,
    as_of: str | None,
    agency: str | None,
    root: str | None,
    policy: Path | None,
    checkpoints: tuple[Path, ...],
) -> int:
    """The text `help.audit.replay` of the catalogue."""
    moment = None if as_of is None else format_instant(read_moment(as_of, session.now()))
    verdict = judge_ledger(session, root, policy, checkpoints, as_of=moment)
    document = ledger_document(session, verdict, root, views=True)
    if agency is not None:
        document["views"] = [view for view in document["views"] if view["agency"] == agency]
    session.show(document, lambda: show_verdict(session, verdict, root, views=True, agency=agency))
    return OK if verdict.verified else REFUSED
