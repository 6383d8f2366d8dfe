"""Agencies of a whole province, each with its real record, and the post between them: it may linger and overtake."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from events.case import CaseState
from events.decision import DraftFault, NotLawful
from events.draft import Draft
from events.record_entry import EntryKind, RecordEntry
from events.regulation.regulations import load_rules
from services.agency.causes import request_for
from services.agency.policies.overdue_replies import silences, state_silence
from services.demo.unjudged import issue_unjudged
from services.identity.network_init import KeyPolicy, init_province
from services.identity.pkcs8 import DEMONSTRATION
from services.provinces import load_province
from tests.unit.agency.houses import FOUNDED, PASSPHRASE, House, Houses, arrival, rows

CASTS = {
    "lao-cai": (
        ("broadcaster", "customs", "dic", "police", "ppc", "trade", "ubnd-sa-pa", "viettel", "vnta"),
        ("court", "dic", "education", "khcn", "market", "mic", "police", "ppc", "press", "ubnd-xa-y-ty", "vnpt"),
    ),
    "dak-lak": (
        ("broadcaster", "customs", "dic", "market", "police", "ppc", "security", "trade", "viettel"),
        ("broadcaster", "court", "dic", "khcn", "police", "ppc", "security", "ubnd-lak", "vnpost", "vnpt"),
    ),
}
"""The agencies of each province that live through the examples: with those of both casts, nearly every role that has a
row. The first cast has one for nearly every role with many rows."""
PROVINCES = tuple(sorted(CASTS))


def make_province(folder: Path, province: str, cast: int = 0) -> Path:
    """Directory and keys of the agencies of a cast."""
    init_province(
        folder, load_province(province), agencies=CASTS[province][cast], passphrase_for=lambda _: PASSPHRASE,
        clock="real", now=FOUNDED, policy=KeyPolicy(cost=DEMONSTRATION),
    )  # fmt: skip
    return folder


class Town(Houses):
    """The agencies, opened as they are needed, and what lies in the post: in order between any two of them."""

    def __init__(self, network: Path, folder: Path) -> None:
        super().__init__(network, folder, ())
        self.rules = load_rules(self.directory.regulation)
        self.agencies = tuple(sorted(self.directory.agencies))
        self.post: dict[tuple[str, str], deque[RecordEntry]] = {}
        self.rogue_events: set[str] = set()
        self.states: dict[str, dict[str, CaseState]] = {agency: {} for agency in self.agencies}
        self._clock = timedelta(0)

    def __getitem__(self, agency: str) -> House:
        if agency not in self._houses:
            house = self._houses[agency] = self.open(agency, self.folder / agency)
            house.context = replace(house.context, rules=self.rules)
            house.now += self._clock
        return self._houses[agency]

    def __iter__(self) -> Iterator[House]:
        return iter(list(self._houses.values()))

    def wait(self, span: timedelta) -> None:
        """Time passes for everybody."""
        self._clock += span
        for house in self:
            house.now += span

    def state(self, agency: str, case: str | None) -> CaseState | None:
        """What an agency knows of a case, by the fold of whoever watches it."""
        return self.states[agency].get(case) if case is not None else None

    def say(self, agency: str, draft: Draft) -> RecordEntry | None:
        """Sign and post what the agency's own program lets it say; None where it does not, and then nothing is left."""
        house = self[agency]
        before = house.record.last_position
        try:
            (entry,) = house.issue(draft)
        except (NotLawful, DraftFault):
            assert house.record.last_position == before
            return None
        self._send(entry)
        return entry

    def force(self, agency: str, draft: Draft) -> RecordEntry:
        """Sign and post past the agency's own judgement."""
        house = self[agency]
        with house.writing() as transaction:
            entry = issue_unjudged(transaction, draft, house.head, house.context, house.now)
        self.rogue_events.add(entry.event.envelope.id)
        self._send(entry)
        return entry

    def deliver(self, pick: int, count: int = 1) -> None:
        """Hand over the first messages of one sender to one recipient."""
        waiting = sorted(pair for pair, letters in self.post.items() if letters)
        if waiting:
            pair = waiting[pick % len(waiting)]
            for _ in range(min(count, len(self.post[pair]))):
                self._hand_over(pair[1], self.post[pair].popleft())

    def deliver_all(self) -> None:
        """Hand over everything, and what comes of it: what still waits for an event is asked for, as services do."""
        asked: set[tuple[str, str, str]] = set()
        while True:
            while any(self.post.values()):
                self.deliver(0, 10**6)
            wanted = {(house.me, *waiting) for house in self for waiting in self._waiting(house)} - asked
            if not wanted:
                return
            for agency, sender, event_id in sorted(wanted):
                self._send(self[agency].say(request_for(sender, agency, event_id), sender))
            asked |= wanted

    def _waiting(self, house: House) -> list[tuple[str, str]]:
        """(sender, event) of what an agency's parked mail waits for by id."""
        return [(s, e) for s, e in rows(house.record, "SELECT sender, waits_for FROM parked WHERE waits_for <> ''")]

    def state_silences(self) -> None:
        """Every agency's service states what has run out of time, as its policy would by the clock of now."""
        for house in self:
            for silence in silences(house.views.obligations(now=house.now, receipts_limit=0), house.me):
                with house.writing() as transaction:
                    entry = state_silence(silence, house.service, house.context, house.now, transaction)
                if entry is not None:
                    self._send(entry)
        self.deliver_all()

    def parked(self, agency: str) -> list[tuple[str, str]]:
        """(event, what it waits for) of all that an agency keeps waiting."""
        return [(e, w) for e, w in rows(self[agency].record, "SELECT event_id, waits_for FROM parked")]

    def _send(self, entry: RecordEntry) -> None:
        for agency in entry.event.envelope.agencies:
            self.post.setdefault((entry.event.envelope.sender, agency), deque()).append(entry)

    def _hand_over(self, agency: str, entry: RecordEntry) -> None:
        house = self[agency]
        before = house.record.last_position
        house.take_in(arrival(entry, agency, stored_at=house.now))
        for new in house.record.all_entries(before):
            # Receipts change nothing that these lives are about; what is refused is told its sender.
            if (
                isinstance(new, RecordEntry)
                and new.kind is EntryKind.SENT
                and new.event.envelope.event_type != "EventReceived"
            ):
                self._send(new)
