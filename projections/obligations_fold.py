"""How obligations come about and are settled: a table of event types, and the few lines that apply it.

Times are the signed ones of the events, so that both sides of an obligation see it open, late and settled at the same
instants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from events.instants import format_instant
from projections.obligations import SQL, ObligationKind
from projections.role_terms import RolesOf

if TYPE_CHECKING:
    import sqlite3

    from events.content import Content
    from events.record_entry import RecordEntry

ANY = ""
"""Whoever owes it, or to whomever it is owed."""


@dataclass(frozen=True)
class Owed:
    """One obligation that an event makes: by whom, to whom, by when."""

    kind: ObligationKind
    debtor: str
    creditor: str
    due: datetime | None


@dataclass(frozen=True)
class Settled:
    """One obligation that an event settles: made by which event, of which kind, how, and whose."""

    kind: ObligationKind
    event_id: str | None
    how: str
    debtor: str = ANY
    creditor: str = ANY


Makes = Callable[["RecordEntry", Any, RolesOf], Iterable[Owed]]
Settles = Callable[["RecordEntry", Any], Iterable[Settled]]


def _every_recipient(kind: ObligationKind) -> Makes:
    def makes(entry: RecordEntry, _content: Any, _roles_of: RolesOf) -> Iterable[Owed]:
        envelope = entry.event.envelope
        return (Owed(kind, agency, envelope.sender, envelope.due) for agency in envelope.agencies)

    return makes


def _recipients_in_role(entry: RecordEntry, role: str, roles_of: RolesOf) -> Iterable[str]:
    envelope = entry.event.envelope
    return (a for a in envelope.agencies if role in roles_of(entry.directory_version, a, envelope.time))


def _suspicion(entry: RecordEntry, _content: Any, roles_of: RolesOf) -> Iterable[Owed]:
    envelope = entry.event.envelope
    for agency in _recipients_in_role(entry, "dic", roles_of):
        yield Owed(ObligationKind.ROUTE, agency, envelope.sender, envelope.due)


def _order(entry: RecordEntry, content: Any, roles_of: RolesOf) -> Iterable[Owed]:
    # Those who provide the services it names have to act; if none of them is addressed, every enterprise that is.
    envelope = entry.event.envelope
    enterprises = tuple(_recipients_in_role(entry, "enterprise", roles_of))
    providers = {target.service.provider for target in content.targets}
    for agency in [a for a in enterprises if a in providers] or enterprises:
        yield Owed(ObligationKind.EXECUTE, agency, envelope.sender, envelope.due)
        yield Owed(ObligationKind.END_SUSPENSION, envelope.sender, agency, content.ends.at)


def _own_stop(entry: RecordEntry, content: Any, _roles_of: RolesOf) -> Iterable[Owed]:
    envelope = entry.event.envelope
    if content.order is None:
        for agency in envelope.agencies:
            yield Owed(ObligationKind.END_SUSPENSION, envelope.sender, agency, content.ends and content.ends.at)


def _dossier(entry: RecordEntry, content: Any, _roles_of: RolesOf) -> Iterable[Owed]:
    envelope = entry.event.envelope
    yield Owed(ObligationKind.CONFIRM_DOSSIER, content.to, envelope.sender, envelope.due)


MAKES: Mapping[str, Makes] = {
    "InfoRequested": _every_recipient(ObligationKind.ANSWER),
    "CoordinationRequested": _every_recipient(ObligationKind.REPLY),
    "SuspicionReported": _suspicion,
    "SuspensionOrdered": _order,
    "SuspensionExecuted": _own_stop,
    "DossierTransferred": _dossier,
}
"""Event type → what it makes somebody owe."""


def _answer(kind: ObligationKind, member: str, how: str | None = None) -> Settles:
    """The sender settles what the event in `member` made it owe; `how` None takes the content's own outcome."""

    def settles(entry: RecordEntry, content: Any) -> Iterable[Settled]:
        sender = entry.event.envelope.sender
        yield Settled(kind, getattr(content, member), how or content.outcome.value, debtor=sender)

    return settles


def _impossible(entry: RecordEntry, content: Any) -> Iterable[Settled]:
    sender = entry.event.envelope.sender
    yield Settled(ObligationKind.EXECUTE, content.order, "impossible", debtor=sender)
    yield Settled(ObligationKind.END_SUSPENSION, content.order, "impossible", creditor=sender)


def _lifted(_entry: RecordEntry, content: Any) -> Iterable[Settled]:
    yield Settled(ObligationKind.EXECUTE, content.suspension, "lifted")
    yield Settled(ObligationKind.END_SUSPENSION, content.suspension, "lifted")


