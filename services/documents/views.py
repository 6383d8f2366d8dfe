"""Documents that the views' answers make: cases, the ledger, what is owed, the inbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from events.instants import format_instant
from projections.cases import CaseSummary, CaseView
from projections.drafts import DraftLine
from projections.focal_points import FocalPoint
from projections.inbox import Inbox
from projections.ledger import Delivery, OutcomeCount
from projections.obligations import Obligation
from services.documents import Document


def cases_document(agency: str, cases: Iterable[CaseSummary]) -> Document:
    """`cases.json`."""
    return {"agency": agency, "cases": [case.to_json() for case in cases]}


def case_document(agency: str, case: CaseView) -> Document:
    """`case-show.json`."""
    return {"agency": agency, "case": case.to_json()}


def ledger_document(agency: str, rows: Iterable[Delivery], totals: Iterable[OutcomeCount]) -> Document:
    """`ledger.json`."""
    return {
        "agency": agency,
        "deliveries": [row.to_json() | {"receipted": row.receipted} for row in rows],
        "totals": [count.to_json() for count in totals],
    }


def obligations_document(agency: str, owed: Iterable[Obligation], at: datetime) -> Document:
    """`obligations.json`, as things stand at a moment."""
    return {
        "agency": agency,
        "at": format_instant(at),
        "obligations": [one.to_json() | {"due_soon": one.due_soon(at)} for one in owed],
    }


def inbox_document(agency: str, inbox: Inbox | None, drafts: Iterable[DraftLine]) -> Document:
    """`inbox.json`; without an inbox the drafts alone."""
    return {
        "agency": agency,
        "received": [] if inbox is None else [row.to_json() for row in inbox.received],
        "held": [] if inbox is None else [row.to_json() for row in inbox.held],
        "drafts": [row.to_json() for row in drafts],
    }


def focal_document(agency: str, points: Iterable[FocalPoint], at: datetime) -> Document:
    """`focal.json`."""
    return {"agency": agency, "at": format_instant(at), "focal_points": [point.to_json() for point in points]}
