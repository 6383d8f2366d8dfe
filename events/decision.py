"""May it be said, and how does it read? From a draft to the envelope that is signed: pure, with every number handed in.

`decide` finds the clause under which the sender may say this now; `compose` gives it number, counts and time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from events.directory import Directory
from events.draft import Draft
from events.envelope import Envelope
from events.errors import PhoihopError
from events.facts import Facts
from events.payload import MAX_CONTENT_BYTES, content_digest
from events.recipients import GENESIS, Recipient
from events.regulation.lawfulness import judge
from events.regulation.table import find_rows
from events.regulation.verdict import Lawful, Unlawful, Waiting


class NotLawful(PhoihopError):
    """No rule lets this agency say this to these recipients now; `clause` is the one that stands against it."""

    def __init__(self, unlawful: Unlawful) -> None:
        super().__init__(f"{unlawful.clause or '-'}: {unlawful.explanation_vi} ({unlawful.explanation_en})")
        self.clause = unlawful.clause
        self.reason = unlawful.reason
        self.explanation_vi = unlawful.explanation_vi
        self.explanation_en = unlawful.explanation_en


class DraftFault(PhoihopError):
    """The draft names what does not exist here: an unknown recipient, an event that is not held."""


CASE_STARTERS = frozenset({"SuspicionReported", "CaseOpened"})
"""Event types that begin a case file when the draft names none: the issuer mints its id."""


@dataclass(frozen=True)
class Randomness:
    """What must be unpredictable in an event: its id (a UUID), 32 bytes of salt, 16 of nonce. Drawn at the edge."""

    id: str
    salt: bytes
    nonce: bytes


def decide(draft: Draft, capacity: str, facts: Facts) -> Draft:
    """The draft with the role and clause under which it is lawful.

    A clause or role that the draft names is taken as it is; otherwise the first row that allows it is. Raises
    `NotLawful` with the clause that stands against it, or `DraftFault`.
    """
    _check_addresses(draft, facts)
    if draft.content.PROTOCOL:
        return replace(draft, role=draft.role or _any_role(facts), clause=None)
    roles = facts.directory.roles_of(facts.me, facts.now)
    candidates = [(draft.clause, draft.role)] if draft.clause and draft.role else _candidates(draft, roles, facts)
    against: Unlawful | None = None
    for clause, role in candidates:
        candidate = replace(draft, clause=clause, role=role)
        match judge(_preview(candidate, facts), candidate.content, capacity, facts, "sender"):
            case Lawful():
                return candidate
            case Unlawful() as unlawful:
                against = against or unlawful
            case Waiting() as waiting:
                raise DraftFault(f"{waiting.why}; it is not in this agency's record")
    if against is None:
        raise DraftFault(f"{facts.me} holds no role in the directory at this time")
    raise NotLawful(against)


def compose(
    decided: Draft, heads: Mapping[str, tuple[int, bytes]], number: int, symbol: str, chance: Randomness, facts: Facts
) -> tuple[Envelope, bytes]:
    """The envelope and the content bytes of a decided draft.

    `heads` is, for each recipient, the last count and digest of the chain to it (0 and zeros before the first). For a
    protocol message heads, number and symbol are not used.
    """
    content = decided.content.to_bytes()
    if not decided.content.PROTOCOL and len(content) > MAX_CONTENT_BYTES:
        raise DraftFault(
            f"the content has {len(content)} bytes, over {MAX_CONTENT_BYTES}; send large things as attachments"
        )
    counted = not decided.content.PROTOCOL
    recipients = tuple(
        Recipient(agency, heads[agency][0] + 1, heads[agency][1]) if counted else Recipient(agency)
        for agency in sorted(decided.recipients)
    )
    sealing = _Sealing(chance.id, content_digest(chance.salt, content), chance.nonce)
    number_text = f"{number:02d}" if counted else None
    return _envelope(decided, facts, recipients, sealing, number_text, symbol if counted else None), content


class _Sealing(NamedTuple):
    """What ties an envelope to its content and makes it unguessable."""

    id: str
    contentdigest: bytes
    nonce: bytes


_UNSEALED = _Sealing("00000000-0000-0000-0000-000000000000", GENESIS, bytes(16))


def _preview(draft: Draft, facts: Facts) -> Envelope:
    """The envelope as far as rules look at it: without counts and digests."""
    recipients = tuple(Recipient(agency) for agency in sorted(draft.recipients))
    # Whether it is a document shows by number and symbol; compose gives the real ones.
    number, symbol = (None, None) if draft.content.PROTOCOL else ("01", "CV")
    return _envelope(draft, facts, recipients, _UNSEALED, number, symbol)


def _envelope(
    draft: Draft,
    facts: Facts,
    recipients: tuple[Recipient, ...],
    sealing: _Sealing,
    docnumber: str | None,
    docsymbol: str | None,
) -> Envelope:
    return Envelope(
        event_type=draft.event_type,
        version=draft.content.VERSION,
        id=sealing.id,
        time=facts.now,
        province=facts.directory.province,
        sender=facts.me,
        role=draft.role or "",
        recipients=recipients,
        contentdigest=sealing.contentdigest,
        nonce=sealing.nonce,
        clause=draft.clause,
        case=draft.case,
        cause=draft.cause,
        basis=draft.basis,
        due=draft.due,
        docnumber=docnumber,
        docsymbol=docsymbol,
    )


def _check_addresses(draft: Draft, facts: Facts) -> None:
    for agency in draft.recipients:
        if agency not in facts.directory.agencies:
            raise DraftFault(f"{agency!r} is no agency of directory version {facts.directory.version}")
    if facts.me in draft.recipients:
        raise DraftFault("an agency does not write to itself")
    for what, named, held in (("cause", draft.cause, facts.cause), ("basis", draft.basis, facts.basis)):
        if named is not None and held is None:
            raise DraftFault(f"the event {named} that the draft names as its {what} is not in this agency's record")


def _candidates(draft: Draft, roles: frozenset[str], facts: Facts) -> list[tuple[str | None, str | None]]:
    named = [draft.role] if draft.role else sorted(roles)
    rows = find_rows(
        facts.rules, draft.event_type, frozenset(named) & roles if draft.role is None else frozenset(named)
    )
    # What answers goes by the clause that is about answers, before one that also lets it be said unasked.
    rows = tuple(sorted(rows, key=lambda row: not (draft.cause and row.answers_always)))
    # A role is tried under the rows that are open to it: a refusal then speaks of what the agency could do at all.
    by_role = {role: rows if len(named) == 1 else find_rows(facts.rules, draft.event_type, {role}) for role in named}
    found: list[tuple[str | None, str | None]] = [
        (row.clause, role)
        for row in rows
        for role in named
        if draft.clause in {None, row.clause} and any(row is open_to for open_to in by_role[role])
    ]
    # With no row at all the judge still says which clause stands against it.
    return found or [(draft.clause, role) for role in named]


def _any_role(facts: Facts) -> str:
    """A role that the agency holds or, if all have ended, the last that it held: the protocol asks for none."""
    agency = facts.directory.agencies.get(facts.me)
    if agency is None or not agency.roles:
        raise DraftFault(f"{facts.me} stands in the directory under no role")
    current = facts.directory.roles_of(facts.me, facts.now)
    return min(current) if current else str(max(agency.roles, key=lambda term: term.since).role)


def symbol_for(event_type: str, role: str | None, directory: Directory, agency: str) -> str:
    """The document symbol: the kind of document and the agency's own, as Decree 30/2020 writes them.

    An order is a decision of whoever may order under `role`; an enterprise that ends its own measure gives notice.
    """
    kind = _DOCUMENT_KINDS.get(event_type, "CV")
    if kind == "QĐ" and role in _GIVE_NOTICE:
        kind = "TB"
    return f"{kind}-{directory.agencies[agency].symbol}"


_DOCUMENT_KINDS = {
    "SuspicionReported": "BC",
    "SuspensionOrdered": "QĐ",
    "SuspensionLifted": "QĐ",
    "CaseOpened": "TB",
    "CaseClosed": "TB",
    "CaseReopened": "TB",
    "ParticipantAdded": "TB",
    "SuspicionDismissed": "TB",
    "LeadTransferred": "TB",
    "SuspensionExecuted": "BC",
    "SuspensionImpossible": "BC",
    "DossierReceived": "BB",
    "MinutesShared": "BB",
    "ViolationDecided": "QĐ",
    "InspectionTeamFormed": "QĐ",
    "AssessmentCouncilEstablished": "QĐ",
    "SeizureReported": "BC",
    "InspectionReported": "BC",
    "EnforcementReported": "BC",
    "PublicityReported": "BC",
    "TechnicalIncidentReported": "BC",
    "TechnicalMeasureReported": "BC",
    "ReportSubmitted": "BC",
    "ReportConsolidated": "BC",
    "EmergencyNoticeGiven": "TB",
    "ConflictResolved": "TB",
    "ProposalSubmitted": "TTr",
    "AssessmentCouncilProposed": "TTr",
    "DelegationGranted": "GUQ",
    "MeetingCalled": "GM",
}
"""Báo cáo, quyết định, thông báo, biên bản, tờ trình, giấy ủy quyền, giấy mời (Decree 30/2020, appendix III);
everything else is an official letter (công văn)."""

_GIVE_NOTICE = frozenset({"enterprise"})
"""Roles whose holders are no authority and so decide nothing over others."""
