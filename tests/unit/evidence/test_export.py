from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.instants import format_instant, parse_instant
from events.note import VerifierKey, parse_note
from events.transparency.policy_file import parse_policy
from events.transparency.tiles import root_from_tiles
from services.auditor.places import log_folder
from services.auditor.witness_policy import made_policy
from services.evidence.deliveries import Delivery
from services.evidence.export import NoCheckpoint, NothingChosen, PackageExists, export_package
from services.evidence.log_files import LogFiles, LogFilesMissing
from services.evidence.manifest import Selection
from services.evidence.selecting import NotInLedger, UnclearInLedger, find_case, find_event
from services.evidence.verification import Verdict, verify_package
from services.evidence.withholding import NotToBeWithheld, Withheld
from tests.unit.evidence.attacks import a_case
from tests.unit.evidence.tampering import flip, lines_of, of_type, seal, unpack
from tests.unit.evidence.town import BEGAN, Town, make_town, told_town


def verdict_over(package: Path, root: VerifierKey) -> Verdict:
    with package.open("rb") as file:
        return verify_package(file, root)


def names(verdict: Verdict) -> set[str]:
    return {remark.name for remark in verdict.all_remarks}


def test_everything_is_verified_and_nothing_is_missing(town: Town, everything: Path) -> None:
    verdict = verdict_over(everything, town.root)
    assert verdict.verified
    assert verdict.examination is not None
    held = verdict.examination.inventory
    assert held.events == len(town.ledger.read(0))
    assert held.entries == town.ledger.size
    assert verdict.examination.all_deliveries == verdict.examination.receipted + 3  # what was told without receipts
    assert names(verdict) == {"contents-withheld", "without-receipt"}


def test_the_same_input_gives_the_same_bytes(town: Town, tmp_path: Path) -> None:
    for selection in (Selection("all"), Selection("case", case=a_case(town))):
        first = town.export("first.zip", selection).read_bytes()
        assert town.export("second.zip", selection).read_bytes() == first


def test_each_delivery_has_its_times(town: Town, everything: Path) -> None:
    verdict = verdict_over(everything, town.root)
    assert verdict.examination is not None
    receipted = [each for each in verdict.examination.deliveries if each.outcome is not None]
    assert receipted
    for each in receipted:
        assert times(each) == sorted(times(each))
        assert each.incoming_number or each.outcome == "refused"
    # What was told before the first checkpoint was witnessed then, and not only with the last.
    assert len({each.witnessed_at for each in verdict.examination.deliveries}) == 2


def times(each: Delivery) -> list[datetime]:
    assert each.stored_at is not None
    assert each.admitted_at is not None
    assert each.witnessed_at is not None
    return [each.signed_at, each.stored_at, each.admitted_at, each.witnessed_at]


# --- contents --------------------------------------------------------------------------------------------------------


def test_an_opened_content_is_in_the_package_and_others_are_not(town: Town, everything: Path) -> None:
    lines = lines_of(unpack(everything))
    (opened,) = [line for line in lines if '"docnumber"' in line["envelope"] and "data" in line]
    assert "ban đêm" in opened["data"]
    verdict = verdict_over(everything, town.root)
    assert verdict.examination is not None
    assert verdict.examination.inventory.contents == 1
    (shown,) = [each for each in verdict.examination.deliveries if each.open]
    assert shown.subject == "Trao đổi: Chỉ hoạt động ban đêm."


def test_a_withheld_content_leaves_no_trace_and_all_else_is_proven(town: Town, everything: Path) -> None:
    opened = next(line for line in lines_of(unpack(everything)) if "ban đêm" in line.get("data", ""))
    event = json.loads(opened["envelope"])["id"]
    for withheld in (Withheld(frozenset({event})), Withheld(everything=True)):
        package = town.export("withheld.zip", withheld=withheld)
        # The message that opened it to the auditor holds the content as well, in base64url.
        assert all("data" not in line for line in of_type(lines_of(unpack(package)), "ContentOpened"))
        assert "ban đêm".encode() not in package.read_bytes()
        verdict = verdict_over(package, town.root)
        assert verdict.verified
        assert verdict.examination is not None
        assert verdict.examination.inventory.contents == 0
        assert verdict.examination.receipted > 0


