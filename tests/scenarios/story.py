"""Given, when, then over the real judgement: what scenario tests are written in.

A `Story` holds, for each agency of a small province, the events that it holds and its state of each case. An event is
told by `given` (it must be lawful on every side, or the test fails: an impossible premise) or put to the test by
`when`, whose result says what the sender and each recipient find. An actor can only act on events that it holds.
`tests/scenarios/broker_story.py` tells the same stories through running agencies.
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from events.agency import Agency, RoleTerm
from events.case import CaseState, evolve
from events.case_succession import facts_at, heirs_concerned
from events.catalogue import CATALOGUE, PROTOCOL_TYPES
from events.content import Content
from events.directory import Directory
from events.envelope import Envelope
from events.facts import Facts
from events.known_event import KnownEvent
from events.recipients import GENESIS, Recipient
from events.regulation.lawfulness import judge
from events.regulation.regulations import load_rules
from events.regulation.verdict import Lawful, Unlawful, Verdict, Waiting
from services.identity.directory_changes import next_version, role_passed
from tests.scenarios.samples import sample

START = datetime(2012, 3, 5, 2, 0, tzinfo=UTC)

PROVINCES: dict[str, dict[str, tuple[str, ...]]] = {
    "lao-cai-29-2008": {
        "dic": ("dic",), "police": ("police",), "pc": ("investigator",), "customs": ("customs",), "trade": ("trade",),
        "market": ("market",), "sa-pa": ("district",), "ta-van": ("commune",), "vnpt": ("enterprise",),
        "viettel": ("enterprise",), "education": ("education",), "branch": ("branch",), "auditor": ("auditor",),
        "radio": ("radio",), "guest": (), "ppc": ("ppc",), "ministry": ("ministry",), "outside": ("outside",),
        "dai": ("broadcaster",), "bao": ("press",), "court": ("proceedings",), "khcn": ("department",),
    },
    "dak-lak-39-2010": {
        "dic": ("dic",), "police": ("police",), "pc": ("investigator",), "security": ("security",),
        "customs": ("customs",), "trade": ("trade",), "market": ("market",), "krong-pac": ("district",),
        "vnpt": ("enterprise",), "viettel": ("enterprise",), "radio": ("radio",), "press": ("press",),
        "ppc": ("ppc",), "dai": ("broadcaster",), "court": ("proceedings",), "council": ("council",),
        "health": ("department",),
    },
}  # fmt: skip
"""Agency → roles, by regulation. `radio` in Lào Cai and `press` in Đắk Lắk are roles the regulation does not name."""


class ImpossiblePremise(AssertionError):
    """The test assumes what could never have been: an unlawful premise, or knowledge the actor never had."""


def directory_of(regulation: str) -> Directory:
    """A directory of the small province."""
    since = datetime(2000, 1, 1, tzinfo=UTC)
    agencies = {
        name: Agency(name, name, name, "XX", tuple(RoleTerm(role, since) for role in roles), ())
        for name, roles in PROVINCES[regulation].items()
    }
    return Directory(1, GENESIS, regulation[:7], "Tỉnh", regulation, since, "real", agencies)


class Told(ABC):
    """What came of an event: the sender's verdict and each recipient's."""

    sender: Verdict

    @property
    @abstractmethod
    def event(self) -> KnownEvent:
        """What was said."""

    @property
    @abstractmethod
    def receivers(self) -> Mapping[str, Verdict]:
        """The verdict of each recipient."""

    def allowed(self, row: str) -> None:
        """Every side finds it lawful, under this row."""
        for who, verdict in (("sender", self.sender), *self.receivers.items()):
            assert isinstance(verdict, Lawful), f"{who}: {verdict}"
            assert verdict.row.id == row

    def refused(self, row: str, reason: str, clause: str | None = None, *, by: str = "both") -> None:
        """The sender refuses for this reason, naming the clause; so does every recipient, unless only a sender can."""
        expected = clause or row.split("/", maxsplit=1)[0]
        sides = {"sender": self.sender, **(self.receivers if by == "both" else {})}
        for who, verdict in sides.items():
            assert isinstance(verdict, Unlawful), f"{who}: {verdict}"
            assert (verdict.reason, verdict.clause) == (reason, expected), f"{who}: {verdict}"
            assert verdict.explanation_vi
            assert verdict.explanation_en
            assert verdict.row is None or verdict.row.id == row, f"{who}: {verdict}"


class Judged(Told):
    """What each side finds, from what it holds: nothing was sent."""

    def __init__(self, event: KnownEvent, sender: Verdict, receivers: Mapping[str, Verdict]) -> None:
        self.sender = sender
        self._event = event
        self._receivers = receivers

    @property
    def event(self) -> KnownEvent:
        return self._event

    @property
    def receivers(self) -> Mapping[str, Verdict]:
        return self._receivers


@dataclass
class Story:
    """A small province under one regulation, and who holds what in it."""

    regulation: str
    clock: datetime = START
    held: dict[str, dict[str, KnownEvent]] = field(default_factory=dict)
    cases: MutableMapping[tuple[str, str], CaseState] = field(default_factory=dict)
    under_way: dict[str, list[KnownEvent]] = field(default_factory=dict)
    """By agency that nothing reaches or leaves now, what waits for that to end."""
    untold: dict[str, frozenset[str]] = field(default_factory=dict)
    """By agency, the events of which it was stated that they were not addressed to it."""

    def __post_init__(self) -> None:
        self.directory = directory_of(self.regulation)
        self.rules = load_rules(self.regulation)

    def case(self) -> str:
        """A fresh case id."""
        return str(uuid.uuid4())

    def given(self, sender: str, event_type: str, to: str, clause: str | None, /, **more: Any) -> KnownEvent:
        """An event that was lawfully sent, and admitted by all its recipients."""
        told = self.when(sender, event_type, to, clause, **more)
        for who, verdict in ((sender, told.sender), *told.receivers.items()):
            if not isinstance(verdict, Lawful) and not (sender in self.under_way or who in self.under_way):
                raise ImpossiblePremise(f"{sender} could not have sent {event_type}; {who} finds {verdict}")
        self.hold(told.event)
        return told.event

    def when(self, sender: str, event_type: str, to: str, clause: str | None, /, **more: Any) -> Told:
        """An event put to the test: judged by its sender and by each recipient, held by nobody.

        `to` lists agencies by blanks. Of `more`, what `_put` names is about the envelope and the key; the rest are
        members of the content. Without `role` the sender's first role, without `capacity` the head's key (the
        service's for protocol messages), without `basis` the sender's standing in the case.
        """
        return self._put(sender, event_type, to, clause, **more)

    @contextmanager
    def apart(self, agency: str) -> Iterator[None]:
        """Nothing reaches the agency or leaves it meanwhile; then everything does, and is admitted."""
        self.under_way[agency] = []
        yield
        for event in self.under_way.pop(agency):
            for other in event.envelope.agencies if event.envelope.sender == agency else (agency,):
                if not isinstance(verdict := self.judged(event, other), Lawful):
                    raise ImpossiblePremise(f"{other} does not admit {event.event_type} that was late: {verdict}")
                self.hold(event, other)

    def passes(self, old: str, new: str, role: str, at: datetime | None = None) -> datetime:
        """A role passes to a successor that the province lists; it takes over what the old agency held."""
        self.clock += timedelta(minutes=1)
        moment = at or self.clock
        self.directory = next_version(self.directory, role_passed(old, new, role, moment), self.clock)
        self.clock = moment
        for event in self.held.get(old, {}).values():
            if event.id not in self.held.get(new, {}):
                self.hold(event, new)
        return moment

    def _put(
        self, sender: str, event_type: str, to: str, clause: str | None, /, *,
        capacity: str | None = None, role: str | None = None, cause: KnownEvent | None = None,
        basis: KnownEvent | str | None = None, case: str | None = None, due: datetime | None = None,
        at: datetime | None = None, **members: Any,
    ) -> Told:  # fmt: skip
        self.clock += timedelta(minutes=1)
        mine = self.held.setdefault(sender, {})
        for premise in (cause, basis):
            if isinstance(premise, KnownEvent) and premise.id not in mine:
                raise ImpossiblePremise(f"{sender} acts on {premise.event_type}, which it never held")
        protocol = event_type in PROTOCOL_TYPES
        if event_type == "ReplyOverdue":  # it states a due time in its content; nothing is due by itself
            members["due"], due = due, None
        content = sample(event_type, **members)
        if basis is None and case is not None:
            basis = self.standing(sender, case, at or self.clock, to.split())
        envelope = Envelope(
            event_type=event_type, version=1, id=str(uuid.uuid4()), time=at or self.clock,
            province=self.directory.province, sender=sender,
            role=role or (PROVINCES[self.regulation][sender] or ("guest",))[0],
            recipients=tuple(Recipient(agency, 0 if protocol else 1) for agency in sorted(to.split())),
            contentdigest=bytes(32), nonce=bytes(16), clause=clause, case=case, cause=cause.id if cause else None,
            basis=basis.id if isinstance(basis, KnownEvent) else basis, due=due,
            docnumber=None if protocol else "01", docsymbol=None if protocol else "XX",
        )  # fmt: skip
        event = KnownEvent(envelope, content)
        capacity = capacity or ("service" if protocol else "head")
        return Judged(
            event,
            self.judged(event, sender, capacity),
            {agency: self.judged(event, agency, capacity) for agency in envelope.agencies},
        )

    def standing(self, agency: str, case: str, at: datetime, recipients: Sequence[str] = ()) -> str | None:
        """The event by which an agency takes part in a case, as it holds it: one that the recipients were told of."""
        state = self.cases.get((agency, case))
        if state is None:
            return None
        facts = Facts(agency, self.clock, self.directory, self.rules, state)
        now = facts_at(facts, agency, self.directory.heirs_at(at)).case
        return now.basis_of(agency, recipients) if now is not None else None

    def judged(self, event: KnownEvent, me: str, capacity: str = "head") -> Verdict:
        """What one side finds, from what it holds."""
        envelope, held = event.envelope, self.held.get(me, {})
        facts = Facts(
            me, self.clock, self.directory, self.rules, self.cases.get((me, envelope.case or "")),
            held.get(envelope.basis or ""), held.get(envelope.cause or ""),
            untold=self.untold.get(me, frozenset()),
        )  # fmt: skip
        return judge(envelope, event.content, capacity, facts, "sender" if me == envelope.sender else "receiver")

    def hold(self, event: KnownEvent, *agencies: str) -> None:
        """The event is held by its sender and recipients, or by these agencies alone, and moves their cases."""
        sender = event.envelope.sender
        for agency in agencies or (sender, *event.envelope.agencies):
            if not agencies and agency != sender and (away := {sender, agency} & set(self.under_way)):
                if event not in (waiting := self.under_way[min(away)]):
                    waiting.append(event)
                continue
            self.held.setdefault(agency, {})[event.id] = event
            if event.envelope.case:
                key = (agency, event.envelope.case)
                moment = max(self.clock, event.envelope.time)
                heirs = heirs_concerned(self.cases.get(key), event.envelope, self.directory.heirs_at(moment))
                self.cases[key] = evolve(self.cases.get(key), replace(event, heirs=heirs), agency)

    def later(self, **spans: float) -> datetime:
        """A moment after the next event, for due times and ends."""
        return self.clock + timedelta(**spans or {"days": 3})

    def opened(self, lead: str = "police", others: str = "dic customs vnpt", **more: Any) -> tuple[str, KnownEvent]:
        """A case that police opened by themselves (or DIC, by its own clause), and its opening."""
        case = more.pop("case", None) or self.case()
        clause = more.pop("clause", None) or {
            ("lao-cai-29-2008", "police"): "LC-7.2a",
            ("lao-cai-29-2008", "dic"): "LC-6.1",
            ("lao-cai-29-2008", "customs"): "LC-8.1",
            ("dak-lak-39-2010", "police"): "DL-5.2",
        }.get((self.regulation, lead), "DL-3.2a")
        more.setdefault("discovered_by_sender", True)
        opening = self.given(
            lead, "CaseOpened", others, clause, case=case, participants=tuple(sorted(others.split())), **more
        )
        return case, opening


def waits(verdict: Verdict, event: KnownEvent) -> bool:
    """Whether a verdict waits for that event alone."""
    return isinstance(verdict, Waiting) and verdict.missing == (event.id,)


def content_of(event_type: str, **members: Any) -> Content:
    """A content of the type with these members."""
    return CATALOGUE[event_type, 1](**members)
