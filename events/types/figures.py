"""The figures of a report, each by a closed list, so that reports can be added up (LC-13, DL-12)."""

from __future__ import annotations

from events.content import Value
from events.types.case import CaseOutcome
from events.types.information import WithholdingGround
from events.values.identifiers import Natural
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.matter import Category
from events.values.money import AmountDong
from events.values.text import Several


class CaseStanding(Labelled):
    """Whether a case was open or closed when the counting ended."""

    OPEN = "open", "đang xử lý", "open"
    CLOSED = "closed", "đã kết thúc", "closed"


class CaseCount(Value):
    """Cases of one category and one standing; closed ones also of one outcome."""

    category: Category
    standing: CaseStanding
    outcome: CaseOutcome | None = None
    cases: Natural


class SuspicionCount(Value):
    """Suspicions of one category: received, passed on to a competent agency, taken up in a case, dismissed."""

    category: Category
    received: Natural = 0
    passed_on: Natural = 0
    taken_up: Natural = 0
    dismissed: Natural = 0


class RequestFigures(Value):
    """Requests received, and how they were answered. The median runs from receipt to answer, over those answered."""

    received: Natural
    answered_in_time: Natural
    answered_late: Natural
    withheld: Natural
    overdue: Natural
    median_minutes_to_answer: Natural | None = None


class SuspensionFigures(Value):
    """Suspensions of services; `in_force` are those that lasted when the counting ended."""

    ordered: Natural
    executed: Natural
    impossible: Natural
    lifted: Natural
    in_force: Natural


class WithheldCount(Value):
    """Requests to which information was withheld on one ground (LC-7.2b)."""

    ground: WithholdingGround
    requests: Natural


class SanctionFigures(Value):
    """Decisions on violations, and the fines that they imposed."""

    decisions: Natural
    fines_dong: AmountDong
    dossiers_transferred: Natural


class ReportFigures(Value):
    """All that happened from `counted_from` until (not including) `counted_until`.

    The counting may end before the period does: a quarter's report is due on the 20th of its last month (DL-12.1).
    """

    counted_from: Instant
    counted_until: Instant
    cases: Several[CaseCount] = ()
    suspicions: Several[SuspicionCount] = ()
    requests: RequestFigures
    suspensions: SuspensionFigures
    withheld: Several[WithheldCount] = ()
    sanctions: SanctionFigures