def test_what_a_recipient_or_a_witness_stated_cannot_be_withheld(town: Town) -> None:
    receipt = of_type(lines_of(unpack(town.export("all.zip"))), "EventReceived")[0]
    with pytest.raises(NotToBeWithheld, match="EventReceived"):
        town.export("x.zip", withheld=Withheld(frozenset({json.loads(receipt["envelope"])["id"]})))
    assert not (town.folder / "x.zip").exists()


def test_ids_are_found_by_their_beginning(town: Town) -> None:
    case = a_case(town)
    assert find_case(town.ledger, case) == case
    event = town.ledger.read(0, 1)[0]
    assert find_event(town.ledger, json.loads(event.envelope)["id"])
    with pytest.raises(UnclearInLedger):
        find_event(town.ledger, "0")
    for find in (find_case, find_event):
        for nothing in ("ffff", "", "' OR 1", "%"):
            with pytest.raises(NotInLedger):
                find(town.ledger, nothing)


# --- selections ------------------------------------------------------------------------------------------------------


def test_a_case_has_its_documents_their_receipts_and_what_they_cite(town: Town) -> None:
    case = a_case(town)
    verdict = verdict_over(town.export("case.zip", Selection("case", case=case)), town.root)
    assert verdict.verified
    assert verdict.examination is not None
    deliveries = verdict.examination.deliveries
    assert {each.case for each in deliveries} == {case}
    assert len(deliveries) > 8
    assert all(each.outcome for each in deliveries)
    assert verdict.examination.inventory.cited_absent == ()
    assert "case-may-have-more" in names(verdict)


def test_of_another_case_only_digests_show_in_receipts(town: Town) -> None:
    case = a_case(town)
    lines = lines_of(unpack(town.export("case.zip", Selection("case", case=case))))
    others = {json.loads(line["envelope"]).get("case") for line in lines} - {case, None}
    assert others == set()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 700), st.integers(1, 700))
def test_a_period_of_any_length_is_complete(town: Town, begin_seconds: int, length_seconds: int) -> None:
    since = BEGAN + timedelta(seconds=begin_seconds)
    until = since + timedelta(seconds=length_seconds)
    selection = Selection("period", since=format_instant(since), until=format_instant(until))
    within = [
        logged
        for logged in town.ledger.read(0)
        if logged.stored_at is not None and since <= parse_instant(logged.stored_at) < until
    ]
    try:
        package = town.export("period.zip", selection)
    except NothingChosen:
        assert within == []
        return
    verdict = verdict_over(package, town.root)
    assert verdict.all_findings == ()
    chosen = {line["first_index"] for line in lines_of(unpack(package))}
    assert {logged.first_index for logged in within} <= chosen
    assert len(chosen) <= len(within) + 2


def test_a_simulated_network_proves_order_and_says_that_it_proves_no_times(tmp_path: Path) -> None:
    town = told_town(tmp_path, clock="simulated")
    since, until = BEGAN + timedelta(minutes=1), BEGAN + timedelta(minutes=3)
    period = Selection("period", since=format_instant(since), until=format_instant(until))
    for selection in (Selection("all"), period):
        verdict = verdict_over(town.export("simulated.zip", selection), town.root)
        assert verdict.verified
        assert "times-not-proven" in names(verdict)
        assert verdict.to_json()["times_proven"] is False
        assert verdict.to_json()["clock"] == "simulated"
    assert "mô phỏng" in unpack(town.folder / "simulated.zip")["report.html"].decode()


def test_what_a_case_cites_from_outside_is_in_its_package(tmp_path: Path) -> None:
    town = make_town(tmp_path)
    cause = town.tell("trade", "police", text="ngoài vụ việc")
    town.tell("trade", "police", text="không liên quan")
    case = "01a2016f-3a1c-7911-b277-7409df028b2f"
    town.tell("police", "dic", case=case, cause=cause.event_id)
    town.checkpoint()
    package = town.export("case.zip", Selection("case", case=case))
    assert [line["first_index"] for line in lines_of(unpack(package))] == [0, 2]
    verdict = verdict_over(package, town.root)
    assert verdict.verified
    assert verdict.examination is not None
    assert verdict.examination.inventory.cited_absent == ()


# --- what cannot be exported -----------------------------------------------------------------------------------------


