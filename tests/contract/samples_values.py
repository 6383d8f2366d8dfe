"""Values that the samples of directions, inspections, reports and the like share. All are made up."""

from __future__ import annotations

from datetime import date

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
from events.values.document import DocumentReference
from events.values.legal import Contract, LegalBasis
from events.values.matter import Category
from tests.contract.sample_values import moment

DECREE = LegalBasis(
    instrument="15/2020/NĐ-CP",
    title="Nghị định quy định xử phạt vi phạm hành chính trong lĩnh vực bưu chính, viễn thông",
    issuer="Chính phủ",
    issued_on=date(2020, 2, 3),
    article=35,
    clause=2,
    point="đ",
)
COORDINATION_RULE = LegalBasis(
    instrument="29/2008/QĐ-UBND", title="Quy chế phối hợp ban hành kèm theo Quyết định", article=2, clause=2
)
CONTRACT = Contract(
    number="HĐ-2026/07",
    signed_on=date(2026, 1, 15),
    counterparty="vnpt",
    ends_on=date(2027, 1, 14),
    title="Hợp đồng bảo vệ trạm thu phát sóng",
)
RECORD = DocumentReference(
    number="15", symbol="BB-HQ", date=date(2026, 11, 20), issuer="Cục Hải quan tỉnh", title="Biên bản bắt giữ"
)
FIRST_DAY, LAST_DAY = date(2026, 11, 23), date(2026, 11, 27)
FIGURES = ReportFigures(
    counted_from=moment(1, 0),
    counted_until=moment(20, 17),
    cases=(
        CaseCount(category=Category.CHARGE_THEFT, standing=CaseStanding.OPEN, cases=2),
        CaseCount(
            category=Category.CONTRABAND_BY_POST,
            standing=CaseStanding.CLOSED,
            outcome=CaseOutcome.ADMINISTRATIVE_SANCTION,
            cases=1,
        ),
    ),
    suspicions=(SuspicionCount(category=Category.CHARGE_THEFT, received=7, passed_on=5, taken_up=3, dismissed=2),),
    requests=RequestFigures(
        received=9, answered_in_time=6, answered_late=1, withheld=1, overdue=1, median_minutes_to_answer=190
    ),
    suspensions=SuspensionFigures(ordered=3, executed=2, impossible=1, lifted=1, in_force=1),
    withheld=(WithheldCount(ground=WithholdingGround.UNDER_INVESTIGATION_SECRET, requests=1),),
    sanctions=SanctionFigures(decisions=1, fines_dong=25_000_000, dossiers_transferred=1),
)
