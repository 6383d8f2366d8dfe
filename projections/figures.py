"""The figures of a report, counted from this agency's own views for a stretch of time.

Each agency counts what it did itself: the cases that it led, the orders that it gave or carried out, the answers that
it owed. So the reports of all agencies can be added up and nothing stands in two of them, except a suspicion that one
agency passed on and another received. A successor also counts what its predecessors did and nobody has reported yet
(`CountedPart`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, TypeVar

from events.instants import format_instant, parse_instant
from events.types.case import CaseOutcome
from events.types.figures import (
    CaseCount,
    CaseStanding,
    ReportFigures,
    RequestFigures,
    SanctionFigures,
    SuspensionFigures,
    SuspicionCount,
    WithheldCount,
)
from events.types.information import WithholdingGround
from events.values.labelled import Labelled
from events.values.matter import Category
from projections.figures_fold import SQL

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from events.values.period import ReportingPeriod

_Label = TypeVar("_Label", bound=Labelled)

_ANSWERS = frozenset({"provided", "partial", "nothing_held", "accepted", "declined"})
_PASSED_ON = frozenset({"SuspicionReported", "SuspicionReferred"})


@dataclass(frozen=True)
class CountedPart:
    """What of a predecessor counts with its successor: its acts from `since` on, and how things stood at the end.

    `report` is the predecessor's own report on the period, which counts what came before. `standing` is false where
    that one was counted to the end: then what stood at the end stands in it already.
    """

    agency: str
    since: datetime
    standing: bool
    report: str | None = None


def counted_parts(
    cursor: sqlite3.Cursor,
    predecessors: Iterable[str],
    period: ReportingPeriod,
    *,
    since: datetime,
    until: datetime,
) -> tuple[CountedPart, ...]:
    """Of which predecessors, and from when on, a report on the period counts the work; only where it was taken over."""
    found = []
    for agency in sorted(predecessors):
        if not cursor.execute(SQL["took_over"], {"agency": agency}).fetchone()["held"]:
            continue
        values = {
            "agency": agency,
            "period_kind": period.kind.value,
            "first_day": period.first_day.isoformat(),
            "last_day": period.last_day.isoformat(),
        }
        row = cursor.execute(SQL["own_report"], values).fetchone()
        counted = max(parse_instant(row["counted_until"]), since) if row is not None else since
        report = row["event_id"] if row is not None else None
        found.append(CountedPart(agency, min(counted, until), counted < until, report))
    return tuple(found)


def report_figures(
    cursor: sqlite3.Cursor, me: str, *, since: datetime, until: datetime, inherited: Sequence[CountedPart] = ()
) -> ReportFigures:
    """What `me` did from `since` until before `until` (aware), and how its cases stood then, with what it inherited.

    Events count by the time they were signed at; one that its sender recalled by `until`, or that all its recipients
    refused, does not count, and one that was sent again after a refusal counts once. What was corrected counts as the
    correction has it, whenever that was. Cases are those that `me` led when
    the time ended: open, or closed within the time. Answers count when they were given, requests when they were signed;
    the median runs from a request's arrival here to its answer, in whole minutes.
    """
    parts = {part.agency: part for part in (*inherited, CountedPart(me, since, standing=True))}
    values = {
        "me": me,
        "since": format_instant(since),
        "until": format_instant(until),
        "parts": json.dumps(
            [{"agency": p.agency, "since": format_instant(p.since), "standing": p.standing} for p in parts.values()]
        ),
        "predecessors": json.dumps([part.agency for part in inherited]),
    }
    acts = cursor.execute(SQL["acts"], values).fetchall()
    done: dict[str, int] = defaultdict(int)
    for row in acts:
        done[row["event_type"]] += row["things"]
    in_force: int = cursor.execute(SQL["suspensions_in_force"], values).fetchone()["things"]
    return ReportFigures(
        counted_from=since,
        counted_until=until,
        cases=_cases(cursor, values),
        suspicions=_suspicions(cursor, values, acts),
        requests=_requests(cursor.execute(SQL["requests"], values).fetchall(), me, parts, until),
        suspensions=SuspensionFigures(
            ordered=done["SuspensionOrdered"],
            executed=done["SuspensionExecuted"],
            impossible=done["SuspensionImpossible"],
            lifted=done["SuspensionLifted"],
            in_force=in_force,
        ),
        withheld=tuple(
            WithheldCount(ground=_member(WithholdingGround, row["detail"]), requests=row["things"])
            for row in acts
            if row["event_type"] == "InfoWithheld"
        ),
        sanctions=SanctionFigures(
            decisions=done["ViolationDecided"],
            fines_dong=sum(row["amount_dong"] for row in acts if row["event_type"] == "ViolationDecided"),
            dossiers_transferred=done["DossierTransferred"],
        ),
    )


def _cases(cursor: sqlite3.Cursor, values: Mapping[str, str]) -> tuple[CaseCount, ...]:
    return tuple(
        CaseCount(
            category=_member(Category, row["category"]),
            standing=_member(CaseStanding, row["status"]),
            outcome=_member(CaseOutcome, row["outcome"]) if row["outcome"] else None,
            cases=row["cases"],
        )
        for row in cursor.execute(SQL["cases_led"], values).fetchall()
    )


def _suspicions(
    cursor: sqlite3.Cursor, values: Mapping[str, str], acts: Iterable[sqlite3.Row]
) -> tuple[SuspicionCount, ...]:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in cursor.execute(SQL["suspicions_received"], values).fetchall():
        counts[row["category"]]["received"] += row["things"]
    for row in cursor.execute(SQL["dismissed"], values).fetchall():
        counts[row["category"]]["dismissed"] += row["things"]
    for row in acts:
        if row["event_type"] in _PASSED_ON:
            counts[row["category"]]["passed_on"] += row["things"]
        elif row["event_type"] == "CaseOpened" and row["things"]:
            counts[row["category"]]["taken_up"] += row["things"]
    return tuple(
        SuspicionCount(category=_member(Category, category), **counts[category]) for category in sorted(counts)
    )


def _requests(
    rows: Iterable[sqlite3.Row], me: str, parts: Mapping[str, CountedPart], until: datetime
) -> RequestFigures:
    end = format_instant(until)
    begins = {agency: format_instant(part.since) for agency, part in parts.items()}
    received = in_time = late = withheld = overdue = 0
    minutes: list[int] = []
    for row in rows:
        due, settled_at, how = row["due"], row["settled_at"], row["settled_how"]
        asked = row["asked"] or me
        received += row["owed_since"] >= begins[asked] and not row["recalled"]
        if settled_at is None or settled_at >= end:
            overdue += parts[asked].standing and due is not None and due < end
        elif (by := row["settled_by"]) in begins and settled_at < begins[by]:
            continue  # In the predecessor's own report.
        elif how == "withheld":
            withheld += 1
        elif how in _ANSWERS:
            is_late = due is not None and settled_at > due
            late += is_late
            in_time += not is_late
            # When it arrived at a predecessor is not known here, only when its record was taken over.
            if asked == me:
                taken = parse_instant(settled_at) - parse_instant(row["received_at"])
                # Clocks may differ by a little: an answer never takes less than no time.
                minutes.append(max(0, int(taken.total_seconds() // 60)))
    return RequestFigures(
        received=received,
        answered_in_time=in_time,
        answered_late=late,
        withheld=withheld,
        overdue=overdue,
        median_minutes_to_answer=int(median(minutes)) if minutes else None,
    )


def _member(kind: type[_Label], value: str) -> _Label:
    return next(member for member in kind if member.value == value)