def test_what_is_not_yet_witnessed_is_not_exported_but_counted(tmp_path: Path) -> None:
    town = make_town(tmp_path)
    town.tell("police", "dic")
    town.history.log.write()
    with pytest.raises(NoCheckpoint):
        town.export("early.zip")
    town.checkpoint()
    town.tell("police", "dic", "customs")
    town.history.log.write()
    exported = town.exported("now.zip")
    assert exported.waiting == 2
    assert exported.examination.inventory.documents == 1
    assert verdict_over(exported.path, town.root).verified


def test_nothing_is_overwritten_and_nothing_half_written_stays(town: Town, tmp_path: Path) -> None:
    target = town.folder / "kept.zip"
    town.export("kept.zip")
    before = sorted(town.folder.iterdir())
    with pytest.raises(PackageExists):
        export_again(town, target, Selection("all"))
    with pytest.raises(NothingChosen):
        export_again(town, town.folder / "none.zip", Selection("case", case="00000000-0000-7000-8000-000000000000"))
    assert sorted(town.folder.iterdir()) == before


def export_again(town: Town, target: Path, selection: Selection) -> None:
    export_package(target, town.source, selection, Withheld(), lambda *_: None)


def test_missing_log_files_are_named(town: Town, tmp_path: Path) -> None:
    with pytest.raises(LogFilesMissing, match="tile/0/000"):
        LogFiles(tmp_path).read_tile(0, 0, 12)
    wider = LogFiles(log_folder(town.folder)).read_tile(0, 0, 3)
    assert len(wider) == 3 * 32


# --- whose policy ----------------------------------------------------------------------------------------------------


def test_the_verifiers_own_policy_goes_before_the_packages(town: Town, everything: Path) -> None:
    own = parse_policy(made_policy(town.directories.load()))
    strict = parse_policy(made_policy(town.directories.load()).replace(b"any_of_the_others 3", b"any_of_the_others 8"))
    with everything.open("rb") as file:
        assert verify_package(file, town.root, policy=own).to_json()["policy"] == "given"
        refused = verify_package(file, town.root, policy=strict)
    assert [finding.check.value for finding in refused.all_findings] == ["cosignatures-missing"]


def test_a_policy_that_asks_for_nobody_is_not_applied(town: Town, tmp_path: Path) -> None:
    members = unpack(town.export("case.zip", Selection("case", case=a_case(town))))
    package = seal(members | {"policy": b"quorum none\n"}, town.root, tmp_path / "none.zip")
    verdict = verdict_over(package, town.root)
    assert verdict.verified
    assert verdict.to_json()["policy"] == "default"


# --- what the verifier knows -----------------------------------------------------------------------------------------


def test_a_checkpoint_shown_elsewhere_is_compared(town: Town, everything: Path) -> None:
    def found(size: int, root: bytes, package: Path = everything) -> Verdict:
        note = parse_note(town.sign_checkpoint(size, root, witnesses=()))
        with package.open("rb") as file:
            return verify_package(file, town.root, known=[("shown.note", note)])

    size = town.ledger.size - 7
    root = root_from_tiles(size, LogFiles(log_folder(town.folder)).read_tile)
    assert found(size, root).verified
    forked = found(size, bytes(range(32)))
    assert [(finding.check.value, finding.where) for finding in forked.all_findings] == [("log-forked", "shown.note")]
    assert "checkpoint-not-compared" in names(found(town.ledger.size + 5, root))
    case = town.export("case.zip", Selection("case", case=a_case(town)))
    assert "checkpoint-not-compared" in names(found(size, root, case))
    with everything.open("rb") as file:
        foreign = verify_package(file, town.root, known=[("other.note", parse_note(town.directories.note(1)))])
    assert [finding.check.value for finding in foreign.all_findings] == ["checkpoint-unsigned"]


# --- every byte ------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_flipped_bit_anywhere_leaves_a_package_verified(town: Town, data: st.DataObject) -> None:
    whole = small(town)
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    changed = town.folder / "flipped.zip"
    changed.write_bytes(flip(whole, bit))
    assert not verdict_over(changed, town.root).verified


def small(town: Town) -> bytes:
    path = town.folder / "small.zip"
    if not path.exists():
        town.export("small.zip", Selection("case", case=a_case(town)))
    return path.read_bytes()
