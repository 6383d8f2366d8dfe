"""`phoihop informant show`: the identity behind a reference; the look is noted in the record."""

from __future__ import annotations

import click

from services.agency.informants import Informants
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session


@click.command("show", cls=TextCommand)
@common_options()
@click.argument("reference", metavar="REFERENCE")
@option("--by", "looked_by", required=True, text="informant_looked_by")
@click.pass_obj
def command(session: Session, reference: str, looked_by: str) -> None:
    """The text `help.informant.show` of the catalogue."""
    with open_desk(session) as desk:
        found = Informants(desk.place.path).look_up(reference)
        # Noted before it is shown: a look that is not recorded does not happen.
        with desk.record.writing() as transaction:
            transaction.append_local("InformantConsulted", reference, {"by": looked_by}, session.now())
        desk.wake_service()
        me = desk.me
    who = found.who.model_dump(mode="json", exclude_none=True)
    document = {"agency": me, **found.model_dump(mode="json", exclude={"who"}), "who": who}
    session.show(
        document,
        lambda: session.say("informant_show.done", reference=reference, name=found.who.name, by=found.taken_by),
    )
