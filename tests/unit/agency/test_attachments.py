"""Attachments and the record: who may have them, what the index knows, and that no part of a file is an entry."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from events import base64url
from events.catalogue import read_content
from events.draft import Draft
from events.record_entry import EntryKind, RecordEntry
from events.types.attachment import (
    AttachmentChunk,
    AttachmentObstacle,
    AttachmentReceived,
    AttachmentRequested,
    AttachmentUnavailable,
)
from events.values.document import Attachment
from services.agency.attachments.entitlement import obstacle
from services.agency.attachments.index import AttachmentIndex
from services.agency.attachments.passing import sign_passing
from services.agency.attachments.store import AttachmentStore
from services.agency.record import Record
from tests.unit.agency.houses import NOW, Houses, arrival, carry, copy_record, shared, suspicion

SHA256, OTHER = "a" * 64, "b" * 64


def with_file(draft: Draft, sha256: str = SHA256, size_bytes: int = 100) -> Draft:
    file = Attachment(name="a.csv", media_type="text/csv", size_bytes=size_bytes, sha256=sha256)
    return replace(draft, content=draft.content.model_copy(update={"attachments": (file,)}))


@pytest.fixture
def sent(houses: Houses) -> RecordEntry:
    """VNPT's report to DIC and police, with a file."""
    (entry,) = houses["vnpt"].issue(with_file(suspicion("dic", "police")))
    carry(houses, [entry])
    return entry


def ask(houses: Houses, peer: str, event: str, sha256: str = SHA256) -> AttachmentObstacle | None:
    """A peer asks VNPT; the obstacle that it is told, None if it may have the file."""
    vnpt = houses["vnpt"]
    before = len(vnpt.local("AttachmentDenied"))
    asked = houses[peer].say(AttachmentRequested(event=event, sha256=sha256), "vnpt")
    follow = vnpt.take_in(arrival(asked, "vnpt")).follow_ups
    if follow.about_attachments:
        assert follow.about_attachments == [(peer, AttachmentRequested(event=event, sha256=sha256))]
        return None
    assert len(vnpt.local("AttachmentDenied")) == before + 1
    answer = read_content(vnpt.events(EntryKind.SENT, event_type="AttachmentUnavailable")[-1].event)
    assert isinstance(answer, AttachmentUnavailable)
    return answer.reason


def test_only_sender_and_recipients_may_have_what_the_document_names(houses: Houses, sent: RecordEntry) -> None:
    event = sent.event.envelope.id
    assert ask(houses, "dic", event) is None
    assert ask(houses, "police", event) is None
    assert ask(houses, "dic", event, OTHER) is AttachmentObstacle.NOT_NAMED
    # A stranger cannot tell an event that is not addressed to it from one that does not exist.
    strangers = {ask(houses, "customs", event), ask(houses, "customs", event, OTHER)}
    strangers |= {ask(houses, "customs", event[:-1] + ("0" if event[-1] != "0" else "1"))}
    assert strangers == {AttachmentObstacle.NOT_A_RECIPIENT}


def test_who_stands_in_a_recipients_place_now_may_have_it(houses: Houses, sent: RecordEntry) -> None:
    request = AttachmentRequested(event=sent.event.envelope.id, sha256=SHA256)
    with houses["vnpt"].record.writing() as transaction:
        assert obstacle(transaction, request, "customs", {"dic": "police"}) is AttachmentObstacle.NOT_A_RECIPIENT
        assert obstacle(transaction, request, "customs", {"dic": "customs"}) is None


def test_a_recipient_may_give_it_to_the_others_and_back_to_the_sender(houses: Houses, sent: RecordEntry) -> None:
    dic = houses["dic"]
    for peer, may in (("police", True), ("vnpt", True), ("customs", False)):
        asked = houses[peer].say(AttachmentRequested(event=sent.event.envelope.id, sha256=SHA256), "dic")
        follow = dic.take_in(arrival(asked, "dic")).follow_ups
        assert bool(follow.about_attachments) is may, peer


