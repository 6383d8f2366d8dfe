"""The network: who tells whom how much, drawn and as a table."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from projections.deliveries_pages import Traffic, traffic
from services.audit.questions.book import Book
from services.documents.deliveries import reach_lines
from services.texts import Texts
from services.web.auditing.drawing import circle
from services.web.auditing.entry import inspects
from services.web.auditing.house import AuditHouse
from services.web.rendering import agency_names, language_of, render


@inspects
async def network(request: Request) -> Response:
    """Deliveries of each pair."""
    house: AuditHouse = request.state.house
    lang = language_of(request)

    def ask(book: Book) -> tuple[tuple[Traffic, ...], list[str]]:
        return traffic(book.cursor), reach_lines(Texts(lang), book.standing)

    pairs, reach = await house.ask(ask)
    return render(
        request,
        "audit_network.html",
        {"pairs": pairs, "circle": circle(pairs, agency_names(house, lang)), "reached": reach},
    )


ROUTES = [Route("/audit/network", network, methods=["GET"])]
