"""The state of one case, as an agency's rules need it.

The state is bounded by what is open in the case, not by its length: answered requests, lifted suspensions and
confirmed dossiers leave it. Its collections are persistent maps, so one event costs O(log n) whatever is open.
It holds what *this agency* holds: another agency's state of the same case may know more or less.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from immutables import Map

from events.case_parts import (
    Anomaly,
    CaseStatus,
    Disagreement,
    DossierInTransit,
    Opening,
    OpenRequest,
    OpenSuspicion,
    SupportCase,
    Suspension,
    TakenOver,
)

MAX_ANOMALIES = 20
"""So many of the last anomalies are kept; `anomaly_count` counts all."""


@dataclass(frozen=True)
class CaseState:
    """One case. Equality is by value; see `events.case.evolve` for what moves it.

    `parties` maps each agency that takes part, the lead among them, to the event that gives it its standing: the
    `basis` that its own events cite. `previous_lead` handed over to `lead` at `lead_since`; `handed_over_knowingly`
    says that it did so in one step, and not when the receiver of a dossier confirmed it. `resolved` are the openings
    that a resolution named: whichever of them comes later opens nothing anew. `given_up` are suspensions that all who
    were ordered have called impossible: one that is carried out after all is in force again. `succeeded` remembers, of
    agencies whose place another has taken, how they stood (`events.case_succession`). `notices` are emergency notices
    not yet confirmed, each with who owes the confirmation. `took_back` are the agencies that have recalled something
    that was not open any more, an answer perhaps: what is closed here may be owed again.
    """

    case: str
    status: CaseStatus
    status_since: datetime
    previous_status: CaseStatus | None = None
    category: str | None = None
    lead: str | None = None
    lead_since: datetime | None = None
    previous_lead: str | None = None
    handed_over_knowingly: bool = True
    openings: Map[str, Opening] = field(default_factory=Map)
    parties: Map[str, str] = field(default_factory=Map)
    suspicions: Map[str, OpenSuspicion] = field(default_factory=Map)
    requests: Map[str, OpenRequest] = field(default_factory=Map)
    suspensions: Map[str, Suspension] = field(default_factory=Map)
    given_up: Map[str, Suspension] = field(default_factory=Map)
    dossiers: Map[str, DossierInTransit] = field(default_factory=Map)
    succeeded: Map[str, TakenOver] = field(default_factory=Map)
    disagreements: Map[str, Disagreement] = field(default_factory=Map)
    supports: Map[str, SupportCase] = field(default_factory=Map)
    notices: Map[str, str] = field(default_factory=Map)
    resolved: tuple[str, ...] = ()
    took_back: tuple[str, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    anomaly_count: int = 0

    @property
    def participants(self) -> frozenset[str]:
        """The agencies that take part beside the lead."""
        return frozenset(agency for agency in self.parties if agency != self.lead)

    @property
    def in_conflict(self) -> bool:
        """Whether two agencies lead by two openings, which DIC has to resolve."""
        return len(self.openings) > 1 and len({opening.lead for opening in self.openings.values()}) > 1

    def leads(self, agency: str) -> bool:
        """Whether the agency leads by some opening; in a conflict more than one does."""
        return agency == self.lead or (
            len(self.openings) > 1 and any(opening.lead == agency for opening in self.openings.values())
        )

    def is_party(self, agency: str) -> bool:
        """Whether the agency takes part, as lead or participant."""
        return agency in self.parties

    def basis_of(self, agency: str, recipients: Iterable[str] = ()) -> str | None:
        """The event for the `basis` of what the agency sends to some recipients; None for a stranger.

        It is the one that gives the agency its standing and, if there is one, of which all the recipients were told: a
        party of two openings writes to the parties of each by what each was told. A lead cites what made it the lead.
        """
        own = self.parties.get(agency)
        audience = set(recipients) - {agency}
        if own is not None and self.leads(agency):
            return self._basis_of_lead(agency, own, audience)
        heard = [opening for opening in self.openings.values() if agency in opening.told]
        for opening in sorted(heard, key=lambda o: (own not in {o.event, o.told_by}, o.opened_at, o.event)):
            if audience <= set(opening.told):
                return opening.told_by
        return own

    def _basis_of_lead(self, agency: str, own: str, audience: set[str]) -> str:
        given = {o.given_by for o in self.openings.values() if o.lead == agency and o.given_by is not None}
        known = [basis for basis in (own, *sorted(given - {own})) if self.openings_led(agency, basis)]
        for statuses in (frozenset({CaseStatus.OPEN}), frozenset(CaseStatus)):
            for basis in known:
                if audience <= self.reached_by_lead(agency, basis, statuses):
                    return basis
        return known[0] if known else own

    def openings_led(self, agency: str, basis: str | None) -> tuple[str, ...]:
        """The openings by which the agency leads, as it knew when it signed what rests on `basis` (None: all); sorted.

        What another gave it (a transfer, a resolution) it knew if it cites that, or has cited it before. So two
        transfers that cross, and what crosses a resolution, end the same everywhere, in whatever order they come.
        """
        led = (opening for opening in self.openings.values() if opening.lead == agency)
        return tuple(sorted(o.event for o in led if o.acknowledged or o.given_by in {None, basis} or basis is None))

    def names(self, event: str) -> bool:
        """Whether an event is known, by what is held, as one that tells who takes part, though it may not be held."""
        return any(event in (o.event, o.given_by, o.told_by) for o in self.openings.values())

    def passes_lead_by_dossier(self, agency: str) -> bool:
        """Whether the agency has sent a dossier that passes the lead, and its receiver has yet to confirm it."""
        return any(dossier.passes_lead and dossier.sender == agency for dossier in self.dossiers.values())

    def reached_by_lead(self, agency: str, basis: str | None, statuses: frozenset[CaseStatus]) -> frozenset[str]:
        """The agencies that were told that the agency leads what it knew that it leads, as far as that is so open."""
        led = (self.openings[name] for name in self.openings_led(agency, basis))
        fitting = (o for o in led if (CaseStatus.CLOSED if o.closed_on else CaseStatus.OPEN) in statuses)
        return frozenset(name for opening in fitting for name in opening.told)

    def told_of_lead(self, agency: str) -> frozenset[str]:
        """The agencies that were told that the agency leads, by one of its openings."""
        return frozenset(name for o in self.openings.values() if o.lead == agency for name in o.told)

    def told_of_open(self) -> frozenset[str]:
        """The agencies that were told of an opening that is not closed."""
        return frozenset(name for o in self.openings.values() if o.closed_on is None for name in o.told)

    def acquainted_with(self, agency: str) -> frozenset[str]:
        """The agencies that were told of an opening that the agency was told of too, and so know that it takes part."""
        return frozenset(name for o in self.openings.values() if agency in o.told for name in o.told)

    def discovered_by(self) -> frozenset[str]:
        """The agencies that found the case themselves, by the openings held."""
        return frozenset(o.discovered_by for o in self.openings.values() if o.discovered_by is not None)

    def status_at(self, moment: datetime) -> CaseStatus:
        """The status by which something signed at `moment` is judged: the one before, if it changed only later."""
        return self.previous_status if self.previous_status and moment < self.status_since else self.status

    def status_for(self, lead: str, basis: str | None) -> CaseStatus:
        """The status by which what a lead does is judged: of what it knew that it leads, not of what others opened."""
        led = self.openings_led(lead, basis)
        if not led:
            return self.status
        return CaseStatus.CLOSED if all(self.openings[name].closed_on for name in led) else CaseStatus.OPEN

    def interim_suspensions(self, at: datetime) -> tuple[str, ...]:
        """The ids of interim suspensions in force at an instant, sorted (LC-2.6)."""
        return tuple(sorted(e for e, s in self.suspensions.items() if s.interim and s.in_force(at)))

    def with_anomaly(self, event: str, reason: str) -> CaseState:
        """The same state, showing that an event did not fit."""
        kept = (*self.anomalies, Anomaly(event, reason))[-MAX_ANOMALIES:]
        return replace(self, anomalies=kept, anomaly_count=self.anomaly_count + 1)

    def with_status(self, status: CaseStatus, since: datetime) -> CaseState:
        """The state in another status; the one before is kept for what was signed earlier."""
        if status is self.status:
            return self
        return replace(self, status=status, status_since=since, previous_status=self.status)
