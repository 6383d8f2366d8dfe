"""`phoihop lookup`: look up records of a case at another agency that takes part in it (LC-4.1b)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from events.types.lookup import RecordKind
from services.agency.issuing import issue
from services.agency.lawfulness import with_standing
from services.cli.desk import Desk, open_desk
from services.cli.draft_input import read_draft
from services.cli.frame import TextCommand, common_options, option
from services.cli.lookup_answer import await_answer
from services.cli.prefixes import event_id
from services.cli.session import Document, Session
from services.cli.signing import unlocked_signer
from services.cli.tables import draw_table
from services.documents.lookups import lookup_document

_WAIT_SECONDS = 20.0


@click.command("lookup", cls=TextCommand)
@common_options()
@option("--case", metavar="CASE", text="lookup_case")
@option("--agency", "holder", metavar="AGENCY", text="lookup_agency")
@option("--record", "records", multiple=True, metavar="KIND:IDENTIFIER", text="lookup_record")
@option("--purpose", metavar="TEXT", text="lookup_purpose")
@option("--officer", metavar="NAME", text="lookup_officer")
@option("--position", metavar="TEXT", text="lookup_position")
@option("--due", metavar="MOMENT", text="draft_due")
@option("--wait", "wait_seconds", type=click.FloatRange(0, 3600), default=_WAIT_SECONDS, text="lookup_wait")
@option("--request", metavar="EVENT", text="lookup_request")
@option("--signatory", default="service", text="lookup_signatory")
@option("--passphrase-file", type=click.Path(path_type=Path))
@click.pass_obj
def command(
    session: Session,
    /,
    signatory: str,
    passphrase_file: Path | None,
    wait_seconds: float,
    request: str | None,
    **said: Any,
) -> None:
    """The text `help.lookup` of the catalogue."""
    with open_desk(session) as desk:
        if request is not None:
            document = lookup_document(desk.record, event_id(desk.record, request))
        else:
            asked = _ask(session, desk, said, signatory, passphrase_file)
            # Without a service nothing leaves now, so that waiting would be in vain.
            document = await_answer(desk.record, asked, wait_seconds if desk.wake_service() else 0.0)
    session.show(document, lambda: _draw(session, document))


def _ask(session: Session, desk: Desk, said: dict[str, Any], signatory: str, passphrase_file: Path | None) -> str:
    for name in ("case", "holder", "records", "purpose", "officer", "position"):
        if not said[name]:
            raise click.UsageError(session.texts("lookup.nothing"))
    members = {
        "type": "LookupRequested",
        "recipients": [said["holder"]],
        "case": said["case"],
        "content": {
            "subject": session.texts("lookup.subject"),
            "channel": "online_lookup",
            "records": [_key(session, number, text) for number, text in enumerate(said["records"], 1)],
            "purpose": said["purpose"],
            "officer": {"name": said["officer"], "position": said["position"]},
        },
    } | ({"due": said["due"]} if said["due"] else {})
    read = read_draft(members, desk.record, session.now())
    signer = unlocked_signer(desk, signatory, passphrase_file)
    with desk.record.writing() as transaction:
        draft = with_standing(read, transaction, desk.context, session.now())
        return issue(transaction, draft, signer, desk.context, session.now()).event.envelope.id


def _key(session: Session, number: int, text: str) -> dict[str, str]:
    kind, colon, identifier = text.partition(":")
    if not colon or kind not in {known.value for known in RecordKind}:
        kinds = ", ".join(known.value for known in RecordKind)
        raise click.UsageError(session.texts("lookup.record_unclear", text=text[:60], kinds=kinds))
    return {"id": f"k{number}", "kind": kind, "identifier": identifier}


def _draw(session: Session, document: Document) -> None:
    answer = document["answer"]
    if answer is None:
        session.say("lookup.waits", request=document["request"], holder=document["holder"])
        return
    asked = {key["id"]: key for key in document["records"]}
    rows = []
    for result in answer["results"]:
        key = asked[result["record"]]
        found = [one for name in sorted(set(result) - {"record", "found"}) for one in result[name]]
        name = next(kind for kind in RecordKind if kind.value == key["kind"]).label(session.texts.lang)
        rows += [(f"{name} {key['identifier']}", _words(one)) for one in found] or [
            (f"{name} {key['identifier']}", session.texts("lookup.not_found"))
        ]
    draw_table(session, session.texts("lookup.title", holder=document["holder"]), ("looked_up", "found"), rows)
    if document["consultation"] is not None:
        session.say("lookup.recorded", event=document["consultation"])


def _words(value: Any) -> str:
    """A value's members on one line, as the holder gave them."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_words(member)}" for name, member in value.items())
    return str(value)
