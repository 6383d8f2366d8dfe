"""The figures of a report counted the slow way: from a record's entries, event by event, without tables or SQL."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from statistics import median
from typing import Any

from events.canonical import canonical_json
from events.case import CaseState, after
from events.catalogue import read_content
from events.known_event import KnownEvent
from events.record_entry import Entry, EntryKind, RecordEntry

ANSWERS = {
    "InfoRequested": ("InfoProvided", "InfoWithheld"),
    "CoordinationRequested": ("CoordinationAccepted", "CoordinationDeclined"),
}


class Held:
    """A document event of the record."""

    def __init__(self, entry: RecordEntry) -> None:
        self.entry = entry
        self.envelope = entry.event.envelope
        self.signed: Any = read_content(entry.event)
        self.content: Any = self.signed
        """As the corrections that stand have it."""
        self.type = self.envelope.event_type
        self.id = self.envelope.id
        self.time = self.envelope.time


class HandCount:
    """What `me` would report on the time from `since` until before `until`."""

    def __init__(self, record: Iterable[Entry], me: str, since: datetime, until: datetime) -> None:
        self.me, self.since, self.until = me, since, until
        entries = [entry for entry in record if isinstance(entry, RecordEntry)]
        documents = [entry for entry in entries if not entry.event.envelope.is_protocol]
        self.held = [Held(e) for e in documents if e.kind is not EntryKind.REFUSED]
        self.by_id = {one.id: one for one in self.held}
        for one in self.held:
            if one.type == "EventCorrected" and one.content.event in self.by_id and not self.recalled(one):
                corrected = self.by_id[one.content.event]
                corrected.content = _put_right(corrected.content, one.content)
        self.refusals: set[tuple[str, str]] = set()
        for entry in entries:
            if entry.event.envelope.event_type == "EventRefused" and entry.kind is EntryKind.ADMITTED:
                event_id = read_content(entry.event).event  # type: ignore[attr-defined]
                self.refusals.add((event_id, entry.event.envelope.sender))

    # --- what counts at all ---

    def recalled(self, event: Held, until: datetime | None = None) -> bool:
        return any(
            other.type == "EventRecalled"
            and other.content.event == event.id
            and other.envelope.sender == event.envelope.sender
            and (until is None or other.time < until)
            for other in self.held
        )

    def refused_by_all(self, event: Held) -> bool:
        return all((event.id, agency) in self.refusals for agency in event.envelope.agencies)

    def repeats(self, event: Held) -> bool:
        """Whether it was sent again to who had refused a first one, which counts since others took it in."""
        first = self.by_id.get(event.envelope.cause or "")
        if first is None or first.type != event.type or first.envelope.sender != self.me:
            return False
        to_a_refuser = any((first.id, agency) in self.refusals for agency in event.envelope.agencies)
        return to_a_refuser and not self.refused_by_all(first) and not self.recalled(first, self.until)

    def mine(self) -> Iterator[Held]:
        return (event for event in self.held if event.entry.kind is EntryKind.SENT)

    def acts(self, *types: str) -> list[Held]:
        return [
            event
            for event in self.mine()
            if event.type in types
            and self.since <= event.time < self.until
            and not self.recalled(event, self.until)
            and not self.refused_by_all(event)
            and not self.repeats(event)
        ]

    # --- the figures ---

    def cases(self) -> Counter[tuple[str, str, str | None]]:
        found: Counter[tuple[str, str, str | None]] = Counter()
        for case, state in self._states().items():
            if state.lead != self.me or state.category is None:
                continue
            if state.status == "open":
                found[state.category, "open", None] += 1
            elif state.status == "closed" and state.status_since >= self.since:
                closings = [
                    e.content.outcome
                    for e in self.held
                    if e.type == "CaseClosed"
                    and e.envelope.case == case
                    and e.envelope.sender == self.me
                    and self.since <= e.time < self.until
                ]
                found[state.category, "closed", closings[-1] if closings else None] += 1
        return found

    def _states(self) -> dict[str, CaseState]:
        states: dict[str, CaseState] = {}
        for event in self.held:
            case = event.envelope.case
            if case is None or event.time >= self.until:
                continue
            state = after(states.get(case), KnownEvent(event.envelope, event.signed), self.me)
            if state is not None:
                states[case] = state
        return states

    def suspicions(self) -> Counter[tuple[str, str]]:
        """By category and what became of them."""
        found: Counter[tuple[str, str]] = Counter()
        for one in self._suspicions_received():
            found[one.content.category, "received"] += 1
        for one in self.acts("SuspicionReported", "SuspicionReferred"):
            found[one.content.category, "passed_on"] += 1
        for one in self.acts("CaseOpened"):
            found[one.content.category, "taken_up"] += len(one.content.suspicions)
        for one in self.acts("SuspicionDismissed"):
            found[self.by_id[one.content.suspicion].content.category, "dismissed"] += 1
        return +found

    def _suspicions_received(self) -> list[Held]:
        came = [e for e in self.held if e.entry.kind is EntryKind.ADMITTED and not self.recalled(e, self.until)]
        direct = {e.id for e in self.held if e.type == "SuspicionReported" and e.entry.kind is EntryKind.ADMITTED}
        found, known = [], set(direct)
        for event in sorted(came, key=lambda event: event.time):
            if event.time >= self.until:
                continue
            if event.type == "SuspicionReported":
                found.append(event)
            elif event.type == "SuspicionReferred" and event.content.suspicion not in known:
                known.add(event.content.suspicion)
                found.append(event)
        return [event for event in found if event.time >= self.since]

    def requests(self) -> dict[str, int | None]:
        found: Counter[str] = Counter()
        minutes = []
        for asked in self.held:
            if asked.type not in ANSWERS or asked.entry.kind is not EntryKind.ADMITTED or asked.time >= self.until:
                continue
            found["received"] += asked.time >= self.since and not self.recalled(asked, self.until)
            settled = self._settled(asked)
            if settled is None or settled.time >= self.until:
                found["overdue"] += asked.envelope.due is not None and asked.envelope.due < self.until
            elif settled.time < self.since or settled.type == "EventRecalled":
                continue
            elif settled.type == "InfoWithheld":
                found["withheld"] += 1
            else:
                late = asked.envelope.due is not None and settled.time > asked.envelope.due
                found["answered_late" if late else "answered_in_time"] += 1
                minutes.append(int((settled.time - asked.entry.recorded_at).total_seconds() // 60))
        names = ("received", "answered_in_time", "answered_late", "withheld", "overdue")
        return {name: found[name] for name in names} | {
            "median_minutes_to_answer": int(median(minutes)) if minutes else None
        }

    def _settled(self, asked: Held) -> Held | None:
        """The first answer that stands, or the recall of the request before there was one."""
        requester = asked.envelope.sender
        for event in self.held:
            answers = event.type in ANSWERS[asked.type] and event.content.request == asked.id
            stands = not self.recalled(event) and (event.id, requester) not in self.refusals
            if answers and event.entry.kind is EntryKind.SENT and stands:
                return event
            if event.type == "EventRecalled" and event.content.event == asked.id:
                return event
        return None

    def suspensions(self) -> dict[str, int]:
        names = {
            "ordered": "SuspensionOrdered",
            "executed": "SuspensionExecuted",
            "impossible": "SuspensionImpossible",
            "lifted": "SuspensionLifted",
        }
        return {name: len(self.acts(type_)) for name, type_ in names.items()} | {"in_force": len(self._in_force())}

    def _in_force(self) -> set[str]:
        begun = [
            e
            for e in self.mine()
            if e.type == "SuspensionExecuted"
            and e.time < self.until
            and not self.recalled(e, self.until)
            and not self.refused_by_all(e)
            and not self.repeats(e)
        ]
        return {name for e in begun if not self._ended(e, name := e.content.order or e.id)}

    def _ended(self, execution: Held, name: str) -> bool:
        order = self.by_id.get(name)
        ends = (order or execution).content.ends
        if ends is not None and ends.at is not None and ends.at < self.until:
            return True
        if order is not None and self.recalled(order, self.until):
            return True
        return any(
            e.type == "SuspensionLifted"
            and e.content.suspension == name
            and e.time < self.until
            and not self.recalled(e, self.until)
            for e in self.held
        )

    def withheld(self) -> Counter[str]:
        return Counter(one.content.ground for one in self.acts("InfoWithheld"))

    def sanctions(self) -> dict[str, int]:
        decisions = self.acts("ViolationDecided")
        fines = [s.amount_dong or 0 for d in decisions for v in d.content.violators for s in v.sanctions]
        return {
            "decisions": len(decisions),
            "fines_dong": sum(fines),
            "dossiers_transferred": len(self.acts("DossierTransferred")),
        }


def _put_right(content: Any, correction: Any) -> Any:
    """The content with its members as the correction has them."""
    whole = content.model_dump(mode="json")
    for one in correction.corrections:
        *path, last = one.member.split("/")[1:]
        place = whole
        for step in path:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[last] = None if one.now is None else json.loads(one.now)
    return type(content).from_json(canonical_json(_without_nothing(whole)))


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nothing(part) for name, part in value.items() if part is not None and part != []}
    return [_without_nothing(part) for part in value] if isinstance(value, list) else value


def edges(times: Sequence[datetime], picks: Sequence[int]) -> list[datetime]:
    """Instants to cut a life at, in order: those at which something was signed among them."""
    return sorted({times[pick % len(times)] for pick in picks} | {times[0], times[-1]})
