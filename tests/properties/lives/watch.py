"""A second opinion: what an agency knew at each entry of its record, folded anew, and what that knowledge allows."""

from __future__ import annotations

from collections import Counter

from events.arrival import Check
from events.case import after
from events.catalogue import read_content
from events.directory import Directory
from events.facts import Facts
from events.known_event import KnownEvent
from events.record_entry import EntryKind, RecordEntry
from events.regulation.lawfulness import judge
from events.regulation.table import RuleTable
from events.regulation.verdict import Lawful, Unlawful, Waiting
from events.types.protocol import RepairProvided
from tests.properties.lives import closing, rule_text
from tests.properties.lives.town import Town
from tests.unit.agency.houses import House


class Watch:
    """Follows one house's record entry by entry, with neither its caches nor its views."""

    def __init__(self, town: Town, house: House, lawful: Counter[str]) -> None:
        self.house = house
        self.known: dict[str, KnownEvent] = {}
        self.cases = town.states[house.me]
        self._untold: dict[str, set[str]] = {}
        self._directory: Directory = house.context.directory
        self._rules: RuleTable = house.context.rules
        self._rogue = town.rogue_events
        self._lawful = lawful
        self._position = 0
        self._enterprises = frozenset(self._directory.agencies_with_role("enterprise", house.now))

    def look(self) -> None:
        """Judge and fold what is new; fails where the agency did otherwise than its knowledge allows."""
        for entry in self.house.record.all_entries(self._position):
            self._position = entry.position
            if isinstance(entry, RecordEntry):
                if not entry.event.envelope.is_protocol:
                    self._check(entry)
                self._fold(entry)

    def fold_agrees(self) -> None:
        """The record's own states are those of this fold."""
        with self.house.record.writing() as transaction:
            for case, state in self.cases.items():
                held = transaction.case_state(case)
                assert held == state, f"{self.house.me} holds {held}, and its record says {state}"

    def _check(self, entry: RecordEntry) -> None:
        envelope = entry.event.envelope
        rogue = envelope.id in self._rogue
        if entry.kind is EntryKind.SENT and rogue:
            return
        verdict = self._verdict(entry, "sender" if entry.kind is EntryKind.SENT else "receiver")
        if entry.kind is EntryKind.REFUSED:
            self._check_refused(entry, verdict)
            return
        about = f"{self.house.me} {entry.kind} {envelope.event_type} of {envelope.sender}: {verdict}"
        assert isinstance(verdict, Lawful), about
        assert not self._time_faults(entry), about
        capacity = self._capacity(entry)
        assert rule_text.lets(envelope, read_content(entry.event), capacity, self._directory), about
        if entry.kind is EntryKind.SENT:
            self._lawful[verdict.row.id] += 1
            if envelope.event_type == "CaseClosed" and not rogue:
                left = closing.interim_in_force(list(self.known.values()), entry.event, self._enterprises)
                assert not left, f"{self.house.me} closed {envelope.case} over {left}"

    def _check_refused(self, entry: RecordEntry, verdict: Lawful | Unlawful | Waiting) -> None:
        refusal, envelope = entry.refusal, entry.event.envelope
        assert refusal is not None
        about = f"{self.house.me} refused {envelope.event_type} of {envelope.sender}: {refusal}, but {verdict}"
        match refusal.check:
            case Check.TIME:
                assert self._time_faults(entry), about
            case Check.ROLE:
                assert envelope.role not in self._directory.roles_of(envelope.sender, envelope.time), about
            case _:
                assert isinstance(verdict, Unlawful), about
                assert (verdict.reason, verdict.clause) == (refusal.reason, refusal.clause), about

    def _verdict(self, entry: RecordEntry, by: str) -> Lawful | Unlawful | Waiting:
        envelope = entry.event.envelope
        facts = Facts(
            self.house.me, entry.recorded_at, self._directory, self._rules, self.cases.get(envelope.case or ""),
            self.known.get(envelope.basis or ""), self.known.get(envelope.cause or ""),
            untold=frozenset(self._untold.get(envelope.sender, ())),
        )  # fmt: skip
        return judge(
            envelope,
            read_content(entry.event),
            self._capacity(entry),
            facts,
            "sender" if by == "sender" else "receiver",
        )

    def _capacity(self, entry: RecordEntry) -> str:
        key = self._directory.key(entry.event.kid)
        assert key is not None
        return key.capacity

    def _time_faults(self, entry: RecordEntry) -> list[str]:
        envelope = entry.event.envelope
        earlier = [
            k.envelope for k in (self.known.get(envelope.cause or ""), self.known.get(envelope.basis or "")) if k
        ]
        if entry.kind is not EntryKind.SENT:
            earlier += [
                k.envelope
                for k in self.known.values()
                if k.envelope.sender == envelope.sender and not k.envelope.is_protocol
            ]
        return [e.event_type for e in earlier if e.time > envelope.time]

    def _fold(self, entry: RecordEntry) -> None:
        envelope = entry.event.envelope
        known = KnownEvent(envelope, read_content(entry.event), refused=entry.kind is EntryKind.REFUSED)
        self.known[known.id] = known
        if isinstance(known.content, RepairProvided) and entry.kind is EntryKind.ADMITTED:
            self._untold.setdefault(envelope.sender, set()).update(known.content.not_addressed)
        if envelope.case is not None:
            state = after(self.cases.get(envelope.case), known, self.house.me)
            if state is not None:
                self.cases[envelope.case] = state
