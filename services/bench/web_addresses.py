"""Which addresses of the pages a benchmark asks for: each route plainly, and at its worst.

At its worst: filters that nothing fits, so that everything is looked at; the last pages of lists; the largest case.
Ids and places are looked up in the views; a route that nothing is measured of is no route (`NOT_PAGES`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from services.agency.folder import AgencyFolder
from services.audit.questions.book import views_file
from services.bench.web_cases import ENTERPRISE, SERVED

Addresses = dict[str, tuple[str, ...]]
"""Route as it stands in the table of routes → addresses of it."""

NOT_PAGES = frozenset(
    {"/live", "/language/{lang}", "/audit", "/audit/ledger.{kind}", "/events/{event}/attachments/{sha256}"}
)
"""GET routes that answer with no page: a stream of marks, redirections, files."""
_NOWHERE = "không có ở đâu"
_NEVER_OWED = "route_suspicion"


def agency_addresses(folder: Path) -> Addresses:
    """What is asked of an agency's pages; the records are those of `services.bench.web_cases`."""
    with _open(AgencyFolder(folder, SERVED).views) as ask:
        last = ask("SELECT MAX(position) FROM event")
        largest = ask("SELECT case_id FROM event WHERE case_id IS NOT NULL GROUP BY case_id ORDER BY COUNT(*) DESC")
        usual = ask("SELECT case_id FROM case_file WHERE case_id <> ? ORDER BY last_position DESC", largest)
        first = ask("SELECT case_id FROM case_file ORDER BY last_position")
        draft = ask("SELECT draft_id FROM draft WHERE state = 'open'")
        events = [ask("SELECT event_id FROM event WHERE event_type = ? ORDER BY position DESC", one) for one in _TYPES]
        due = ask("SELECT MAX(due) FROM obligation WHERE settled_at IS NULL")
        done = ask("SELECT MIN(settled_at) FROM obligation")
        owed, settled = f"{due}~~~~", f"{done}~z~~~"
        end = ask("SELECT MAX(json_extract(value, '$.ends_at')) FROM case_part WHERE part = 'suspensions'")
    late = last // 50
    return {
        "/": ("/",),
        "/enter": ("/enter",),
        "/cases": _each(
            "/cases", {}, {"before": late}, {"status": "closed"}, {"status": "dismissed"}, {"text": "vụ 99"},
            {"text": _NOWHERE}, {"lead": SERVED}, {"lead": ENTERPRISE}, {"category": "charge_theft", "text": _NOWHERE},
            {"text": first[:13]},
        ),
        "/cases/{case}": (
            f"/cases/{usual}", f"/cases/{first}", *_each(f"/cases/{largest}", {}, {"after": max(0, last - 1_000)}),
        ),
        "/events/{event}": tuple(f"/events/{event}" for event in events),
        "/events/{event}/receipts": tuple(f"/events/{event}/receipts?seen=ww" for event in events),
        "/requests": _each(
            "/requests", {}, {"side": "mine"}, {"side": "theirs"}, {"state": "overdue"}, {"state": "settled"},
            {"side": "mine", "state": "overdue"}, {"kind": "answer_request"}, {"kind": _NEVER_OWED, "side": "theirs"},
            {"kind": _NEVER_OWED, "state": "settled"}, {"after": owed}, {"after": settled, "state": "settled"},
        ),
        "/suspensions": _each(
            "/suspensions", {}, {"state": "awaiting"}, {"state": "in_force"}, {"state": "expiring"},
            {"state": "past_end"}, {"after": f"{end}~~"},
        ),
        "/suspensions/ended": _each("/suspensions/ended", {}, {"after": settled}),
        "/inbox": _each(
            "/inbox", {}, {"before": late}, {"state": "admitted", "before": late}, {"state": "refused"},
            {"state": "parked"}, {"state": "quarantined"},
        ),
        "/sent": _each("/sent", {}, {"before": late}, {"state": "awaiting"}, {"state": "refused"}),
        "/reports": ("/reports", "/reports?settled=1"),
        "/directory": ("/directory",),
        "/directory/{agency}": (f"/directory/{SERVED}", f"/directory/{ENTERPRISE}"),
        "/log": ("/log",),
        "/formats": ("/formats",),
        "/formats/{type}": ("/formats/CaseOpened", "/formats/ReportSubmitted"),
        "/formats/api": ("/formats/api",),
        "/write": _each("/write", {}, {"case": usual}, {"case": largest}),
        "/write/{type}": (
            "/write/CaseOpened", *_each("/write/InfoRequested", {"case": usual}, {"case": largest}),
        ),
        "/drafts": ("/drafts",),
        "/drafts/{draft}": (f"/drafts/{draft}",),
        "/drafts/{draft}/edit": (f"/drafts/{draft}/edit",),
    }  # fmt: skip