def _opened(_entry: RecordEntry, content: Any) -> Iterable[Settled]:
    # Whoever opens the case on it: the suspicion has reached its agency.
    return (Settled(ObligationKind.ROUTE, suspicion, "opened") for suspicion in content.suspicions)


def _closed(_entry: RecordEntry, content: Any) -> Iterable[Settled]:
    made_final = content.suspensions_made_final
    return (Settled(ObligationKind.END_SUSPENSION, suspension, "made_final") for suspension in made_final)


SETTLES: Mapping[str, Settles] = {
    "InfoProvided": _answer(ObligationKind.ANSWER, "request"),
    "InfoWithheld": _answer(ObligationKind.ANSWER, "request", "withheld"),
    "CoordinationAccepted": _answer(ObligationKind.REPLY, "request", "accepted"),
    "CoordinationDeclined": _answer(ObligationKind.REPLY, "request", "declined"),
    "SuspensionExecuted": _answer(ObligationKind.EXECUTE, "order", "executed"),
    "SuspensionImpossible": _impossible,
    "SuspensionLifted": _lifted,
    "SuspicionReferred": _answer(ObligationKind.ROUTE, "suspicion", "referred"),
    "SuspicionDismissed": _answer(ObligationKind.ROUTE, "suspicion", "dismissed"),
    "CaseOpened": _opened,
    "CaseClosed": _closed,
    "DossierReceived": _answer(ObligationKind.CONFIRM_DOSSIER, "transfer", "confirmed"),
}
"""Event type → what it settles."""

NEED_CONTENT = frozenset(SETTLES) | {"SuspensionOrdered", "DossierTransferred"}
"""The types whose content is read for this view; of the others the envelope says enough."""


def fold_obligations(cursor: sqlite3.Cursor, entry: RecordEntry, content: Content | None, roles_of: RolesOf) -> None:
    """Apply a sent or admitted document event."""
    envelope = entry.event.envelope
    signed_at = format_instant(envelope.time)
    if makes := MAKES.get(envelope.event_type):
        for owed in makes(entry, content, roles_of):
            _owe(cursor, owed, envelope.id, envelope.case, envelope.clause, signed_at)
    if settles := SETTLES.get(envelope.event_type):
        for settled in settles(entry, content):
            if settled.event_id is not None:
                _settle(cursor, settled, envelope.id, signed_at)
    if envelope.cause is not None:
        values = {"cause": envelope.cause, "event_type": envelope.event_type, "debtor": envelope.sender}
        values |= {"settled_at": signed_at, "settled_by": envelope.id}
        cursor.executemany(SQL["correct"], [values | {"creditor": agency} for agency in envelope.agencies])


def _owe(
    cursor: sqlite3.Cursor, owed: Owed, event_id: str, case_id: str | None, clause: str | None, since: str
) -> None:
    values = {
        "kind": owed.kind,
        "event_id": event_id,
        "debtor": owed.debtor,
        "creditor": owed.creditor,
        "case_id": case_id,
        "clause": clause,
        "owed_since": since,
        "due": format_instant(owed.due) if owed.due else None,
    }
    cursor.execute(SQL["owe"], values)
    cursor.execute(SQL["settled_before"], values)


def _settle(cursor: sqlite3.Cursor, settled: Settled, settled_by: str, settled_at: str) -> None:
    values = {
        "kind": settled.kind,
        "event_id": settled.event_id,
        "debtor": settled.debtor,
        "creditor": settled.creditor,
        "settled_at": settled_at,
        "settled_by": settled_by,
        "settled_how": settled.how,
    }
    cursor.execute(SQL["keep_settlement"], values)
    cursor.execute(SQL["settle"], values)


def fold_refused(cursor: sqlite3.Cursor, event_id: str, refuser: str, *, at: str, by: str | None = None) -> None:
    """`refuser` refused an event: its sender owes a correction, what it asked falls away, what it settled is open.

    `at` is the wire's instant from which the refusal is known here, `by` the message that told of it.
    """
    facts = cursor.execute(SQL["event_facts"], (event_id,)).fetchone()
    if facts is None:
        return
    owed = Owed(ObligationKind.CORRECT, facts["sender"], refuser, None)
    _owe(cursor, owed, event_id, facts["case_id"], facts["clause"], at)
    values = {"event_id": event_id, "recipient": refuser, "settled_at": at, "settled_by": by or event_id}
    cursor.execute(SQL["release_refuser"], values)
    cursor.execute(SQL["reopen"], values)
    cursor.execute(SQL["forget_settlement"], values)
