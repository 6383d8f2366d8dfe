"""The proof card of an event: the verdict in plain words, then step by step what was checked, by which values."""

from __future__ import annotations

import json
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.audit.logged_event import LoggedEvent
from events.catalogue import content_model
from events.content import Content
from events.errors import PhoihopError
from projections.deliveries_told import Told, told_of_event
from services.audit.proof_card import ProofCard, prove
from services.audit.questions.book import Book
from services.audit.questions.coverage import Coverage, Covered
from services.auditor.places import log_folder
from services.auditor.witness_policy import load_policy
from services.documents.deliveries import reach_lines
from services.evidence.log_files import LogFiles
from services.texts import Texts
from services.web.auditing.entry import inspects
from services.web.auditing.house import AuditHouse
from services.web.content_view import shown
from services.web.problems import PageError, Problem
from services.web.rendering import agency_names, instant, language_of, render, role_name

_LONGEST_ID = 64


@dataclass(frozen=True)
class _Proven:
    """An event of the log with its proof. `others` are the indexes of further events under the same id."""

    card: ProofCard
    told: tuple[Told, ...]
    covered: Covered
    others: list[int]
    reach: list[str]


@inspects
async def proof(request: Request) -> Response:
    """One event's proof, computed now. The look is kept."""
    house: AuditHouse = request.state.house
    event_id: str = request.path_params["event"]
    lang = language_of(request)

    def ask(book: Book) -> _Proven | None:
        return _prove(house, book, event_id, lang)

    found = await house.ask(ask)
    if found is None:
        raise PageError(Problem.NOT_FOUND, event_id[:_LONGEST_ID])
    held = found.card.held
    envelope = held.envelope if held is not None else None
    about = {"event": event_id, "standing": found.card.standing.value}
    subject = envelope.case if envelope is not None and envelope.case is not None else event_id
    await house.note("EventViewed", subject, request.state.person, dict(about))
    content = _content(found.card)
    values = {
        "card": found.card,
        "envelope": envelope,
        "role": role_name(envelope.role, house, lang) if envelope is not None else "",
        "told": found.told,
        "covered": found.covered,
        "witnessed_at": instant(found.covered.witnessed_at),
        "others": found.others,
        "content": shown(content, lang, agency_names(house, lang)) if content is not None else (),
        "raw_envelope": _pretty(found.card.logged.envelope),
        "raw": _pretty(held.content) if held is not None and held.content is not None else "",
        "reached": found.reach,
    }
    return render(request, "audit_proof.html", values)


def _prove(house: AuditHouse, book: Book, event_id: str, lang: str) -> _Proven | None:
    held: list[LoggedEvent] = book.ledger.by_id(event_id)
    if not held:
        return None
    card = prove(book, held[0], LogFiles(log_folder(house.folder)), load_policy(house.folder))
    return _Proven(
        card,
        told_of_event(book.cursor, event_id),
        Coverage(book.ledger.connection).of(held[0].first_index),
        [other.first_index for other in held[1:]],
        reach_lines(Texts(lang), book.standing),
    )


def _content(card: ProofCard) -> Content | None:
    """The content where it is open and can be read."""
    held = card.held
    if held is None or held.content is None:
        return None
    try:
        return content_model(held.envelope.event_type, held.envelope.version).from_bytes(held.content)
    except PhoihopError:
        return None


def _pretty(data: bytes) -> str:
    try:
        return json.dumps(json.loads(data), ensure_ascii=False, indent=2)
    except ValueError:
        return data.decode("utf-8", "replace")


ROUTES = [Route("/audit/events/{event}", proof, methods=["GET"])]
