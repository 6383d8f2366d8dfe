"""How an agency stands (`status.json`): from its record, its views and the folder it lies in."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from events import base64url
from events.directory import Directory
from events.instants import vietnam_date
from projections.obligations import Standing
from projections.views import Views
from services.agency.folder import AgencyFolder
from services.agency.record import Record
from services.agency.record_transaction import IN, OUT
from services.broker.endpoint import read_endpoint
from services.broker.errors import BrokerUnreachable
from services.documents import Document
from services.documents.log import log_summary
from services.network_setup import broker_folder
from services.reports.duties import calendar_duties

_CONNECT_SECONDS = 0.5


@dataclass(frozen=True)
class Premises:
    """Where an agency's affairs lie: its folder, its record, the directory's chain."""

    place: AgencyFolder
    record: Record
    chain: Sequence[Directory]

    @property
    def directory(self) -> Directory:
        """The newest directory."""
        return self.chain[-1]


def standing_document(
    premises: Premises, views: Views, now: datetime, *, service_running: bool, views_position: int
) -> Document:
    """The document; `views_position` is where the views stood when it was asked for."""
    record, directory, me = premises.record, premises.directory, premises.place.agency
    heads = _heads(record)
    year = vietnam_date(now).year
    owed = views.obligations(now=now, calendar=calendar_duties(premises.chain, now), me=me)
    drafts = len(views.drafts(limit=10_000))
    return {
        "agency": me,
        "province": directory.province,
        "directory_version": directory.version,
        "clock": directory.clock,
        "service_running": service_running,
        "broker": _broker(premises.place),
        "signing_held": record.signing_held,
        "position": record.last_position,
        "views_position": views_position,
        "views_lag": record.last_position - views_position,
        "outgoing_number": _number(record, OUT, year),
        "incoming_number": _number(record, IN, year),
        "unreceipted": {
            head["peer"]: head["sent_count"] - head["receipted_count"]
            for head in heads
            if head["sent_count"] > head["receipted_count"]
        },
        "parked": record.rows("SELECT COUNT(*) FROM parked")[0][0],
        "quarantined": record.rows("SELECT COUNT(*) FROM quarantine")[0][0],
        "drafts": drafts,
        "reactions_waiting": _reactions_waiting(record),
        "overdue": sum(one.standing is Standing.OVERDUE for one in owed),
        "log": log_summary(record, directory, now),
        "heads": heads,
    }


def _reactions_waiting(record: Record) -> list[Document]:
    """What policies could not do yet: the service tries it again until it is done."""
    query = "SELECT policy, event_id, since, reason FROM reactions_waiting ORDER BY since, event_id"
    return [dict(zip(("policy", "event_id", "since", "reason"), row, strict=True)) for row in record.rows(query)]


def _heads(record: Record) -> list[Document]:
    """The last count and digest with every peer, both ways, and up to where its receipts reach."""
    # SQLite gives the digest of the very row whose count is the greatest.
    query = "SELECT peer, direction, MAX(count), digest FROM pair_links GROUP BY peer, direction"
    links = {(row[0], row[1]): (row[2], row[3]) for row in record.rows(query)}
    receipts = {row[0]: row[1] for row in record.rows("SELECT peer, upto_count FROM receipts_held")}
    found = []
    for peer in sorted({peer for peer, _ in links}):
        (sent, sent_digest), (came, came_digest) = (links.get((peer, way), (0, None)) for way in (OUT, IN))
        found.append(
            {
                "peer": peer,
                "sent_count": sent,
                "sent_digest": base64url.encode(sent_digest) if sent_digest else None,
                "receipted_count": min(receipts.get(peer, 0), sent),
                "received_count": came,
                "received_digest": base64url.encode(came_digest) if came_digest else None,
            }
        )
    return found


def _number(record: Record, direction: int, year: int) -> int:
    query = "SELECT COALESCE(MAX(number), 0) FROM registers WHERE direction = ? AND year = ?"
    number: int = record.rows(query, (direction, year))[0][0]
    return number


def _broker(place: AgencyFolder) -> Document | None:
    """The broker that was last started on this folder, and whether somebody listens there; None if none was."""
    try:
        url = read_endpoint(broker_folder(place.root).path).url
    except BrokerUnreachable:
        return None
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), _CONNECT_SECONDS).close()
    except OSError:
        return {"url": url, "answers": False}
    return {"url": url, "answers": True}