_TYPES = ("CaseOpened", "InfoRequested", "InfoProvided", "InfoShared", "SuspensionOrdered", "CaseClosed")


def auditor_addresses(folder: Path) -> Addresses:
    """What is asked of the auditor's pages; the ledger is that of `services.bench.history`."""
    with _open(views_file(folder)) as ask:
        size = ask("SELECT MAX(log_index) FROM delivery")
        first, middle, newest = (
            ask("SELECT event_id FROM event WHERE first_index >= ? ORDER BY first_index", at)
            for at in (0, size // 2, size - 50)
        )
        case = ask("SELECT case_id FROM event WHERE first_index >= ? AND case_id IS NOT NULL", size // 2)
        begin, end = (
            datetime.fromtimestamp(ask(query) / 1000, UTC)
            for query in ("SELECT MIN(signed) FROM delivery", "SELECT MAX(signed) FROM delivery")
        )
    then = begin + (end - begin) / 2
    day = {"since": _moment(then), "until": _moment(then + timedelta(days=1))}
    return {
        "/audit/ledger": _each(
            "/audit/ledger", {}, {"before": size // 50}, {"sender": "police"}, {"recipient": "customs"},
            {"sender": "customs", "recipient": "police"}, {"type": "CaseClosed"}, {"type": "InfoRequested"},
            {"clause": "LC-7.2c"}, {"case": case}, day, day | {"by": "admitted"},
            {"since": _moment(begin), "until": _moment(then)}, {"until": _moment(begin + timedelta(days=1))},
            {"since": _moment(end - timedelta(days=1)), "recipient": "dic"}, day | {"clause": "LC-7.2c"},
            day | {"type": "CaseClosed", "sender": "customs"}, {"until": "2001-01-01"},
            {"sender": "police", "type": "InfoShared", "clause": "LC-3.3", "since": _moment(begin)},
        ),
        "/audit/events/{event}": tuple(f"/audit/events/{event}" for event in (first, middle, newest)),
        "/audit/cases/{case}": (f"/audit/cases/{case}",),
        "/audit/knowledge": _each(
            "/audit/knowledge", {}, {"agency": "police", "case": case, "at": _moment(then), "second": _moment(end)}
        ),
        "/audit/silences": _each(
            "/audit/silences", {}, {"page": 100}, {"at": _moment(then)}, {"at": _moment(begin + timedelta(days=1))},
            {"kind": "receipts"}, {"kind": "receipts", "at": _moment(then)}, {"kind": "receipts", "at": _moment(end)},
            {"kind": "reports"}, {"kind": "reports", "at": _moment(then)},
        ),
        "/audit/network": ("/audit/network",),
        "/audit/completeness": _each(
            "/audit/completeness", *({"part": part} for part in ("checkpoints", "witnesses", "gaps", "alarms")),
            {"part": "quarantine"}, {"part": "checkpoints", "before": 50_000},
        ),
        "/audit/verify": ("/audit/verify",),
        "/audit/looks": _each("/audit/looks", {}, {"before": 1}),
    }  # fmt: skip


def count_cases(folder: Path) -> int:
    """How many cases the record of the agency that is asked holds."""
    with _open(AgencyFolder(folder, SERVED).views) as ask:
        return int(ask("SELECT COUNT(*) FROM case_file"))


def count_deliveries(folder: Path) -> int:
    """How many deliveries the auditor's views hold."""
    with _open(views_file(folder)) as ask:
        return int(ask("SELECT SUM(deliveries) FROM tally"))


def _each(path: str, *asked: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"{quote(path)}?{urlencode(one)}" if one else path for one in asked)


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def _open(views: Path) -> Iterator[Any]:
    """The first value that a query of a file of views gives. Nothing is written there."""
    with closing(sqlite3.connect(f"file:{views}?mode=ro", uri=True)) as connection:

        def ask(query: str, *values: object) -> Any:
            row = connection.execute(f"{query} LIMIT 1", values).fetchone()
            if row is None or row[0] is None:
                raise LookupError(f"the data set lacks what is measured: {query}")
            return row[0]

        yield ask
