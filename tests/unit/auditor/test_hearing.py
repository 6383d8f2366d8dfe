"""What agencies ask of the auditor: cosignatures kept, questions answered, contents opened, alarms shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from events import base64url
from events.audit.default_policy import default_policy
from events.audit.log_keys import AUDITOR
from events.note import Note, format_note, parse_note
from events.signed_event import SignedEvent
from events.types.protocol import DirectoryPublished
from events.types.transparency import (
    CheckpointCosigned,
    CheckpointPublished,
    ContentOpened,
    InclusionRequested,
    LogAlarmRaised,
    LogProblem,
)
from services.auditor.hearing import UNKNOWN_EVENT
from services.identity.directory_folder import DirectoryFolder
from tests.unit.agency.houses import NOW, resigned, shared, signers, suspicion, with_keys
from tests.unit.auditor.desk import Desk

MINUTE = timedelta(minutes=1)


@pytest.fixture
def document(desk: Desk) -> SignedEvent:
    """Police have told DIC something, and the log is signed with it."""
    event = desk.sent("police", shared())[0]
    desk.take(event)
    desk.sign()
    return event


def said(desk: Desk, agency: str, note: str) -> SignedEvent:
    return desk.houses[agency].say(CheckpointCosigned(checkpoint=note), AUDITOR).event


def witnesses(desk: Desk) -> list[str]:
    rows = desk.ledger.connection.execute("SELECT witness FROM cosignatures ORDER BY 1").fetchall()
    return [row[0] for row in rows]


# --- cosignatures ---


def test_a_witnesss_cosignature_is_kept_once(desk: Desk, document: SignedEvent) -> None:
    one = said(desk, "police", desk.cosigned("police", 1))
    later = said(desk, "police", desk.cosigned("police", 1, at=NOW - timedelta(seconds=9)))
    assert desk.take(one).cosigned == {1}
    assert desk.take(one, later).cosigned == set()
    assert witnesses(desk) == ["police"]
    note = desk.checkpoints.note(1)
    assert note is not None
    assert [line.name for line in note.signatures] == ["phoihop.lao-cai.log", "phoihop.lao-cai.police"]


def test_the_checkpoint_is_served_with_its_cosignatures_and_counts_once_the_policy_is_met(
    desk: Desk, document: SignedEvent
) -> None:
    policy = default_policy(desk.directory, NOW)
    for agency, witnessed in (("customs", None), ("dic", None), ("vnpt", None), ("police", 1)):
        taken = desk.take(said(desk, agency, desk.cosigned(agency, 1)))
        desk.writer.witness(taken.cosigned, policy)
        assert desk.checkpoints.newest_witnessed() == witnessed
        served = parse_note((desk.log / "checkpoints/1").read_bytes())
        assert f"phoihop.lao-cai.{agency}" in {line.name for line in served.signatures}
        assert (desk.log / "witnessed").exists() is (witnessed is not None)
    assert (desk.log / "witnessed").read_bytes() == (desk.log / "checkpoint").read_bytes()


@pytest.mark.parametrize(
    "fault",
    [
        "another's",
        "altered",
        "from the future",
        "after its key was revoked",
        "of no size",
        "of another root",
        "none at all",
    ],
)
def test_any_other_cosignature_is_refused_and_shown(desk: Desk, document: SignedEvent, fault: str) -> None:
    good = desk.cosigned("police", 1)
    if fault == "after its key was revoked":
        desk.directory = with_keys(desk.directory, "police", lambda key: replace(key, revoked_at=NOW + MINUTE))
    note = {
        "another's": desk.cosigned("vnpt", 1),
        "altered": good.replace("AAA", "AAB", 1) if "AAA" in good else good[:-6] + "AAAA=\n",
        "from the future": desk.cosigned("police", 1, at=NOW + 6 * MINUTE),
        "after its key was revoked": desk.cosigned("police", 1, at=NOW + 2 * MINUTE),
        "of no size": good.replace("\n1\n", "\n2\n", 1),
        "of another root": desk.cosigned("police", 1, root=bytes(32)),
        "none at all": str(desk.checkpoints.signed_note(1)),
    }[fault]
    taken = desk.take(said(desk, "police", note))
    assert (taken.cosigned, witnesses(desk)) == (set(), [])
    (reason,) = desk.quarantine.counts()
    assert reason in {"cosignature", "content"}


def test_a_head_does_not_cosign_for_its_agencys_service(desk: Desk, document: SignedEvent) -> None:
    _, head = signers(desk.houses.network, "police")
    desk.take(said(desk, "police", desk.cosigned("police", 1, by=head)))
    assert witnesses(desk) == []


# --- the log's own word ---


def published(desk: Desk, note: str) -> SignedEvent:
    return desk.houses[AUDITOR].say(CheckpointPublished(checkpoint=note), "police").event


def test_the_logs_own_checkpoint_coming_back_is_nothing_new(desk: Desk, document: SignedEvent) -> None:
    taken = desk.take(published(desk, str(desk.checkpoints.signed_note(1))))
    assert (taken.unheld, desk.checkpoints.unheld()) == (False, [])


def test_a_checkpoint_of_its_own_that_it_does_not_hold_is_kept_in_mind(desk: Desk, document: SignedEvent) -> None:
    note = str(desk.checkpoints.signed_note(1))
    with desk.ledger.commit():
        desk.ledger.connection.execute("DELETE FROM checkpoints")
    assert desk.take(published(desk, note)).unheld
    assert [checkpoint.size for checkpoint in desk.checkpoints.unheld()] == [1]


def test_nobody_else_can_make_the_log_doubt_itself(desk: Desk, document: SignedEvent) -> None:
    """Only the log's own signature proves that it signed: another's word over any text stops nothing."""
    cosigned = parse_note(desk.cosigned("police", 1))
    invented = format_note(Note(cosigned.text.replace("\n1\n", "\n9\n", 1), cosigned.signatures))
    foreign = format_note(Note(cosigned.text.replace("lao-cai", "dak-lak"), parse_note(invented).signatures))
    (line,) = parse_note(str(desk.checkpoints.signed_note(1))).signatures
    forged = format_note(Note(parse_note(invented).text, (line, *cosigned.signatures)))
    taken = desk.take(
        said(desk, "police", invented),
        said(desk, "police", forged),
        desk.houses["vnpt"].say(CheckpointPublished(checkpoint=foreign), AUDITOR).event,
    )
    assert (taken.unheld, desk.checkpoints.unheld()) == (False, [])


# --- questions ---


def test_an_agency_is_told_where_its_events_stand_and_nobody_elses(desk: Desk, document: SignedEvent) -> None:
    other = desk.sent("vnpt", suspicion())[0]
    desk.take(other)
    question = InclusionRequested(events=(document.digest_text, other.digest_text, base64url.encode(bytes(32))))
    for asker, known in (("police", {0, 1}), ("dic", {0, 1}), ("vnpt", {1}), ("customs", set())):
        event = desk.houses[asker].say(question, AUDITOR).event
        (answer,) = desk.take(event).answers
        assert (answer.to, answer.cause) == (asker, event.envelope.id)
        assert {entry.first_index for entry in answer.content.entries} == known
        assert len(answer.content.unknown) == 3 - len(known)
        if asker == "police":
            entry = answer.content.entries[0]
            assert (entry.event, entry.stream_sequence, entry.stored_at) == (document.digest_text, 1, NOW)


def test_a_question_that_comes_again_is_answered_again(desk: Desk, document: SignedEvent) -> None:
    """The service may have been killed between storing it and answering."""
    event = desk.houses["dic"].say(InclusionRequested(events=(document.digest_text,)), AUDITOR).event
    assert len(desk.take(event).answers) == 1
    assert len(desk.take(event).answers) == 1


# --- contents ---


def opened(desk: Desk, by: str, event: SignedEvent, /, **changes: str) -> SignedEvent:
    content = ContentOpened(
        event=event.envelope.id, digest=event.digest_text, salt=base64url.encode(event.salt),
        content=base64url.encode(event.content_bytes), reason="Theo đề nghị của cơ quan kiểm tra.",
    )  # fmt: skip
    return desk.houses[by].say(content.model_copy(update=changes), AUDITOR).event


def test_a_content_that_is_opened_is_held_beside_its_envelope(desk: Desk, document: SignedEvent) -> None:
    statement = opened(desk, "dic", document)
    taken = desk.take(statement)
    assert (taken.logged, taken.quarantined) == (1, 0)
    held = desk.ledger.by_digest(document.digest)
    assert held is not None
    assert held.data is not None
    assert held.envelope[:-1] + b',"data":' + held.data + b"}" == document.payload


@pytest.mark.parametrize(
    ("by", "changes", "reason"),
    [
        ("vnpt", {}, "opened-foreign"),
        ("dic", {"content": base64url.encode(b'{"subject":"khac"}')}, "opened-other"),
        ("dic", {"salt": base64url.encode(bytes(32))}, "opened-other"),
        ("dic", {"event": "00000000-0000-4000-8000-000000000000"}, "opened-foreign"),
        ("dic", {"digest": base64url.encode(bytes(32))}, UNKNOWN_EVENT),
    ],
)
def test_what_is_not_the_signed_content_is_shown_and_not_held(
    desk: Desk, document: SignedEvent, by: str, changes: dict[str, str], reason: str
) -> None:
    """The statement itself was made: it is an entry of the log all the same."""
    taken = desk.take(opened(desk, by, document, **changes))
    assert (taken.logged, taken.quarantined) == (1, 1)
    assert desk.quarantine.counts() == {reason: 1}
    held = desk.ledger.by_digest(document.digest)
    assert held is not None
    assert held.data is None


def test_a_content_may_be_opened_before_its_event_has_come(desk: Desk) -> None:
    event = desk.sent("police", shared())[0]
    desk.take(opened(desk, "police", event))
    desk.take(event)
    desk.intake.examine_again(desk.directory, NOW, (UNKNOWN_EVENT,))
    held = desk.ledger.by_digest(event.digest)
    assert held is not None
    assert held.data is not None
    assert desk.quarantine.counts() == {}


# --- alarms, directories ---


def test_an_alarm_is_logged_and_shown(desk: Desk, document: SignedEvent) -> None:
    alarm = LogAlarmRaised(problem=LogProblem.SHRUNK, explanation="Sổ bị lùi.")
    event = desk.houses["police"].say(alarm, AUDITOR, "dic").event
    assert desk.take(event).logged == 1
    rows = desk.ledger.connection.execute("SELECT raised_by, problem, explanation FROM alarms").fetchall()
    assert rows == [("police", "shrunk", "Sổ bị lùi.")]


def test_a_newer_directory_is_handed_on(desk: Desk) -> None:
    note = DirectoryFolder.of(desk.houses.network).note(1)
    event = desk.houses["dic"].say(DirectoryPublished(version=2, note=note), "police").event
    assert desk.take(event).directory_notes == [note]
    known = desk.houses["dic"].say(DirectoryPublished(version=1, note=note), "police").event
    assert desk.take(known).directory_notes == []


def test_a_content_that_is_not_of_its_type_is_shown(desk: Desk) -> None:
    """Signed by the agency, and yet no alarm: it is evidence of what was said, and nothing is done."""
    event = desk.houses["police"].say(LogAlarmRaised(problem=LogProblem.STALLED, explanation="Trễ."), AUDITOR).event
    nonsense = resigned(event, desk.houses["police"].service, content=b'{"problem":"stalled"}')
    taken = desk.take(nonsense)
    assert (taken.logged, taken.quarantined, desk.quarantine.counts()) == (1, 1, {"content": 1})
    assert desk.ledger.connection.execute("SELECT COUNT(*) FROM alarms").fetchone() == (0,)
