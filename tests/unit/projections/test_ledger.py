from __future__ import annotations

from events.catalogue import read_content
from projections.ledger import LedgerFilter, Outcome
from tests.unit.projections.conftest import ViewsOf
from tests.unit.projections.town import REFUSAL, Town, shared


def test_a_sent_event_has_a_row_for_each_recipient_and_waits(town: Town, views_of: ViewsOf) -> None:
    event = town.send("police", shared(), "dic", "vnpt", clause="LC-7.2c")
    rows = views_of("police").ledger()
    assert [(r.recipient, r.outcome, r.pair_count) for r in rows] == [
        ("dic", Outcome.PENDING, 1),
        ("vnpt", Outcome.PENDING, 1),
    ]
    first = rows[0]
    assert (first.event_id, first.sender, first.role) == (event.envelope.id, "police", "police")
    assert (first.clause, first.docnumber, first.docsymbol) == ("LC-7.2c", "01", "CV-X")
    assert first.signed_at == event.envelope.time
    assert not first.receipted


def test_a_receipt_fills_the_row_of_its_recipient_alone(town: Town, views_of: ViewsOf) -> None:
    town.tell("police", shared(), "dic", "vnpt")
    receipt = town.receipt("dic", "police")
    town.arrive(receipt)
    dic, vnpt = views_of("police").ledger()
    held = town.records["dic"][0]
    assert dic.outcome is Outcome.ADMITTED
    assert dic.receipt_id == receipt.envelope.id
    assert (dic.admitted_at, dic.incoming_number, dic.stream_sequence) == (held.recorded_at, 1, 100)
    assert (vnpt.outcome, vnpt.receipted) == (Outcome.PENDING, False)


def test_the_receivers_ledger_agrees_and_says_nothing_of_its_co_recipients(town: Town, views_of: ViewsOf) -> None:
    town.tell("police", shared(), "dic", "vnpt")
    before = views_of("dic").ledger()
    assert [(r.recipient, r.outcome, r.receipted) for r in before] == [
        ("dic", Outcome.ADMITTED, False),
        ("vnpt", Outcome.ELSEWHERE, False),
    ]
    receipt = town.receipt("dic", "police")
    own, other = views_of("dic").ledger()
    assert own.receipt_id == receipt.envelope.id
    assert other.receipt_id is None


def test_a_refusal_gives_the_reason_on_both_sides_in_either_order(town: Town, views_of: ViewsOf) -> None:
    event = town.send("customs", shared(), "vnpt")
    town.arrive(event, refusal=REFUSAL)
    message, receipt = town.refusal_message("vnpt", event), town.receipt("vnpt", "customs")
    town.arrive(receipt)
    (after_receipt,) = views_of("customs").ledger()
    assert (after_receipt.outcome, after_receipt.refusal_reason) == (Outcome.REFUSED, None)
    town.arrive(message)
    (row,) = views_of("customs").ledger()
    assert (row.refusal_check, row.refusal_reason, row.refusal_clause) == (14, "not-authorised", "LC-10.3")
    (theirs,) = views_of("vnpt").ledger()
    assert (theirs.outcome, theirs.refusal_explanation) == (Outcome.REFUSED, REFUSAL.explanation)

    second = town.send("customs", shared(), "vnpt")
    town.arrive(second, refusal=REFUSAL)
    town.arrive(town.refusal_message("vnpt", second))
    town.arrive(town.receipt("vnpt", "customs"))
    row = views_of("customs").ledger(LedgerFilter(event_id=second.envelope.id))[0]
    assert (row.outcome, row.refusal_reason, row.receipted) == (Outcome.REFUSED, "not-authorised", True)


def test_an_answer_about_what_was_never_verified_leaves_the_outcome_open(town: Town, views_of: ViewsOf) -> None:
    event = town.send("customs", shared(), "vnpt")
    town.arrive(town.refusal_message("vnpt", event, counted=False))
    (row,) = views_of("customs").ledger()
    assert (row.outcome, row.refusal_reason) == (Outcome.PENDING, "not-authorised")


def test_a_bare_cumulative_receipt_covers_without_claiming_an_outcome(town: Town, views_of: ViewsOf) -> None:
    first = town.tell("police", shared(), "dic")
    refused = town.send("police", shared(), "dic")
    town.arrive(refused, refusal=REFUSAL)
    town.arrive(town.receipt("dic", "police", entries=False))
    rows = {r.event_id: r for r in views_of("police").ledger()}
    assert (rows[first.envelope.id].outcome, rows[first.envelope.id].receipted) == (Outcome.PENDING, True)
    assert (rows[refused.envelope.id].outcome, rows[refused.envelope.id].receipted) == (Outcome.REFUSED, True)


