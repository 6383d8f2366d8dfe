from __future__ import annotations

from projections.drafts import DraftState
from projections.inbox import InboxState
from tests.unit.projections.conftest import ViewsOf
from tests.unit.projections.town import REFUSAL, Town, shared


def test_the_inbox_shows_what_came_with_its_fate_and_not_what_was_sent(town: Town, views_of: ViewsOf) -> None:
    town.tell("dic", shared(), "police")
    admitted = town.tell("police", shared(), "dic", "vnpt")
    refused = town.send("customs", shared(), "dic")
    town.arrive(refused, refusal=REFUSAL)
    box = views_of("dic").inbox("dic")
    assert [(i.event_id, i.state, i.incoming_number) for i in box.received] == [
        (refused.envelope.id, InboxState.REFUSED, None),
        (admitted.envelope.id, InboxState.ADMITTED, 1),
    ]
    assert (box.received[0].refusal_clause, box.received[0].refusal_reason) == ("LC-10.3", "not-authorised")
    for state in (InboxState.ADMITTED, InboxState.REFUSED):
        assert {i.state for i in views_of("dic").inbox("dic", state=state).received} == {state}
    older = views_of("dic").inbox("dic", before=box.received[0].position)
    assert [i.event_id for i in older.received] == [admitted.envelope.id]


def test_parked_and_quarantined_messages_show_until_they_are_released(town: Town, views_of: ViewsOf) -> None:
    town.local(
        "dic", "MessageParked", "d1", sender="police", type="InfoShared", event="e1", explanation="count 3 is missing"
    )
    town.local("dic", "MessageQuarantined", "d2", claimed_sender="vnpt", reason="signature", explanation="not its key")
    box = views_of("dic").inbox("dic")
    assert [(h.digest, h.state, h.sender, h.explanation) for h in box.held] == [
        ("d2", InboxState.QUARANTINED, "vnpt", "not its key"),
        ("d1", InboxState.PARKED, "police", "count 3 is missing"),
    ]
    assert [h.digest for h in views_of("dic").inbox("dic", state=InboxState.PARKED).held] == ["d1"]
    assert views_of("dic").inbox("dic", state=InboxState.ADMITTED).held == ()
    town.local("dic", "MessageUnparked", "d1", event="e1")
    town.local("dic", "QuarantineResolved", "d2", by="retry")
    assert views_of("dic").inbox("dic").held == ()
    town.local("dic", "MessageQuarantined", "d2", claimed_sender="vnpt", reason="signature", explanation="again")
    assert [h.explanation for h in views_of("dic").inbox("dic").held] == ["again"]


def test_a_draft_is_open_until_it_is_signed_or_discarded_and_only_once(town: Town, views_of: ViewsOf) -> None:
    town.local("dic", "DraftSaved", "k1", type="InfoShared", recipients=["police", "vnpt"], author="an")
    town.local("dic", "DraftSaved", "k2", type="InfoShared", recipients=["police"])
    town.local("dic", "DraftEdited", "k1", type="InfoShared", recipients=["police"], clause="LC-2.4a", by="ba")
    (k1, _k2) = views_of("dic").drafts()
    assert views_of("dic").count_drafts() == 2
    assert (k1.draft_id, k1.recipients, k1.clause) == ("k1", ("police",), "LC-2.4a")
    assert (k1.author, k1.changed_by, k1.revision) == ("an", "ba", 2)
    assert k1.created_at < k1.changed_at
    town.local("dic", "DraftSigned", "k1", event="e1")
    town.local("dic", "DraftDiscarded", "k2")
    town.local("dic", "DraftDiscarded", "k1")
    town.local("dic", "DraftSaved", "k1", type="CaseOpened", recipients=["vnpt"])
    town.local("dic", "DraftEdited", "k1", type="CaseOpened", recipients=["vnpt"], by="an")
    town.local("dic", "DraftReturned", "k2", by="head", remark="Muộn rồi")
    assert views_of("dic").drafts() == ()
    assert views_of("dic").count_drafts() == 0
    done = {d.draft_id: d for d in views_of("dic").drafts(state=None)}
    assert (done["k1"].state, done["k1"].signed_event) == (DraftState.SIGNED, "e1")
    assert (done["k1"].event_type, done["k1"].recipients) == ("InfoShared", ("police",))
    assert done["k2"].state is DraftState.DISCARDED


def test_a_draft_that_was_sent_back_waits_for_no_signature_until_it_is_edited(town: Town, views_of: ViewsOf) -> None:
    for name in ("k1", "k2", "k3"):
        town.local("dic", "DraftSaved", name, type="InfoShared", recipients=["police"], author="an")
    for name in ("k1", "k2"):
        town.local("dic", "DraftReturned", name, by="head", remark=f"Sửa {name}")
    views = views_of("dic")
    assert [one.draft_id for one in views.drafts()] == ["k3"]
    assert views.count_drafts() == 1
    assert [(one.draft_id, one.remark, one.changed_by) for one in views.returned_drafts()] == [
        ("k2", "Sửa k2", "head"), ("k1", "Sửa k1", "head"),
    ]  # fmt: skip
    assert [one.draft_id for one in views.drafts(state=DraftState.RETURNED)] == ["k2", "k1"]
    assert [one.draft_id for one in views.returned_drafts(limit=1)] == ["k2"]
    town.local("dic", "DraftEdited", "k1", type="InfoShared", recipients=["vnpt"], by="an")
    town.local("dic", "DraftDiscarded", "k2")
    views = views_of("dic")
    assert views.returned_drafts() == ()
    assert views.count_drafts() == 2
    (k1,) = [one for one in views.drafts() if one.draft_id == "k1"]
    assert (k1.recipients, k1.remark, k1.revision, k1.author, k1.changed_by) == (("vnpt",), None, 3, "an", "an")
    (k2,) = views.drafts(state=DraftState.DISCARDED)
    assert k2.remark is None


def test_local_facts_of_other_parts_move_no_view(town: Town, views_of: ViewsOf) -> None:
    town.local("dic", "SigningHeld", "record", why="restored")
    views = views_of("dic")
    assert views.position == 1
    assert views.inbox("dic").held == ()
