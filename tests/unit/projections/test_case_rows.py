"""The rows of a case say what the fold says, also of what an event changes without naming it."""

from __future__ import annotations

import pytest

from events.case import CaseState, evolve
from events.catalogue import read_content
from events.known_event import KnownEvent
from events.record_entry import RecordEntry
from projections.case_store import read_state
from tests.scenarios.samples import sample
from tests.unit.projections import town as of
from tests.unit.projections.conftest import ViewsOf
from tests.unit.projections.town import Town


def _folded(town: Town, me: str, case_id: str) -> CaseState | None:
    state = None
    for entry in town.records[me]:
        if isinstance(entry, RecordEntry) and entry.event.envelope.case == case_id:
            state = evolve(state, KnownEvent(entry.event.envelope, read_content(entry.event)), me)
    return state


def _rows(town: Town, views_of: ViewsOf, me: str, case_id: str) -> CaseState | None:
    with views_of(me)._reading() as cursor:
        return read_state(cursor, case_id)


def _dossier_under_way(town: Town, case_id: str) -> tuple[str, str]:
    """The ids of the opening and of the dossier."""
    opened = town.tell("police", of.opening("dic", "customs"), "dic", "customs", case=case_id)
    dossier = sample("DossierTransferred", to="customs", passes_lead=True)
    return opened.envelope.id, town.tell("police", dossier, "customs", "dic", case=case_id).envelope.id


@pytest.mark.clause("LC-6.3")
@pytest.mark.parametrize("side", ["police", "customs", "dic"])
def test_a_dossier_whose_recall_is_confirmed_is_under_way_no_more(town: Town, views_of: ViewsOf, side: str) -> None:
    case_id = town.new_id()
    _, dossier = _dossier_under_way(town, case_id)
    recall = sample("EventRecalled", event=dossier, attachments=())
    taken_back = town.tell("police", recall, "customs", "dic", case=case_id).envelope.id
    confirmed = sample("RecallConfirmed", recall=taken_back, acted_on=(), attachments=())
    town.tell("customs", confirmed, "police", "dic", case=case_id)
    expected = _folded(town, side, case_id)
    assert expected is not None
    assert not expected.dossiers
    assert _rows(town, views_of, side, case_id) == expected
    view = views_of(side).case(case_id, now=town.now)
    assert view is not None
    assert view.dossiers == ()


@pytest.mark.clause("LC-2.2a")
def test_a_resolution_leaves_dossiers_under_way_that_pass_no_lead_any_more(town: Town, views_of: ViewsOf) -> None:
    case_id = town.new_id()
    first, _ = _dossier_under_way(town, case_id)
    second = town.tell("customs", of.opening("dic", "police"), "dic", "police", case=case_id).envelope.id
    settled = sample("ConflictResolved", openings=(first, second), upheld=second, lead="customs")
    town.tell("dic", settled, "customs", "police", case=case_id)
    expected = _folded(town, "dic", case_id)
    assert expected is not None
    assert [d.passes_lead for d in expected.dossiers.values()] == [False]
    assert _rows(town, views_of, "dic", case_id) == expected