def test_a_receipt_covers_nothing_above_its_count_nor_of_another_pair(town: Town, views_of: ViewsOf) -> None:
    town.tell("police", shared(), "dic", "vnpt")
    receipt = town.receipt("dic", "police", entries=False)
    later = town.tell("police", shared(), "dic")
    town.arrive(receipt)
    covered = {(r.event_id == later.envelope.id, r.recipient): r.receipted for r in views_of("police").ledger()}
    assert covered == {(False, "dic"): True, (False, "vnpt"): False, (True, "dic"): False}


def test_a_receipt_that_comes_before_its_event_waits_for_it(town: Town, views_of: ViewsOf) -> None:
    """A store from an old backup hears receipts for events that it has yet to fetch again."""
    event = town.send("police", shared(), "dic", "vnpt", record=False)
    town.arrive(event, "vnpt")
    town.arrive(event, "dic", refusal=REFUSAL)
    receipt = town.receipt("vnpt", "police")
    town.arrive(receipt)
    town.arrive(town.receipt("dic", "police"))
    town.arrive(town.refusal_message("dic", event))
    assert views_of("police").ledger() == ()
    town.store_sent(event)
    dic, vnpt = views_of("police").ledger()
    assert (vnpt.outcome, vnpt.receipt_id, vnpt.incoming_number) == (Outcome.ADMITTED, receipt.envelope.id, 1)
    assert (dic.outcome, dic.refusal_reason, dic.receipted) == (Outcome.REFUSED, "not-authorised", True)
    assert b'"early_receipt":[]' in views_of("police").canonical_dump()


def test_a_receipt_about_somebody_elses_event_changes_nothing(town: Town, views_of: ViewsOf) -> None:
    theirs = town.tell("dic", shared(), "police", "vnpt")
    mine = town.tell("police", shared(), "vnpt")
    # vnpt answers police with an entry that names dic's event under police's count.
    receipt = town.receipt("vnpt", "dic", record=False)
    forged = town.send("vnpt", read_content(receipt), "police", record=False)
    town.arrive(forged)
    rows = {(r.event_id, r.recipient): r.outcome for r in views_of("police").ledger()}
    assert rows[theirs.envelope.id, "vnpt"] is Outcome.ELSEWHERE
    assert rows[mine.envelope.id, "vnpt"] is Outcome.PENDING


def test_outcomes_are_counted_as_the_rows_add_up(town: Town, views_of: ViewsOf) -> None:
    town.tell("police", shared(), "dic", "vnpt")
    town.arrive(town.receipt("dic", "police"))
    event = town.send("police", shared(), "dic", "vnpt")
    town.arrive(event, "dic", refusal=REFUSAL)
    town.arrive(town.receipt("dic", "police"))
    town.tell("dic", shared(), "police", "vnpt")
    views = views_of("police")
    added: dict[Outcome, list[int]] = {}
    for row in views.ledger():
        if row.outcome is not Outcome.ELSEWHERE:
            counted = added.setdefault(row.outcome, [0, 0])
            counted[0] += 1
            counted[1] += row.receipted
    assert {one.outcome: [one.deliveries, one.receipted] for one in views.outcome_counts()} == added
    assert added.keys() == {Outcome.ADMITTED, Outcome.PENDING, Outcome.REFUSED}


def test_filters_narrow_and_pages_follow(town: Town, views_of: ViewsOf) -> None:
    case_id = town.new_id()
    town.tell("police", shared(), "dic", case=case_id)
    town.tell("police", shared(), "vnpt")
    town.tell("dic", shared(), "police")
    views = views_of("police")
    assert [r.recipient for r in views.ledger(LedgerFilter(case_id=case_id))] == ["dic"]
    assert [r.recipient for r in views.ledger(LedgerFilter(recipient="vnpt"))] == ["vnpt"]
    assert [r.sender for r in views.ledger(LedgerFilter(sender="dic"))] == ["dic"]
    assert [r.outcome for r in views.ledger(LedgerFilter(outcome=Outcome.ADMITTED))] == [Outcome.ADMITTED]
    assert len(views.ledger(LedgerFilter(event_type="InfoRequested"))) == 0
    middle = views.ledger()[1]
    assert len(views.ledger(LedgerFilter(since=middle.signed_at))) == 2
    assert len(views.ledger(LedgerFilter(until=middle.signed_at))) == 1
    assert views.ledger(limit=1) + views.ledger(after=1) == views.ledger()
    counts = {c.outcome: (c.deliveries, c.receipted) for c in views.outcome_counts()}
    assert counts == {Outcome.PENDING: (2, 0), Outcome.ADMITTED: (1, 0)}