def test_a_part_is_authenticated_and_handed_on_and_is_no_entry(houses: Houses, sent: RecordEntry) -> None:
    vnpt, dic = houses["vnpt"], houses["dic"]
    content = AttachmentChunk(
        event=sent.event.envelope.id, sha256=SHA256, size_bytes=100, offset=0, data=base64url.encode(bytes(100))
    )
    event = sign_passing(content, "dic", vnpt.service, vnpt.context, NOW)
    before = dic.record.last_position
    intake = dic.take_in(arrival(event, "dic"))
    assert intake.admitted == 1
    assert intake.follow_ups.about_attachments == [("vnpt", content)]
    assert dic.record.last_position == before
    # The same part over another's key is nobody's.
    forged = sign_passing(content, "dic", houses["customs"].service, vnpt.context, NOW)
    intake = dic.take_in(arrival(forged, "dic"))
    assert (intake.admitted, intake.quarantined) == (0, 1)
    assert intake.follow_ups.about_attachments == []


# --- the index ---


@pytest.fixture
def store(tmp_path: Path) -> AttachmentStore:
    return AttachmentStore(tmp_path / "police-files")


def test_the_index_knows_what_is_missing_and_who_has_confirmed(
    houses: Houses, sent: RecordEntry, store: AttachmentStore
) -> None:
    index = AttachmentIndex(store, houses["police"].record)
    index.catch_up()
    (missing,) = index.missing()
    assert (missing.event, missing.sha256, missing.sender) == (sent.event.envelope.id, SHA256, "vnpt")
    assert missing.recipients == ("dic", "police")
    assert index.unconfirmed("police") == []
    store.path(SHA256).write_bytes(b"here")
    index.look_for_files()
    assert index.missing() == []
    (whole,) = index.unconfirmed("police")
    assert whole.event == sent.event.envelope.id
    said = AttachmentReceived(event=whole.event, sha256=SHA256, size_bytes=100, verified_at=NOW)
    houses["police"].say(said, "vnpt")
    index.catch_up()
    assert index.unconfirmed("police") == []
    assert index.all_named()[0].confirmed == ("police",)


def test_the_index_is_made_anew_for_another_record(houses: Houses, store: AttachmentStore, tmp_path: Path) -> None:
    house = houses["vnpt"]
    house.issue(with_file(suspicion("dic", "police")))
    early = copy_record(house, tmp_path / "early" / "record.sqlite")
    house.issue(with_file(suspicion("dic", "police"), OTHER))
    index = AttachmentIndex(store, house.record)
    index.catch_up()
    assert {one.sha256 for one in index.all_named()} == {SHA256, OTHER}
    restored = Record(early, "vnpt", "lao-cai")
    again = AttachmentIndex(store, restored)
    again.catch_up()
    assert [one.sha256 for one in again.all_named()] == [SHA256]
    restored.close()
    index.catch_up()
    assert {one.sha256 for one in index.all_named()} == {SHA256, OTHER}


def test_a_deleted_index_comes_back_the_same(houses: Houses, sent: RecordEntry, store: AttachmentStore) -> None:
    record = houses["dic"].record

    def dump() -> str:
        index = AttachmentIndex(store, record)
        index.catch_up()
        with sqlite3.connect(store.folder / "index.sqlite") as connection:
            return "\n".join(connection.iterdump())

    first = dump()
    for file in store.folder.glob("index.sqlite*"):
        file.unlink()
    assert dump() == first
    assert sent.event.envelope.id in first


def test_a_document_without_files_is_not_in_the_index(houses: Houses, store: AttachmentStore) -> None:
    (plain,) = houses["police"].issue(shared())
    carry(houses, [plain])
    index = AttachmentIndex(store, houses["dic"].record)
    index.catch_up()
    assert index.all_named() == []


def test_the_rules_see_which_files_lie_here_whole(houses: Houses, sent: RecordEntry) -> None:
    police = houses["police"]
    draft = replace(shared(), cause=sent.event.envelope.id)
    store = AttachmentStore(police.record.path.parent)

    def files() -> frozenset[str] | None:
        with police.record.writing() as transaction:
            return police.context.facts(transaction, draft, NOW).files

    assert files() == frozenset()
    store.append(SHA256, 0, b"on its way")
    assert files() == frozenset()
    store.path(SHA256).write_bytes(b"here")
    assert files() == frozenset({SHA256})
