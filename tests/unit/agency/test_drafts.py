"""Drafts: local until somebody signs them, and settled once."""

from __future__ import annotations

import pytest

from events.decision import NotLawful
from events.record_entry import EntryKind
from services.agency.drafts import (
    DraftSettled,
    DraftUnknown,
    SavedDraft,
    discard_draft,
    load_draft,
    save_draft,
    sign_draft,
)
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


def test_a_saved_draft_is_read_back_by_its_id_or_the_beginning_of_it(houses: Houses) -> None:
    police = houses["police"]
    draft_id = save(police)
    for name in (draft_id, draft_id[:-4]):
        assert load(police, name) == SavedDraft(draft_id, shared(), "clerk", "open")
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
