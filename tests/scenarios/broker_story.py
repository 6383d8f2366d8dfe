"""The same stories through running agencies: what is told is signed, published, admitted and receipted for real.

An event that its sender's own program finds lawful is sent at once and every recipient's verdict is what its record
says. One that it refuses is then sent past it, as a dishonest program would, so that its recipients judge it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from events.case import CaseState
from events.catalogue import PROTOCOL_TYPES, read_content
from events.decision import DraftFault, NotLawful
from events.directory import Directory
from events.draft import Draft
from events.instants import whole_milliseconds
from events.known_event import KnownEvent
from events.record_entry import EntryKind, RecordEntry
from events.regulation.lawfulness import judge
from events.regulation.regulations import load_rules
from events.regulation.row import RuleRow
from events.regulation.verdict import Lawful, Unlawful, Verdict
from services.agency.context import Context
from services.agency.folder import AgencyFolder
from services.agency.issuing import issue
from services.agency.record_transaction import RecordTransaction
from services.agency.wake import wake
from services.demo.unjudged import issue_unjudged
from services.identity.directory_folder import DirectoryFolder
from services.identity.network_change import Registrar
from services.succession.inheriting import take_over
from tests.scenarios.running_province import RunningProvince
from tests.scenarios.samples import sample
from tests.scenarios.story import PROVINCES, ImpossiblePremise, Story, Told


class Sent(Told):
    """What came of an event: `sender` as its own program finds; the rest once it was sent."""

    def __init__(
        self, sender: Verdict, sent: RecordEntry | None, force: Callable[[], RecordEntry], province: RunningProvince
    ) -> None:
        self.sender = sender
        self._sent = sent
        self._force = force
        self._province = province

    @cached_property
    def event(self) -> KnownEvent:
        if self._sent is None:
            raise ImpossiblePremise(f"nothing was sent: {self.sender}")
        return KnownEvent(self._sent.event.envelope, read_content(self._sent.event))

    @cached_property
    def receivers(self) -> Mapping[str, Verdict]:
        sent = self._sent or self._force()
        self._province.until_settled(sent)
        return verdicts(self._province, sent, self.sender)


class BrokerStory(Story):
    """A running province, and what stories tell in it, one after another."""

    def __init__(self, province: RunningProvince) -> None:
        self.regulation = province.regulation
        self.rules = load_rules(province.regulation)
        self.cases = _Cases(province)
        self.under_way = {}
        self._province = province
        self.directory = self._newest()

    def __repr__(self) -> str:
        return f"<story over a broker, {self.regulation}>"

    @property
    def clock(self) -> datetime:
        """The one clock of all agencies."""
        return self._province.clock.now()

    @clock.setter
    def clock(self, moment: datetime) -> None:
        self._province.clock.move(whole_milliseconds(moment))

    def hold(self, event: KnownEvent, *agencies: str) -> None:
        """It was sent already, to those whom it addresses and no others."""
        envelope = event.envelope
        if set(agencies) - {envelope.sender, *envelope.agencies}:
            raise ImpossiblePremise(f"a broker takes {event.event_type} to {envelope.agencies} alone, not {agencies}")
        for agency in self.under_way:
            if agency in {envelope.sender, *envelope.agencies}:
                self.under_way[agency].append(event)

    @contextmanager
    def apart(self, agency: str) -> Iterator[None]:
        """Its service is down: its officers sign into its record, and what is sent to it waits at the broker."""
        self._province.run(lambda: self._province.end(agency))
        self.under_way[agency] = []
        try:
            yield
        finally:
            self._province.run(lambda: self._province.start(agency))
            under_way = self.under_way.pop(agency)
        for event in under_way:
            sent = self._province.entry(event.envelope.sender, event.id)
            assert sent is not None
            self._province.until_settled(sent)
            for other in event.envelope.agencies:
                held = self._province.watch.held(other, event.id)
                if held is None or held.refusal is not None:
                    raise ImpossiblePremise(f"{other} does not admit {event.event_type} that was late: {held}")

    def passes(self, old: str, new: str, role: str, at: datetime | None = None) -> datetime:
        """The province's registrar passes the role, everybody hears of it, the successor takes over the record."""
        province = self._province
        self.clock += timedelta(minutes=1)
        moment = at or self.clock
        version = Registrar(province.folder).pass_role(old, new, role, at=moment, now=self.clock).version
        self.clock = moment
        province.until_directory(version)
        self.directory = self._newest()
        with province.record(old) as left, province.record(new) as own:
            take_over(own, left, province.services[new].context, self.clock)
        wake(AgencyFolder(province.folder, new).path)
        return moment

    def _put(
        self, sender: str, event_type: str, to: str, clause: str | None, /, *,
        capacity: str | None = None, role: str | None = None, cause: KnownEvent | None = None,
        basis: KnownEvent | str | None = None, case: str | None = None, due: datetime | None = None,
        at: datetime | None = None, **members: Any,
    ) -> Told:  # fmt: skip
        self.clock = at or self.clock + timedelta(minutes=1)
        # Beginning a case file with a suspicion is the issuer's: what is told of it stands there too.
        case = case or (cause.envelope.case if cause else None)
        if event_type == "ReplyOverdue":
            members["due"], due = due, None
        if basis is None and case is not None:
            basis = self.standing(sender, case, self.clock, to.split())
        draft = Draft(
            sample(event_type, **members), tuple(sorted(to.split())), case=case, clause=clause,
            role=role or PROVINCES[self.regulation][sender][0], cause=cause.id if cause else None,
            basis=basis.id if isinstance(basis, KnownEvent) else basis, due=due and whole_milliseconds(due),
        )  # fmt: skip
        signatory = capacity or ("service" if event_type in PROTOCOL_TYPES else "head")
        verdict, sent = self._issued(sender, draft, signatory)
        return Sent(verdict, sent, lambda: self._forced(sender, draft, signatory), self._province)

    def _issued(self, sender: str, draft: Draft, signatory: str) -> tuple[Verdict, RecordEntry | None]:
        signer, context, now = self._province.signer(sender, signatory), self._context(sender), self.clock

        def command(transaction: RecordTransaction) -> tuple[Verdict, RecordEntry]:
            facts = context.facts(transaction, draft, now)
            entry = issue(transaction, draft, signer, context, now)
            return judge(entry.event.envelope, draft.content, signatory, facts, "sender"), entry

        try:
            return self._province.write(sender, command)
        except NotLawful as error:
            against = Unlawful(None, error.clause, error.reason, error.explanation_vi, error.explanation_en)
            return against, None
        except DraftFault as error:
            raise ImpossiblePremise(f"{sender} could not have drafted {draft.event_type}: {error}") from error

    def _forced(self, sender: str, draft: Draft, signatory: str) -> RecordEntry:
        signer, context, now = self._province.signer(sender, signatory), self._context(sender), self.clock
        return self._province.write(sender, lambda t: issue_unjudged(t, draft, signer, context, now))

    def _newest(self) -> Directory:
        return DirectoryFolder.of(self._province.folder).load()

    def _context(self, agency: str) -> Context:
        return Context(agency, self.directory, self.rules)


