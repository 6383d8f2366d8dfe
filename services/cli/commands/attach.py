"""`phoihop attach`: a file of the house is put among the agency's attachments, to be named in a document."""

from __future__ import annotations

import json
import mimetypes
from pathlib import Path

import click

from services.agency.attachments.store import AttachmentStore
from services.cli.desk import open_desk
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Session
from services.documents.attachments import attachment_value

_UNKNOWN_TYPE = "application/octet-stream"


@click.command("attach", cls=TextCommand)
@common_options()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@option("--name", text="attach_name")
@option("--media-type", text="attach_media_type")
@click.pass_obj
def command(session: Session, file: Path, name: str | None, media_type: str | None) -> None:
    """The text `help.attach` of the catalogue."""
    name = name or file.name
    media_type = media_type or mimetypes.guess_type(name)[0] or _UNKNOWN_TYPE
    with open_desk(session) as desk:
        store = AttachmentStore(desk.place.path)
        # The value is made before the file is taken in: what cannot be named is not kept either.
        value = attachment_value(name, media_type, 1, "0" * 64)
        sha256, size_bytes = store.put(file)
        value = attachment_value(name, media_type, size_bytes, sha256)
        desk.wake_service()
        me = desk.me
    members = value.model_dump(mode="json")

    def draw() -> None:
        session.say("attach.kept", name=name, agency=me)
        click.echo(json.dumps(members, ensure_ascii=False))

    session.show({"agency": me, "attachment": members}, draw)
