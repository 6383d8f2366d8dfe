"""An agency states its exchange view from its record; a replay of the auditor's copies reproduces it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from events.draft import Draft
from events.record_entry import Entry, EntryKind, RecordEntry
from events.types.information import InfoOutcome, InfoProvided, InfoRequested, Question, QuestionKind
from events.types.transparency import ExchangeViewStated
from services.agency.exchange_statement import FILE, exchange_view_statement
from services.audit.replay import Source, replay
from services.audit.verdict import Verdict
from services.auditor.intake import Intake
from services.auditor.ledger import Ledger
from services.demo.unjudged import issue_unjudged
from services.identity.directory_folder import DirectoryFolder
from tests.unit.agency.houses import NOW, House, Houses, arrival, carry, shared, suspicion


class Province:
    """Houses that write to one another, and the ledger of an auditor who gets every copy."""

    def __init__(self, houses: Houses, folder: Path) -> None:
        self.houses = houses
        self.ledger = folder / "ledger.sqlite"
        self._sequence = 0
        self._seen = dict.fromkeys((house.me for house in houses), 0)
        notes = DirectoryFolder.of(houses.network)
        with Ledger(self.ledger, "lao-cai", create=True) as ledger, ledger.commit():
            ledger.connection.execute("INSERT INTO directories VALUES (1,?)", (notes.note(1),))

    def exchange(self, entries: Iterable[Entry]) -> None:
        """Deliver entries and all that comes of them, a minute later than what was before."""
        carry(self.houses, entries)
        for house in self.houses:
            house.now += timedelta(minutes=1)

    def state(self, agency: str) -> ExchangeViewStated:
        """Have an agency state its view, as its service would."""
        house = self.houses[agency]
        statement = exchange_view_statement(house.record, house.record.path.parent)
        assert statement is not None
        house.say(statement, "auditor")
        return statement

    def replay(self, *, as_of: str | None = None) -> Verdict:
        """What the auditor makes of the copies that it was sent, checkpoints left out."""
        with Ledger(self.ledger, "lao-cai") as ledger:
            intake = Intake(ledger)
            for entry in self._fresh():
                self._sequence += 1
                copy = arrival(entry, "auditor", sequence=self._sequence, stored_at=entry.recorded_at)
                intake.take_in([copy], self.houses.directory, entry.recorded_at)
        return replay(Source(self.ledger), DirectoryFolder.of(self.houses.network).root, as_of=as_of, processes=0)

    def _fresh(self) -> list[RecordEntry]:
        fresh = []
        for house in self.houses:
            for entry in house.record.all_entries(self._seen[house.me]):
                self._seen[house.me] = entry.position
                if isinstance(entry, RecordEntry) and entry.kind is EntryKind.SENT:
                    fresh.append(entry)
        return sorted(fresh, key=lambda entry: entry.recorded_at)


@pytest.fixture
def province(houses: Houses, tmp_path: Path) -> Province:
    return Province(houses, tmp_path)


def question(house: House, *to: str) -> Draft:
    questions = (Question(id="1", text="Ai?", kind=QuestionKind.PERSON),)
    asked = InfoRequested(subject="Yêu cầu thông tin", purpose="Xác minh", questions=questions)
    return Draft(asked, to, clause="LC-4.1a", role="police", due=house.now + timedelta(days=3))


def test_what_an_agency_states_is_what_the_replay_gives(province: Province) -> None:
    houses = province.houses
    province.exchange(houses["vnpt"].issue(suspicion()))
    province.exchange(houses["police"].issue(shared(), shared("khác")))
    stated = {agency: province.state(agency) for agency in ("police", "dic")}
    province.exchange(houses["police"].issue(shared("nữa")))
    stated["dic"] = province.state("dic")
    verdict = province.replay()
    assert [finding.check for finding in verdict.findings] == []
    assert verdict.statements == 3
    views = {view.agency: view for view in verdict.views}
    assert views["dic"].digest == stated["dic"].view_digest
    assert (stated["dic"].year, stated["dic"].incoming_number) == (2026, 4)


def test_the_view_goes_on_from_its_file_as_if_it_were_folded_at_once(province: Province) -> None:
    houses, dic = province.houses, province.houses["dic"]
    bit_by_bit = None
    for number in range(5):
        province.exchange(houses["police"].issue(shared(str(number))))
        bit_by_bit = exchange_view_statement(dic.record, dic.record.path.parent)
    (dic.record.path.parent / FILE).unlink()
    assert exchange_view_statement(dic.record, dic.record.path.parent) == bit_by_bit


def test_a_question_is_open_on_both_sides_until_it_is_answered(province: Province) -> None:
    houses = province.houses
    province.exchange(houses["vnpt"].issue(suspicion()))
    (asked,) = houses["police"].issue(question(houses["police"], "vnpt"))
    province.exchange([asked])
    open_view = province.state("police")
    request = asked.event.envelope.id
    answer = InfoProvided(subject="Trả lời", request=request, outcome=InfoOutcome.NOTHING_HELD)
    draft = Draft(answer, ("police",), clause="LC-5.2", role="enterprise", cause=request)
    province.exchange(houses["vnpt"].issue(draft))
    answered = province.state("police")
    province.state("vnpt")
    assert open_view.view_digest != answered.view_digest
    assert not province.replay().findings


def test_a_refused_document_stands_before_the_next_one_admitted(province: Province) -> None:
    houses = province.houses
    police = houses["police"]
    wrong = replace(shared("ngoài điều khoản"), clause="LC-8.2")
    with police.writing() as transaction:
        unlawful = issue_unjudged(transaction, wrong, police.head, police.context, police.now)
    province.exchange([unlawful])
    assert exchange_view_statement(houses["dic"].record, houses["dic"].record.path.parent) is None
    province.exchange(police.issue(shared()))
    stated = province.state("dic")
    assert stated.incoming_number == 1
    verdict = province.replay()
    assert not verdict.findings
    assert (verdict.refused, verdict.unlawful_refused) == (1, 1)


def test_a_view_stated_falsely_is_found(province: Province) -> None:
    province.exchange(province.houses["police"].issue(shared()))
    dic = province.houses["dic"]
    true = exchange_view_statement(dic.record, dic.record.path.parent)
    assert true is not None
    dic.say(true.model_copy(update={"view_digest": "A" * 43}), "auditor")
    verdict = province.replay()
    assert [finding.check.value for finding in verdict.findings] == ["view-differs"]


def test_the_view_as_of_a_moment_is_what_was_admitted_by_then(province: Province) -> None:
    houses = province.houses
    province.exchange(houses["police"].issue(shared()))
    then = province.state("dic")
    province.exchange(houses["police"].issue(shared("sau")))
    as_of = NOW.isoformat("T", "milliseconds").replace("+00:00", "Z")
    views = {view.agency: view for view in province.replay(as_of=as_of).views}
    assert views["dic"].digest == then.view_digest
    assert views["dic"].incoming_number == 1


def test_nothing_is_stated_before_anything_came(province: Province) -> None:
    customs = province.houses["customs"]
    assert exchange_view_statement(customs.record, customs.record.path.parent) is None