def verdicts(province: RunningProvince, sent: RecordEntry, sender: Verdict) -> dict[str, Verdict]:
    """What recipients have decided on an event, as their records say: of those whose services run, as the sender's."""
    found: dict[str, Verdict] = {}
    if sent.event.envelope.sender not in province.services:
        return found
    for agency in sent.event.envelope.agencies:
        if agency not in province.services:
            continue
        entry = province.watch.held(agency, sent.event.envelope.id)
        assert entry is not None
        if (told := entry.refusal) is not None:
            found[agency] = Unlawful(None, told.clause, told.reason, told.explanation, told.explanation)
        else:
            assert entry.kind is EntryKind.ADMITTED
            found[agency] = sender if isinstance(sender, Lawful) else Lawful(_cited(province, sent))
    return found


def _cited(province: RunningProvince, sent: RecordEntry) -> RuleRow:
    envelope = sent.event.envelope
    rows = load_rules(province.regulation).by_type[envelope.event_type]
    return next(row for row in rows if row.clause == envelope.clause)


class _Cases(MutableMapping[tuple[str, str], CaseState]):
    """The state of each case at each agency, as its record has it now."""

    def __init__(self, province: RunningProvince) -> None:
        self._province = province

    def __getitem__(self, key: tuple[str, str]) -> CaseState:
        agency, case = key
        state = self._province.write(agency, lambda transaction: transaction.case_state(case))
        if state is None:
            raise KeyError(key)
        return state

    def __setitem__(self, key: tuple[str, str], state: CaseState) -> None:
        raise ImpossiblePremise("a running agency's state is what its record says")

    def __delitem__(self, key: tuple[str, str]) -> None:
        raise ImpossiblePremise("a running agency's state is what its record says")

    def __iter__(self) -> Iterator[tuple[str, str]]:
        raise ImpossiblePremise("which cases a running agency has is asked of its record, one by one")

    def __len__(self) -> int:
        raise ImpossiblePremise("how many cases a running agency has is asked of its record")
