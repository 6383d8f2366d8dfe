"""An agency whose last role has ended speaks no more in any case, but still receipts what reached it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from events.decision import DraftFault, NotLawful
from events.record_entry import EntryKind, RecordEntry
from tests.unit.agency.houses import NOW, Houses, arrival, shared, use_directory


def test_the_receipts_of_an_abolished_agency_are_believed(houses: Houses) -> None:
    event = houses["police"].issue(shared())[0]
    known = houses["dic"].context.directory
    dic = known.agencies["dic"]
    ended = replace(dic, roles=tuple(replace(term, until=NOW - timedelta(days=1)) for term in dic.roles))
    later = replace(known, agencies={**known.agencies, "dic": ended})
    for house in ("dic", "police"):
        use_directory(houses[house], later)
    houses["dic"].take_in(arrival(event, "dic"))
    own = [e for e in houses["dic"].record.all_entries() if isinstance(e, RecordEntry) and e.kind is EntryKind.SENT]
    types = [entry.event.envelope.event_type for entry in own]
    assert "EventReceived" in types
    receipt = own[types.index("EventReceived")]
    assert houses["police"].take_in(arrival(receipt, "police")).follow_ups.receipts == {"dic": 1}
    with pytest.raises((DraftFault, NotLawful)):
        houses["dic"].issue(replace(shared(), recipients=("police",), role=None, clause=None))
