"""What is authentic but unlawful, at the door of a real record.

It is refused: it uses its count, names the clause, is receipted as refused, and nobody owes anything by it.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events.agency import RoleTerm
from events.canonical import canonical_json
from events.directory import Directory
from events.draft import Draft
from events.record_entry import EntryKind
from events.signed_event import SignedEvent
from events.types.suspension import SuspensionEnd
from events.values.document import Secrecy
from services.agency.issuing import issue
from tests.contract.bad_input import Town, report
from tests.scenarios.samples import sample


@pytest.mark.parametrize("changed", [{"event_type": "SuspicionWhispered"}, {"version": 9}])
def test_unknown_type_or_version(town: Town, changed: dict[str, object]) -> None:
    event = report(town, envelope=changed)
    said = "a newer sender may need a newer phoihop"
    town.desk.expect_refused(event, 11, "unknown-type", None, said)
    town.desk.expect_admitted(report(town))


def test_content_that_lacks_a_member(town: Town) -> None:
    event = report(town, raw_content=canonical_json({"subject": "V/v"}))
    town.desk.expect_refused(event, 11, "content", None, "summary")
    town.desk.expect_admitted(report(town))


@pytest.mark.clause("LC-1.2")
def test_a_role_that_the_regulation_does_not_name(town: Town) -> None:
    since = datetime(2000, 1, 1, tzinfo=UTC)
    vnpt = town.directory.agencies["vnpt"]
    changed = replace(vnpt, roles=(*vnpt.roles, RoleTerm("choir", since)))
    town.desk.directory = replace(town.directory, agencies={**town.directory.agencies, "vnpt": changed})
    event = report(town, role="choir")
    town.desk.expect_refused(event, 14, "role-not-named", "LC-1.2", "names no role 'choir'")


@pytest.mark.clause("LC-1.2")
def test_a_role_that_the_sender_does_not_hold(town: Town) -> None:
    event = report(town, role="customs")
    town.desk.expect_refused(event, 13, "role", "LC-1.2", "vnpt does not hold the role customs")


def test_a_clock_ten_minutes_fast(town: Town) -> None:
    event = report(town, at=datetime.now(UTC) + timedelta(minutes=10))
    town.desk.expect_refused(event, 12, "time", None, "ahead of the receiver's clock")
    assert "clock" in town.desk.told()[-1].explanation
    # Once the clock is right the next one flows, though it is dated before the refused one.
    town.desk.expect_admitted(report(town))


def test_four_minutes_fast_are_tolerated(town: Town) -> None:
    town.desk.expect_admitted(report(town, at=datetime.now(UTC) + timedelta(minutes=4)))


def test_dated_before_the_senders_previous_event(town: Town) -> None:
    town.desk.expect_admitted(report(town))
    event = report(town, at=datetime.now(UTC) - timedelta(minutes=1))
    town.desk.expect_refused(event, 12, "time", None, "before the sender's previous event")


@pytest.mark.clause("LC-2.4a")
def test_a_document_marked_mat(town: Town) -> None:
    event = report(town, secrecy=Secrecy.MAT)
    town.desk.expect_refused(event, 14, "secrecy", "LC-2.4a", "marked Mật")
    town.desk.expect_admitted(report(town))


@pytest.mark.clause("LC-12.2")
def test_a_report_that_nobody_answers_for(town: Town) -> None:
    town.desk.expect_refused(report(town, attestation=False), 14, "not-attested", "LC-12.2", "")


def opened(town: Town, others: str, lead: str = "police") -> tuple[str, SignedEvent]:
    """A case that the police discovered, as it is told to the participants; the desk holds the opening."""
    case = str(uuid.uuid4())
    opening = town[lead].sign(
        "CaseOpened", others, "LC-7.2a", case=case, participants=tuple(sorted(others.split())),
        discovered_by_sender=True,
    )  # fmt: skip
    town.desk.expect_admitted(opening)
    return case, opening


@pytest.mark.clause("LC-10.3")
def test_a_suspension_ordered_by_customs(enterprise_town: Town) -> None:
    town = enterprise_town
    case, opening = opened(town, "customs dic viettel")
    ends = SuspensionEnd(condition="Khi có kết luận")
    order = town["customs"].sign("SuspensionOrdered", "police viettel", "LC-10.3", case=case, basis=opening, ends=ends)
    town.desk.expect_refused(order, 14, "forbidden", "LC-10.3", "")
    # The enterprise owes nothing by it.
    with town.desk.record.writing() as transaction:
        state = transaction.case_state(case)
    assert state is not None
    assert not state.suspensions


@pytest.mark.clause("DL-10.4b")
@pytest.mark.parametrize("orderer", ["police", "dic", "customs"])
def test_a_suspension_ordered_by_anyone_in_dak_lak(
    dak_lak: tuple[Path, Directory], tmp_path: Path, orderer: str
) -> None:
    town = Town(dak_lak, tmp_path, "vnpt")
    order = town[orderer].sign("SuspensionOrdered", "vnpt", "DL-10.4b")
    town.desk.expect_refused(order, 14, "forbidden", "DL-10.4b", "")
    town.desk.record.close()


@pytest.mark.clause("LC-7.2b")
def test_withheld_by_customs(town: Town) -> None:
    event = town["customs"].sign("InfoWithheld", "police", "LC-7.2b", case=str(uuid.uuid4()))
    town.desk.expect_refused(event, 14, "forbidden", "LC-7.2b", "")


@pytest.mark.clause("LC-7.2b")
@pytest.mark.parametrize("reason", [None, "   "])
def test_withheld_without_a_reason(customs_town: Town, reason: str | None) -> None:
    town = customs_town
    case, opening = opened(town, "customs dic")
    request = _asked_by_desk(town, case)
    event = town["police"].sign(
        "InfoWithheld", "customs", "LC-7.2b", case=case, basis=opening, cause=request,
        request=request.envelope.id, reason=reason,
    )  # fmt: skip
    town.desk.expect_refused(event, 14, "reason-missing", "LC-7.2b", "")
    again = town["police"].sign(
        "InfoWithheld", "customs", "LC-7.2b", case=case, basis=opening, cause=request, request=request.envelope.id
    )
    town.desk.expect_admitted(again)


def test_an_answer_to_no_request(customs_town: Town) -> None:
    town = customs_town
    case, opening = opened(town, "customs dic")
    no_request = town["police"].sign(
        "InfoProvided", "customs", "LC-7.2a", case=case, basis=opening, cause=opening, request=opening.envelope.id
    )
    intake = town.desk.take(no_request)
    assert intake.refused == 1
    refusal = town.desk.told()[-1]
    assert (refusal.check, refusal.event) == (14, no_request.envelope.id)
    assert (refusal.reason, refusal.clause) == ("answers-nothing", "LC-7.2a")
    assert town.desk.entry(no_request).kind is EntryKind.REFUSED  # type: ignore[union-attr]


def test_an_answer_dated_before_its_request(customs_town: Town) -> None:
    town = customs_town
    case, opening = opened(town, "customs dic")
    request = _asked_by_desk(town, case, at=datetime.now(UTC) + timedelta(seconds=30))
    early = town["police"].sign(
        "InfoProvided", "customs", "LC-7.2a", case=case, basis=opening, cause=request, request=request.envelope.id
    )
    town.desk.expect_refused(early, 12, "time", None, "before the event it answers")


def test_an_answer_to_a_request_that_was_never_made_here(customs_town: Town) -> None:
    town = customs_town
    case, opening = opened(town, "customs dic")
    never_seen = town["police"].sign("InfoRequested", "dic", "LC-3.3", case=case, due=datetime.now(UTC))
    event = town["police"].sign(
        "InfoProvided", "customs", "LC-7.2a", case=case, basis=opening, cause=never_seen, request=never_seen.envelope.id
    )
    town.desk.expect_refused(event, 14, "request-unknown", "LC-7.2a", "was never made")


def _asked_by_desk(town: Town, case: str, at: datetime | None = None) -> SignedEvent:
    """A request of the desk's own agency to the police, signed by its own rules."""
    me = town.desk.agency
    now = at or datetime.now(UTC)
    draft = Draft(sample("InfoRequested"), ("police",), case=case, due=now + timedelta(days=3))
    with town.desk.record.writing() as transaction:
        basis = transaction.case_state(case).basis_of(me)  # type: ignore[union-attr]
        return issue(transaction, replace(draft, basis=basis), town[me].key(), town.desk.context, now).event
