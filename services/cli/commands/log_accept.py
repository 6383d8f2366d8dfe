"""`phoihop log accept`: a person accepts an alarm over the log, for a reason that the record keeps."""

from __future__ import annotations

import click

from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.log_desk import find_alarm
from services.cli.session import Session
from services.witness.accepting import accept

_LOOKED_THROUGH = 100_000


@click.command("accept", cls=TextCommand)
@common_options()
@click.argument("alarm", metavar="ALARM")
@option("--by", "officer", metavar="OFFICER", required=True, text="log_by")
@option("--reason", metavar="TEXT", required=True, text="log_reason")
@option("--follow", is_flag=True, text="log_follow")
@click.pass_obj
def command(session: Session, alarm: str, officer: str, reason: str, *, follow: bool) -> None:
    """The text `help.log.accept` of the catalogue."""
    now = session.now()
    with open_desk(session) as desk:
        found = find_alarm(desk.record, alarm, _LOOKED_THROUGH)
        with desk.record.writing() as transaction:
            accepted = accept(
                transaction, desk.record, found, desk.directory,
                officer=officer, reason=reason, follow=follow, now=now,
            )  # fmt: skip
        document = {
            "agency": desk.me,
            "problem": found.problem.value,
            "accepted": accepted,
            "by": officer,
            "reason": reason,
            "follow": follow,
            "service_woken": desk.wake_service(),
        }
    problem = found.problem.label(session.texts.lang)
    session.show(document, lambda: session.say("log.accepted", number=len(accepted), problem=problem))
