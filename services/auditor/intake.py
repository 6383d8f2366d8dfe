"""Taking in copies: verified, sorted into log, messages and quarantine, and stored in one commit a batch.

Only after the commit may the broker be told that the messages are ours. A repeat is known by its envelope's digest.
What an authentic message asks for is done in the same commit, also when it is a repeat: a service that was killed
before it answered answers then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

import structlog

from events.arrival import Arrival, Authentic, Quarantined
from events.audit.data_member import data_member
from events.audit.logged_event import is_logged
from events.directory import Directory
from events.errors import PhoihopError
from events.instants import format_instant
from events.signed_event import SignedEvent
from events.verification import verify_copy
from services.agency.copies import AUDITED_WHOLE, AUDITOR
from services.auditor.hearing import Hearing, NotActedOn
from services.auditor.ledger import Ledger, NewEvent
from services.auditor.position import Position, note_position
from services.auditor.quarantine import Quarantine
from services.auditor.taken import Taken

_log = structlog.get_logger(__name__)

KEY_UNKNOWN = "key"
"""The reason of a message signed by a key that no directory version held so far binds: a newer one may."""

FAULT = "fault"
"""The reason of a message over which this program itself stumbled."""


class Intake:
    """The desk at which the auditor takes in copies. Used from one thread, as its ledger is."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._quarantine = Quarantine(ledger)

    def take_in(
        self, arrivals: Iterable[Arrival], directory: Directory, now: datetime, position: Position | None = None
    ) -> Taken:
        """Take in messages; stored when this returns. `position` is where the mail stands with them."""
        # Verifying costs most of the time and needs nothing of the ledger: the transaction begins after it.
        examined = [(arrival, self._verify(arrival, directory, now)) for arrival in arrivals]
        taken = Taken()
        hearing = Hearing(self._ledger, directory, now, taken)
        with self._ledger.commit():
            for arrival, verdict in examined:
                self._store(arrival, verdict, hearing)
            if position is not None:
                note_position(self._ledger, position, now)
        return taken

    def examine_again(self, directory: Directory, now: datetime, reasons: tuple[str, ...]) -> Taken:
        """Examine what is in quarantine for these reasons once more."""
        arrivals = self._quarantine.arrivals(reasons)
        return self.take_in(arrivals, directory, now) if arrivals else Taken()

    # --- one message ---

    def _verify(self, arrival: Arrival, directory: Directory, now: datetime) -> Authentic | Quarantined | Exception:
        try:
            return verify_copy(
                arrival, auditor=AUDITOR, directory=directory, now=now,
                anchor=_own_time if directory.simulated else _no_anchor,
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001 - no single message may stop all that come after it
            return error

    def _store(self, arrival: Arrival, verdict: Authentic | Quarantined | Exception, hearing: Hearing) -> None:
        if isinstance(verdict, Authentic):
            self._authentic(verdict, hearing)
            return
        if isinstance(verdict, Quarantined):
            reason, explanation, sender = verdict.reason, verdict.explanation, verdict.claimed_sender
        else:
            _log.error("a message could not be examined", subject=arrival.subject, exc_info=verdict)
            reason, explanation, sender = FAULT, f"{type(verdict).__name__}: {verdict}", ""
        hearing.taken.quarantined += 1
        self._quarantine.keep(arrival, reason, explanation, hearing.now, sender=sender)

    def _authentic(self, authentic: Authentic, hearing: Hearing) -> None:
        event, arrival, taken = authentic.event, authentic.arrival, hearing.taken
        new = _new_event(event, arrival)
        if is_logged(event.envelope):
            appended = self._ledger.append([new], format_instant(hearing.now))
            taken.logged += len(appended)
            taken.entries += sum(new.entries for _ in appended)
            taken.repeated += not appended
        elif self._ledger.keep_message(new):
            taken.messages += 1
        else:
            taken.repeated += 1
        self._act_on(event, arrival, hearing)
        for relayed in hearing.relayed():
            self._store(relayed, self._verify(relayed, hearing.directory, hearing.now), hearing)

    def _act_on(self, event: SignedEvent, arrival: Arrival, hearing: Hearing) -> None:
        try:
            hearing.hear(event)
        except NotActedOn as refusal:
            why = refusal
        except sqlite3.Error:
            raise
        except PhoihopError as error:
            why = NotActedOn("content", str(error))
        except Exception as error:  # noqa: BLE001 - as in `_verify`
            _log.exception("a message could not be acted on", event=event.envelope.id)
            why = NotActedOn(FAULT, f"{type(error).__name__}: {error}")
        else:
            if not self._quarantine.is_empty():
                self._quarantine.leave(arrival)
            return
        hearing.taken.quarantined += 1
        sender = event.envelope.sender
        self._quarantine.keep(arrival, why.reason, str(why), hearing.now, sender=sender, digest=event.digest)


def _new_event(event: SignedEvent, arrival: Arrival) -> NewEvent:
    # A sender may give the auditor a content that is not the auditor's to see: it is not kept.
    whole = event.envelope.event_type in AUDITED_WHOLE or AUDITOR in event.envelope.agencies
    return NewEvent(
        digest=event.digest,
        event_id=event.envelope.id,
        entries=len(event.envelope.recipients),
        envelope=event.envelope_bytes,
        signature=event.signature,
        stream_sequence=arrival.stream_sequence,
        stored_at=format_instant(arrival.stored_at) if arrival.stored_at else None,
        data=data_member(event.salt, event.content_bytes) if whole and event.salt else None,
    )


def _no_anchor(_event: SignedEvent) -> datetime | None:
    # What the broker stored after a key was revoked stays aside here, whatever a recipient may know of it.
    return None


def _own_time(event: SignedEvent) -> datetime | None:
    # The broker's clock is real and the network's is not: nothing tells the auditor, who may read long afterwards, on
    # which side of a revocation an event was stored. Times are not proven there anyway.
    return event.envelope.time
