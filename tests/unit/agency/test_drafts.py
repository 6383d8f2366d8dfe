"""Drafts: local until somebody signs them, and settled once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from events.decision import NotLawful
from events.draft import Draft
from events.record_entry import EntryKind
from services.agency.drafts import (
    DraftChanged,
    DraftOfOtherType,
    DraftReturned,
    DraftSettled,
    RemarkUnfit,
    discard_draft,
    edit_draft,
    return_draft,
    save_draft,
    sign_draft,
)
from services.agency.kept_drafts import DraftUnknown, SavedDraft, kept_digest, kept_digests, load_draft
from tests.unit.agency.houses import House, Houses, shared, suspicion


def save(house: House, draft: object = None) -> str:
    with house.writing() as transaction:
        return save_draft(transaction, draft or shared(), "clerk", house.now)  # type: ignore[arg-type]


def load(house: House, draft_id: str) -> SavedDraft:
    with house.record.writing() as transaction:
        return load_draft(transaction, draft_id)


def sign(house: House, draft_id: str) -> str:
    with house.writing() as transaction:
        return sign_draft(transaction, draft_id, house.head, house.context, house.now).event.envelope.id


def discard(house: House, draft_id: str) -> str:
    with house.writing() as transaction:
        return discard_draft(transaction, draft_id, house.now)


def edit(house: House, draft_id: str, draft: Draft, revision: int | None, by: str = "head") -> int:
    with house.writing() as transaction:
        return edit_draft(transaction, draft_id, draft, by, house.now, revision=revision)


def send_back(house: House, draft_id: str, remark: str, revision: int | None = None) -> int:
    with house.writing() as transaction:
        return return_draft(transaction, draft_id, remark, "head", house.now, revision=revision)


def digest(house: House, draft_id: str) -> str | None:
    with house.record.reading() as record:
        one = kept_digest(record, draft_id)
    assert kept_digests(house.record, [draft_id, "018f"]) == {draft_id: one}
    return one


def test_a_saved_draft_is_read_back_by_its_id_or_the_beginning_of_it(houses: Houses) -> None:
    police = houses["police"]
    draft_id = save(police)
    for name in (draft_id, draft_id[:-4]):
        saved = load(police, name)
        assert (saved.id, saved.draft, saved.author, saved.state) == (draft_id, shared(), "clerk", "open")
        assert (saved.revision, saved.remark, saved.signed_event) == (1, None, None)
    assert police.events() == []


def test_a_draft_that_is_not_there_or_not_the_only_one_is_not_guessed(houses: Houses) -> None:
    police = houses["police"]
    ids = [save(police), save(police)]
    common = next(ids[0][:n] for n in range(len(ids[0]), 0, -1) if ids[1].startswith(ids[0][:n]))
    for name, number in (("ffffffff", 0), (common, 2), (ids[0] + "0", 0)):
        with pytest.raises(DraftUnknown, match=f"{number} drafts begin with it"):
            load(police, name)


def test_signing_ends_the_draft_and_names_the_event(houses: Houses) -> None:
    police = houses["police"]
    draft_id = save(police)
    event_id = sign(police, draft_id)
    saved = load(police, draft_id)
    assert (saved.state, saved.signed_event) == ("signed", event_id)
    (entry,) = police.events(EntryKind.SENT)
    assert entry.event.envelope.id == event_id
    for again in (sign, discard):
        with pytest.raises(DraftSettled, match="signed already"):
            again(police, draft_id)
    assert len(police.events()) == 1


def test_a_discarded_draft_is_not_signed(houses: Houses) -> None:
    police = houses["police"]
    draft_id = save(police)
    assert discard(police, draft_id) == draft_id
    assert load(police, draft_id).state == "discarded"
    with pytest.raises(DraftSettled, match="discarded already"):
        sign(police, draft_id)
    assert police.events() == []


def test_a_draft_that_is_not_lawful_stays_open(houses: Houses) -> None:
    vnpt = houses["vnpt"]
    draft_id = save(vnpt, suspicion("dic"))
    with pytest.raises(NotLawful):
        sign(vnpt, draft_id)
    assert load(vnpt, draft_id).state == "open"
    assert vnpt.events() == []


def test_an_edited_draft_is_what_was_written_last_and_says_who_wrote_what(houses: Houses) -> None:
    police = houses["police"]
    draft_id = save(police)
    wider = replace(shared(), recipients=("dic", "vnpt"))
    assert edit(police, draft_id, wider, 1) == 2
    assert edit(police, draft_id, shared(), 2, by="clerk") == 3
    saved = load(police, draft_id)
    assert (saved.draft, saved.author, saved.revision) == (shared(), "clerk", 3)
    assert [(step.name, step.by, step.draft) for step in saved.steps] == [
        ("saved", "clerk", shared()), ("edited", "head", wider), ("edited", "clerk", shared()),
    ]  # fmt: skip
    edit(police, draft_id, wider, 3)
    sign(police, draft_id)
    (entry,) = police.events(EntryKind.SENT)
    assert entry.event.envelope.agencies == ("dic", "vnpt")
    with pytest.raises(DraftSettled, match="signed already"):
        edit(police, draft_id, shared(), None)


def test_many_editions_are_one_draft(houses: Houses) -> None:
    police = houses["police"]
    draft_id = save(police)
    for revision in range(1, 61):
        edit(police, draft_id, replace(shared(), recipients=("dic", "vnpt")), revision)
    edit(police, draft_id, shared(), 61)
    assert load(police, draft_id[:-4]).draft == shared()


def test_whoever_edits_what_another_changed_meanwhile_is_told(houses: Houses) -> None:
    police = houses["police"]
    draft_id = save(police)
    edit(police, draft_id, shared(), 1, by="an")
    for revision in (1, 0, 3):
        with pytest.raises(DraftChanged, match="revision 2 now, edited by an"):
            edit(police, draft_id, replace(shared(), recipients=("vnpt",)), revision, by="head")
        with pytest.raises(DraftChanged):
            send_back(police, draft_id, "Sửa lại", revision)
    assert load(police, draft_id).revision == 2
    # A remark that was not read is no smaller matter than words that were not read.
    send_back(police, draft_id, "Sửa lại", 2)
    with pytest.raises(DraftChanged, match="returned by head"):
        edit(police, draft_id, shared(), 2, by="an")


def test_of_two_commands_in_one_commit_the_second_sees_what_the_first_did(houses: Houses) -> None:
    police = houses["police"]
    draft_id = save(police)
    with police.writing() as transaction:
        edit_draft(transaction, draft_id, replace(shared(), recipients=("vnpt",)), "an", police.now, revision=1)
        with pytest.raises(DraftChanged):
            edit_draft(transaction, draft_id, shared(), "head", police.now, revision=1)
        discard_draft(transaction, draft_id, police.now)
        with pytest.raises(DraftSettled):
            discard_draft(transaction, draft_id, police.now)
        fresh = save_draft(transaction, shared(), "an", police.now)
        assert edit_draft(transaction, fresh, shared(), "an", police.now, revision=1) == 2
    assert (load(police, draft_id).state, load(police, draft_id).revision) == ("discarded", 2)


def test_what_was_sent_back_is_not_signed_before_it_is_edited(houses: Houses) -> None:
    police = houses["police"]
    draft_id = save(police)
    assert send_back(police, draft_id, "  Nêu rõ số thuê bao.\r\nSửa trích yếu. ") == 2
    saved = load(police, draft_id)
    assert (saved.state, saved.remark, saved.draft) == ("returned", "Nêu rõ số thuê bao.\nSửa trích yếu.", shared())
    for again in (sign, lambda house, one: send_back(house, one, "Lần nữa")):
        with pytest.raises(DraftReturned, match="head did"):
            again(police, draft_id)
    assert police.events() == []
    edit(police, draft_id, shared(), 2)
    assert (load(police, draft_id).state, load(police, draft_id).remark) == ("open", None)
    assert sign(police, draft_id)


def test_what_was_sent_back_may_be_put_away(houses: Houses) -> None:
    police = houses["police"]
    draft_id = save(police)
    send_back(police, draft_id, "Không gửi nữa")
    discard(police, draft_id)
    assert load(police, draft_id).state == "discarded"


@pytest.mark.parametrize("remark", ["", " \r\n ", "x" * 2_001, "một\x00hai", "\u202eba"])
def test_a_draft_is_sent_back_with_a_readable_remark_or_not_at_all(houses: Houses, remark: str) -> None:
    police = houses["police"]
    draft_id = save(police)
    with pytest.raises(RemarkUnfit):
        send_back(police, draft_id, remark)
    assert load(police, draft_id).state == "open"


def test_a_draft_stays_of_its_type(houses: Houses) -> None:
    vnpt = houses["vnpt"]
    draft_id = save(vnpt)
    with pytest.raises(DraftOfOtherType, match="InfoShared"):
        edit(vnpt, draft_id, suspicion("dic"), 1)


def test_the_digest_of_a_draft_moves_with_each_edition_even_in_the_same_instant(houses: Houses) -> None:
    police = houses["police"]
    draft_id = save(police)
    digests = [digest(police, draft_id)]
    for revision in (1, 2):
        edit(police, draft_id, shared(), revision)
        digests.append(digest(police, draft_id))
    send_back(police, draft_id, "Sửa lại")
    digests.append(digest(police, draft_id))
    assert None not in digests
    assert len(set(digests)) == 4
