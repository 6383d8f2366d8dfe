"""Requests, what answers them, and silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from events.agency import RoleTerm
from events.directory import Directory
from projections.deliveries_asking import ANSWERING, ASKING, RECALLS, STATES_SILENCE
from projections.deliveries_silent import (
    HeldUpBy,
    count_unanswered,
    count_unreceipted,
    unanswered,
    unreceipted,
)
from projections.deliveries_told import timeline
from projections.obligations_table import MAKES, NEED_CONTENT, SETTLES
from services.identity.directory_folder import DirectoryFolder
from tests.unit.audit_questions.chronicle import START, Chronicle
from tests.unit.audit_questions.conftest import Asking

DUE = START + timedelta(hours=1)
LATER = START + timedelta(hours=3)


@pytest.fixture(scope="session")
def directory(made: Path) -> Directory:
    return DirectoryFolder.of(made).load()


class Silent(Protocol):
    """The requests that are silent: ids of their documents, and who has not answered."""

    def __call__(
        self, chronicle: Chronicle, at: datetime = LATER, *, within: Directory = ...
    ) -> list[tuple[str, str]]: ...


@pytest.fixture
def silent(ask: Asking, directory: Directory) -> Silent:
    def asked(chronicle: Chronicle, at: datetime = LATER, *, within: Directory = directory) -> list[tuple[str, str]]:
        cursor = ask(chronicle)
        found = unanswered(cursor, within, at, limit=100)
        assert count_unanswered(cursor, within, at).requests == len(found)
        return [(one.delivery.event_id, one.delivery.recipient) for one in found]

    return asked


def test_a_request_is_silent_until_its_own_recipient_answers_whoever_asked(
    chronicle: Chronicle, silent: Silent
) -> None:
    asked = chronicle.say("police", "InfoRequested", "vnpt", "viettel", due=DUE)
    assert silent(chronicle) == [(asked.id, "viettel"), (asked.id, "vnpt")]
    chronicle.say("vnpt", "InfoProvided", "police", cause=asked.id)
    assert silent(chronicle) == [(asked.id, "viettel")]
    for sender, to in (("dic", "police"), ("viettel", "dic")):
        chronicle.say(sender, "InfoProvided", to, cause=asked.id)
        assert silent(chronicle) == [(asked.id, "viettel")], "by somebody else, or to somebody else"
    chronicle.say("viettel", "InfoShared", "police", cause=asked.id)
    assert silent(chronicle) == [(asked.id, "viettel")], "no answer by its type"
    chronicle.say("viettel", "InfoWithheld", "police", cause=asked.id)
    assert silent(chronicle) == []


def test_how_long_it_is_overdue_and_when_the_requester_said_so(
    chronicle: Chronicle, ask: Asking, directory: Directory
) -> None:
    timed = chronicle.say("police", "InfoRequested", "vnpt", due=DUE)
    chronicle.say("police", "InfoRequested", "vnpt")
    stated = chronicle.say("police", "ReplyOverdue", "vnpt", cause=timed.id, at=DUE + timedelta(minutes=5))
    cursor = ask(chronicle)
    first, second = unanswered(cursor, directory, LATER, limit=10)
    assert (first.due, first.overdue_seconds(LATER), first.stated_at) == (DUE, 7200, stated.at)
    assert (second.due, second.overdue_seconds(LATER), second.stated_at) == (None, None, None)
    assert count_unanswered(cursor, directory, LATER).overdue == 1
    assert count_unanswered(cursor, directory, DUE).overdue == 0
    assert unanswered(cursor, directory, DUE, limit=1)[0].stated_at is None, "not yet, at that moment"


def test_what_is_answered_now_was_open_before(chronicle: Chronicle, silent: Silent) -> None:
    asked = chronicle.say("police", "InfoRequested", "vnpt", due=DUE)
    answer = chronicle.say("vnpt", "InfoProvided", "police", cause=asked.id, at=DUE)
    assert silent(chronicle, answer.at) == []
    assert silent(chronicle, answer.at - timedelta(milliseconds=1)) == [(asked.id, "vnpt")]
    assert silent(chronicle, asked.at - timedelta(milliseconds=1)) == []


def test_a_refused_request_asks_nothing_and_a_refused_answer_answers_nothing(
    chronicle: Chronicle, silent: Silent
) -> None:
    asked = chronicle.say("police", "InfoRequested", "vnpt", "viettel")
    chronicle.take("viettel", refused=[asked])
    assert silent(chronicle) == [(asked.id, "vnpt")]
    answer = chronicle.say("vnpt", "InfoProvided", "police", cause=asked.id)
    assert silent(chronicle) == []
    chronicle.take("police", refused=[answer])
    assert silent(chronicle) == [(asked.id, "vnpt")]
    chronicle.say("vnpt", "InfoProvided", "police", cause=asked.id)
    assert silent(chronicle) == []


def test_a_recalled_request_asks_nothing_and_a_recalled_answer_answers_nothing(
    chronicle: Chronicle, silent: Silent
) -> None:
    first, second = chronicle.say("police", "InfoRequested", "vnpt"), chronicle.say("police", "InfoRequested", "vnpt")
    answer = chronicle.say("vnpt", "InfoProvided", "police", cause=second.id)
    assert silent(chronicle) == [(first.id, "vnpt")]
    chronicle.say("dic", "EventRecalled", "trade", cause=first.id)
    assert (first.id, "vnpt") in silent(chronicle), "only whoever asked takes it back"
    withdrawn = chronicle.say("police", "EventRecalled", "vnpt", cause=first.id)
    assert (first.id, "vnpt") not in silent(chronicle)
    assert (withdrawn.id, "vnpt") in silent(chronicle), "a recall is to be confirmed"
    chronicle.say("vnpt", "RecallConfirmed", "police", cause=withdrawn.id)
    assert (withdrawn.id, "vnpt") not in silent(chronicle)
    assert (second.id, "vnpt") not in silent(chronicle)
    chronicle.say("vnpt", "EventRecalled", "police", cause=answer.id)
    assert (second.id, "vnpt") in silent(chronicle)


def test_whom_a_role_bound_request_asks(chronicle: Chronicle, silent: Silent, directory: Directory) -> None:
    suspicion = chronicle.say("vnpt", "SuspicionReported", "dic", "police")
    ordered = chronicle.say("police", "SuspensionOrdered", "dic", "vnpt")
    assert silent(chronicle) == [(suspicion.id, "dic"), (ordered.id, "vnpt")]
    chronicle.say("police", "CaseOpened", "dic", cause=suspicion.id)
    chronicle.say("police", "SuspensionLifted", "vnpt", cause=ordered.id)
    assert silent(chronicle) == [], "settled for everybody"


def test_a_stranger_settles_nothing_for_all(chronicle: Chronicle, silent: Silent) -> None:
    suspicion = chronicle.say("vnpt", "SuspicionReported", "dic")
    chronicle.say("customs", "SuspicionDismissed", "vnpt", cause=suspicion.id)
    assert silent(chronicle) == [(suspicion.id, "dic")]


def test_an_answer_that_stands_in_the_log_before_its_request(chronicle: Chronicle, silent: Silent) -> None:
    asked = chronicle.say("police", "InfoRequested", "vnpt", hold_back=True)
    chronicle.say("vnpt", "InfoProvided", "police", cause=asked.id)
    chronicle.put(asked.logged)
    assert silent(chronicle) == []


def test_a_successor_answers_and_is_answered(chronicle: Chronicle, silent: Silent, directory: Directory) -> None:
    of_old = chronicle.say("police", "InfoRequested", "vnpt")
    by_old = chronicle.say("vnpt", "CoordinationRequested", "police")
    until = START + timedelta(minutes=30)
    vnpt, viettel = directory.agencies["vnpt"], directory.agencies["viettel"]
    terms = tuple(RoleTerm(term.role, term.since, until, "viettel") for term in vnpt.roles)
    agencies = {**directory.agencies, "vnpt": replace(vnpt, roles=terms), "viettel": viettel}
    merged = replace(directory, agencies=agencies)
    chronicle.say("viettel", "InfoProvided", "police", cause=of_old.id, at=until + timedelta(minutes=1))
    chronicle.say("police", "CoordinationAccepted", "viettel", cause=by_old.id)
    suspicion = chronicle.say("customs", "SuspicionReported", "dic", "vnpt")
    chronicle.say("viettel", "SuspicionDismissed", "customs", cause=suspicion.id)
    assert silent(chronicle) == [(of_old.id, "vnpt"), (by_old.id, "police"), (suspicion.id, "dic")]
    assert silent(chronicle, within=merged) == []


def test_the_timeline_links_answers_to_requests(chronicle: Chronicle, ask: Asking) -> None:
    case = chronicle.new_id()
    asked = chronicle.say("police", "InfoRequested", "vnpt", "viettel", case=case, due=DUE)
    answer = chronicle.say("vnpt", "InfoProvided", "police", case=case, cause=asked.id)
    chronicle.say("police", "EventRecalled", "viettel", case=case, cause=asked.id)
    chronicle.say("dic", "InfoShared", "police")
    to_viettel, to_vnpt, to_police, recall = timeline(ask(chronicle), case, limit=10)
    assert (to_vnpt.asks, to_vnpt.answered_by, to_vnpt.answered_at) == (True, answer.id, answer.at)
    assert (to_viettel.asks, to_viettel.answered_by) == (True, None)
    assert to_viettel.withdrawn_at is not None
    assert (to_police.asks, to_police.answers) == (False, asked.id)
    assert to_police.answers_document == f"{to_vnpt.docnumber}/{to_vnpt.docsymbol}"
    assert recall.event_type == "EventRecalled"
    assert [each.log_index for each in timeline(ask(chronicle), case, after=1, limit=1)] == [2]


def test_deliveries_without_a_receipt_and_why_they_may_lie(chronicle: Chronicle, ask: Asking) -> None:
    first = chronicle.say("police", "InfoShared", "dic")
    second = chronicle.say("police", "InfoShared", "dic")
    lost = chronicle.say("police", "InfoShared", "vnpt", hold_back=True)
    after_lost = chronicle.say("police", "InfoShared", "vnpt")
    untold = chronicle.say("vnpt", "InfoShared", "customs", cause=first.id)
    chronicle.take("vnpt", chronicle.say("dic", "InfoShared", "vnpt"))
    cursor = ask(chronicle)
    found = unreceipted(cursor, LATER, limit=10)
    assert [(each.delivery.event_id, each.held_up_by) for each in found] == [
        (first.id, None),
        (second.id, HeldUpBy.UNRECEIPTED_BEFORE),
        (after_lost.id, HeldUpBy.UNKNOWN_BEFORE),
        (untold.id, HeldUpBy.CAUSE_UNTOLD),
    ]
    assert count_unreceipted(cursor, LATER) == 4
    assert lost.id not in {each.delivery.event_id for each in found}
    assert count_unreceipted(cursor, first.at + timedelta(minutes=15)) == 1, "a receipt may take 15 minutes"
    chronicle.take("dic", first, second, at=LATER)
    assert count_unreceipted(ask(chronicle), LATER + timedelta(minutes=1)) == 2
    assert count_unreceipted(ask(chronicle), LATER) == 4, "at that moment it had none"


def test_the_table_of_askers_is_that_of_the_obligations() -> None:
    """What agencies see owed by the envelope, the auditor sees owed too; the rest hangs on contents alone."""
    by_content_alone = {"SuspensionExecuted", "InspectionTeamFormed", "EmergencyNoticeGiven"}
    assert set(ASKING) == set(MAKES) - by_content_alone
    assert by_content_alone <= NEED_CONTENT
    assert set(SETTLES) >= ANSWERING
    assert RECALLS in SETTLES
    assert STATES_SILENCE not in ANSWERING
