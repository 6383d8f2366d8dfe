"""One life of some cases: the town, a second opinion on each of its agencies, and what must hold at the end."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from events.case_parts import CaseStatus
from events.draft import Draft
from events.record_entry import EntryKind, RecordEntry
from events.types.overdue import ReplyOverdue
from projections.obligations import ObligationFilter
from projections.views import Views
from services.agency.policies.overdue_replies import REQUESTS
from tests.properties.lives.acts import BEGINNING, CASES, Act, perform
from tests.properties.lives.contents import resolution
from tests.properties.lives.town import Town
from tests.properties.lives.watch import Watch
from tests.scenarios.samples import sample
from tests.unit.agency.houses import House

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - where Linux keeps files in memory: lives need no durable disk


def quick_folder() -> str:
    """Where a life's records are written and read fastest: they are as real there, and nobody needs them afterwards."""
    return str(_IN_MEMORY) if os.access(_IN_MEMORY, os.W_OK) else gettempdir()


class Life:
    """One life. `lawful` counts by row what was sent lawfully."""

    def __init__(self, network: Path, folder: Path, lawful: Counter[str]) -> None:
        self.town = Town(network, folder)
        self._folder = folder
        self._watches = {a: Watch(self.town, self.town[a], lawful) for a in self.town.agencies}

    def live(self, life: Iterable[Act]) -> None:
        """Act after act, each looked at; then all mail is brought."""
        for act in (*BEGINNING, *life):
            perform(self.town, act)
            self.look()
        self.town.deliver_all()
        self.look()

    def look(self) -> None:
        """Every agency did what its knowledge allows, and nothing else."""
        for watch in self._watches.values():
            watch.look()

    @property
    def events(self) -> int:
        """How many documents were signed."""
        return sum(len(house.documents(EntryKind.SENT)) for house in self.town)

    # --- what holds after any life ---

    def check_replay(self) -> None:
        """A fold and views made anew from each record are what the agency has."""
        roles_of = self.town.directory.roles_of
        for agency, watch in self._watches.items():
            watch.fold_agrees()
            house = self.town[agency]
            path = self._folder / f"{agency}.sqlite"
            with Views(path, roles_of=lambda _, who, at: roles_of(who, at)) as again:
                again.apply(list(house.record.all_entries()), house.me)
                assert again.canonical_dump() == house.views.canonical_dump()

    def check_requests(self) -> None:
        """After the time of all requests has run out and the services have said so, nobody's silence is left unsaid."""
        self.town.wait(timedelta(days=30))
        self.town.state_silences()
        self.look()
        for house in self.town:
            for request in house.documents(EntryKind.SENT):
                envelope = request.event.envelope
                if envelope.id not in self.town.rogue_events and envelope.due is not None:
                    _check_request(house, request)

    # --- what holds after a lawful life ---

    def check_leads(self) -> None:
        """If two lead, DIC sees it, and ends it; nothing is left waiting; and all follow the one lead of each case."""
        for case in CASES:
            self._resolve(case)
        for agency in self.town.agencies:
            assert self.town.parked(agency) == [], f"{agency} keeps {self.town.parked(agency)} waiting"
        for case in CASES:
            self._follow(case)

    def check_taken_in(self) -> None:
        """What its sender found lawful nobody refuses, where no two lead: all know what they need, or wait for it.

        An interim suspension is the exception: who comes to lead was not told of it, and who was ordered knows.
        """
        for house in self.town:
            refused = [e for e in house.documents(EntryKind.REFUSED) if e.event.envelope.case != CASES[2]]
            told = [(e.event.envelope.event_type, e.event.envelope.sender, e.refusal) for e in refused]
            unknown = [one for one in told if one[2] is None or one[2].reason != "interim-suspension"]
            assert not unknown, f"{house.me} refused {unknown}"

    def leads(self, case: str) -> set[str]:
        """The agencies that hold that they lead."""
        states = {agency: self.town.state(agency, case) for agency in self.town.agencies}
        return {agency for agency, state in states.items() if state is not None and state.leads(agency)}

    def _resolve(self, case: str) -> None:
        town, found = self.town, self.leads(case)
        opened = any(state is not None and state.openings for state in (town.state(a, case) for a in town.agencies))
        assert found or not opened, "a case without a lead"
        if len(found) < 2:
            return
        dic = town.state("dic", case)
        assert dic is not None
        assert dic.in_conflict, f"{found} lead, and DIC holds {dic.openings}"
        content = sample("ConflictResolved", attachments=(), **resolution(town, "dic", case, 0))
        parties = tuple(sorted(set(dic.parties) - {"dic"}))
        sent = town.say("dic", Draft(content, parties, case=case, basis=dic.basis_of("dic", parties)))
        assert sent is not None, f"DIC cannot resolve: {dic}"
        town.deliver_all()
        self.look()
        assert len(self.leads(case)) == 1, self.leads(case)

    def _follow(self, case: str) -> None:
        """What the lead asks of each of those whom it knows to take part, they admit."""
        for lead in self.leads(case):
            state = self.town.state(lead, case)
            assert state is not None
            if state.status != "open":
                continue
            # A party may know of the case by another opening alone, now closed: not every clause lets it be asked.
            reached = state.reached_by_lead(lead, None, frozenset({CaseStatus.OPEN}))
            asked = {other: self._asked(lead, other, case) for other in sorted(set(state.parties) - {lead})}
            self.town.deliver_all()
            self.look()
            for other, sent in asked.items():
                assert sent is not None or other not in reached, f"{lead} leads, and cannot ask {other}: {state}"
                if sent is None:
                    continue
                taken = [e for e in self.town[other].documents() if e.event == sent.event]
                assert [e.kind for e in taken] == [EntryKind.ADMITTED], f"{lead} asked {other}: {taken}"

    def _asked(self, lead: str, other: str, case: str) -> RecordEntry | None:
        state, due = self.town.state(lead, case), self.town[lead].now + timedelta(days=1)
        assert state is not None
        content = sample("InfoRequested", attachments=())
        basis = state.basis_of(lead, [other])
        return self.town.say(lead, Draft(content, (other,), case=case, basis=basis, due=due))


@contextmanager
def living(network: Path, lawful: Counter[str]) -> Iterator[Life]:
    """A life in a folder of its own, gone afterwards."""
    with TemporaryDirectory(dir=quick_folder()) as folder:
        life = Life(network, Path(folder), lawful)
        try:
            yield life
        finally:
            life.town.close()


def _check_request(house: House, request: RecordEntry) -> None:
    wanted = ObligationFilter(creditor=house.me, settled=True)
    owed = [
        o
        for o in house.views.obligations(now=house.now, wanted=wanted, receipts_limit=0)
        if o.event_id == request.event.envelope.id and o.kind in REQUESTS
    ]
    for one in owed:
        if one.settled_by is None:
            about = f"{one.debtor} owes {house.me} an answer to {request.event.envelope.event_type}: {one}"
            stated = [
                e
                for e in house.documents(EntryKind.SENT)
                if e.event.envelope.event_type == "ReplyOverdue" and e.event.envelope.cause == one.event_id
            ]
            named = {a for e in stated for a in ReplyOverdue.from_bytes(e.event.content_bytes).unanswered_by}
            assert one.debtor in named, about
