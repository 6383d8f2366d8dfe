"""A document's form as it goes back and forth: what a browser sent is read, and drawn again with what was typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from events.catalogue import newest_version
from events.content import Content
from events.draft import Draft
from events.errors import InvalidValue
from events.instants import parse_instant
from events.known_event import KnownEvent
from events.regulation.offers import Offer, Standpoint
from events.schema import reading_schema
from services.agency.edition import as_edited
from services.agency.lawfulness import Lawfulness, lawfulness
from services.agency.record_reading import RecordReading
from services.web.acting.attaching import attachments_of_form, take_in_upload
from services.web.acting.field import LEFT_OUT, Choice, FormOf, Offered, faulty, with_row
from services.web.acting.filled_in import Sent, read, validate
from services.web.acting.moment_field import read_moment_field, shown_moment
from services.web.form_text import checked
from services.web.house import House
from services.web.problems import PageError, Problem
from services.web.rendering import agency_names, language_of, render, show_moment
from services.web.texts import PageTexts

_MOST_FIELDS = 5_000
_MOST_EVENTS = 200
_DEEPEST = 8
"""Steps from a form to a row inside rows: twice what any content has."""


@dataclass(frozen=True)
class Desk:
    """What a form is written against: the house, the case and the event that is answered."""

    house: House
    standpoint: Standpoint
    case: str | None
    cause: KnownEvent | None


@dataclass(frozen=True)
class Filled:
    """What a form holds: the content's members, whom it goes to, and by when an answer is wanted, as its field has it.

    `do` names the button that was pressed; `revision` is the one of the draft that the form was filled from.
    """

    values: Mapping[str, Any]
    recipients: tuple[str, ...] = ()
    due: str = ""
    do: str = "check"
    revision: str = ""


@dataclass(frozen=True)
class Said:
    """What a filled form says, each part of it right in itself."""

    content: Content
    recipients: tuple[str, ...]
    due: datetime | None


async def read_filled(request: Request, desk: Desk, event_type: str, choosable: Collection[str]) -> Filled:
    """The form as a browser sent it, with a row more or less where a button asked for that. Raises `PageError`."""
    lang = language_of(request)
    schema = reading_schema(event_type, newest_version(event_type))
    async with request.form(max_fields=_MOST_FIELDS, max_files=20) as form_data:
        sent = _sent(form_data)
        values = read(FormOf(schema, lang, await _offered(desk, lang)), schema, sent)
        attached = attachments_of_form(sent)
        for upload in form_data.getlist("upload"):
            if (taken := await take_in_upload(desk.house, upload)) is not None:
                attached.append(taken)
    if attached:
        values["attachments"] = attached
    do, _, about = (sent.get("do") or ["check"])[0].partition(":")
    if do in {"add", "remove"}:
        path = about.split(".", _DEEPEST)
        if len(path) > _DEEPEST or path[0] in LEFT_OUT or path[0] not in schema["properties"]:
            raise PageError(Problem.INVALID, "do")
        values = with_row(values, path, remove=do == "remove")
    recipients = tuple(sorted(set(sent.get("recipients", ())) & set(choosable)))
    due, revision = ((sent.get(name) or [""])[0] for name in ("due", "revision"))
    return Filled(values, recipients, due, do, revision)


def understood(event_type: str, filled: Filled, lang: str) -> tuple[Said | None, dict[str, str]]:
    """What the form says, or what is wrong with it by the field's path, in words."""
    content, errors = validate(event_type, filled.values, lang)
    if not filled.recipients:
        errors["recipients"] = PageTexts(lang)("write.missing")
    due = None
    if filled.due:
        try:
            due = parse_instant(read_moment_field(filled.due))
        except InvalidValue:
            errors["due"] = PageTexts(lang)("fault.instant")
    if content is None or errors:
        return None, errors
    return Said(content, filled.recipients, due), {}


def judge(draft: Draft, made: Offer, record: RecordReading, house: House, now: datetime) -> tuple[Draft, Lawfulness]:
    """The draft with its standing, and whether the head may sign it.

    Of all that stands against it, what the clause wants under which the form was offered can be mended in the form.
    """
    draft, judged = as_edited(draft, record, house.context, now)
    if judged.refusal is not None and made.rows:
        judged = lawfulness(replace(draft, clause=made.rows[0].clause), record, house.context, "head", now)
    return draft, judged


async def show_form(
    request: Request, desk: Desk, made: Offer, filled: Filled, *, errors: Mapping[str, str] | None = None,
    judged: Lawfulness | None = None, more: Mapping[str, Any] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    """The page with the form. `more` is what a page says beside it; what is wrong makes the status 422."""
    lang = language_of(request)
    schema = reading_schema(made.event_type, newest_version(made.event_type))
    fields = FormOf(schema, lang, await _offered(desk, lang)).fields(filled.values, errors or {})
    page = {
        "action": request.url.path,
        "offer": made,
        "choosable": made.recipients,
        "case": desk.case,
        "cause": desk.cause,
        "edition": None,
        "fields": fields,
        "errors": errors or {},
        "faults": faulty(fields),
        "recipients": filled.recipients,
        "due": shown_moment(filled.due),
        "attached": filled.values.get("attachments", []),
        "attaches": "attachments" in schema["properties"],
        "judged": judged,
        "why": judged.reason(lang) if judged is not None else "",
    }
    if errors or (judged is not None and judged.refusal is not None):
        status = max(status, 422)
    return render(request, "write.html", page | dict(more or {}), status=status)


async def _offered(desk: Desk, lang: str) -> Offered:
    """The agencies, and the events of the case, that fields may name."""
    listed = agency_names(desk.house, lang)
    agencies = tuple(Choice(agency, name) for agency, name in listed.items() if agency != "auditor")
    if desk.case is None:
        return Offered(agencies)
    case, now = desk.case, desk.house.now()
    shown = await desk.house.ask(lambda views: views.case(case, now=now, limit=_MOST_EVENTS))
    events = shown.timeline if shown is not None else ()
    word = PageTexts(lang).word
    named = [
        Choice(e.event_id, f"{word('event', e.event_type)} – {e.sender} – {show_moment(e.signed_at)}") for e in events
    ]
    return Offered(agencies, tuple(reversed(named)))


def _sent(form_data: FormData) -> Sent:
    sent: dict[str, list[str]] = {}
    for name, value in form_data.multi_items():
        if isinstance(value, str):
            sent.setdefault(checked(name, "name"), []).append(checked(value, name))
    return sent
