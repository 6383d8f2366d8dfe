"""A refusal stands in the case of what it refuses, at both sides, and takes back what that asked."""

from __future__ import annotations

from datetime import timedelta

from events.record_entry import EntryKind
from tests.unit.agency.houses import Houses, arrival, suspicion


def test_the_refusal_stands_in_the_case_at_both_sides(houses: Houses) -> None:
    vnpt, dic, case = houses["vnpt"], houses["dic"], "018f3a00-0000-7000-8000-0000000000ab"
    (report,) = vnpt.issue(suspicion(case=case))
    dic.now -= timedelta(hours=1)  # its clock says that the report is dated ahead
    dic.take_in(arrival(report, "dic", stored_at=None))
    dic.now += timedelta(hours=1)
    (refusal,) = dic.events(EntryKind.SENT, event_type="EventRefused")
    assert refusal.event.envelope.case == case
    with dic.record.writing() as transaction:
        assert transaction.case_state(case) is None  # refused, and a refusal begins no case
    vnpt.take_in(arrival(refusal, "vnpt"))
    (held,) = vnpt.events(EntryKind.ADMITTED, event_type="EventRefused")
    assert held.event.envelope.case == case
    with vnpt.record.writing() as transaction:
        state = transaction.case_state(case)
    assert state is not None
    assert report.event.envelope.id in state.suspicions  # others hold it still
