"""`phoihop focal`: whom each agency's documents go to, as it was told here; `--all` shows who it was before, too."""

from __future__ import annotations

import click

from projections.focal_points import FocalPoint, FocalStanding
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session
from services.cli.tables import draw_table, short
from services.documents.views import focal_document
from services.moments import read_moment, show_moment


@click.command("focal", cls=TextCommand)
@common_options()
@option("--at", metavar="MOMENT", text="focal_at")
@option("--of", "of", metavar="AGENCY", text="focal_of")
@option("--all", "history", is_flag=True, text="focal_all")
@click.pass_obj
def command(session: Session, at: str | None, of: str | None, *, history: bool) -> None:
    """The text `help.focal` of the catalogue."""
    now = session.now()
    moment = read_moment(at, now) if at else now
    with open_desk(session) as desk, desk.views() as views:
        heirs = desk.directory.heirs_at(moment)
        found = views.focal_points(now=moment, agency=of, history=history, heirs=heirs)
        me = desk.me

    def draw() -> None:
        columns = ("peer", "focal", "contact", "since!", "standing", "clause!", "event!")
        title = session.texts("focal.title", agency=me, at=show_moment(moment))
        draw_table(session, title, columns, [_row(session, point) for point in found])

    session.show(focal_document(me, found, moment), draw)


def _row(session: Session, point: FocalPoint) -> tuple[str, ...]:
    person = ", ".join(filter(None, (point.officer, point.officer_position)))
    agency = point.agency
    if point.inherited_from is not None:
        agency = session.texts("focal.inherited", agency=agency, gone=point.inherited_from)
    return (
        agency,
        "; ".join(filter(None, (point.unit, person))),
        ", ".join(filter(None, (point.phone, point.email))),
        show_moment(point.since),
        _standing(session, point),
        point.clause or "",
        short(point.event_id),
    )


def _standing(session: Session, point: FocalPoint) -> str:
    if point.standing is FocalStanding.RECALLED:
        return session.texts("focal.recalled", at=show_moment(point.recalled_at))
    if point.replaced_at is not None:
        return session.texts("focal.until", at=show_moment(point.replaced_at), event=short(point.replaced_by))
    return session.texts.word("focal_standing", point.standing)
