"""Mail that the examination itself cannot get over: no single message may stop all that come after it.

A batch is one commit. Where a fault in this program, met by one strange message, breaks it off, the batch is taken in
one message a commit, and the one at fault is put into quarantine as it came: shown, and examined again on request,
once the program is right. A store that cannot be written is no fault of a message and is waited for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from functools import partial

import eventsourcing.persistence
import structlog

from events.arrival import Arrival, Check, Quarantined
from events.errors import InvalidValue, PhoihopError
from events.signature import Signer
from events.subjects import parse_subject
from services.agency.admitting import Intake, take_in
from services.agency.context import Context
from services.agency.holding_area import HoldingArea
from services.agency.record_transaction import RecordTransaction
from services.agency.recorder import RecordUnavailable
from services.agency.writer import Writer

_log = structlog.get_logger(__name__)

Circumstances = Callable[[], tuple[Context, Signer, datetime]]
"""The directory and rules, the service's key and the time, as they are when it is asked."""


async def take_in_despite_faults(writer: Writer, arrivals: list[Arrival], circumstances: Circumstances) -> Intake:
    """Take in a batch in one commit or, where that fails over a message, one by one; stored when this returns.

    Raises `RecordUnavailable` where the store cannot be written: then nothing may be acknowledged.
    """
    try:
        return await writer.run(lambda transaction: _take_in(transaction, arrivals, circumstances))
    except Exception as error:
        if _is_of_the_store(error):
            raise
        _log.exception("mail is taken in one by one: a message broke the examination off", messages=len(arrivals))
    whole = Intake()
    for arrival in arrivals:
        try:
            one = await writer.run_alone(partial(_take_in, arrivals=[arrival], circumstances=circumstances))
        except Exception as error:
            if _is_of_the_store(error):
                raise
            _log.exception("a message cannot be examined and goes to quarantine", subject=arrival.subject)
            one = await writer.run_alone(partial(_put_aside, arrival=arrival, error=error, circumstances=circumstances))
        whole.count(one)
        whole.follow_ups.add(one.follow_ups)
    return whole


class ExaminationFailed(Exception):
    """Examining a batch of mail broke off with one of the program's own errors: the whole commit is undone."""


def _take_in(transaction: RecordTransaction, arrivals: list[Arrival], circumstances: Circumstances) -> Intake:
    context, service, now = circumstances()
    try:
        return take_in(transaction, arrivals, context, service, now)
    except PhoihopError as error:
        # The writer would take it for a command's refusal and commit what had been appended before it.
        raise ExaminationFailed(str(error)) from error


def _put_aside(
    transaction: RecordTransaction, arrival: Arrival, error: Exception, circumstances: Circumstances
) -> Intake:
    _, _, now = circumstances()
    try:
        claimed = parse_subject(arrival.subject).sender
    except InvalidValue:
        claimed = ""
    explanation = f"examining it failed ({type(error).__name__}): update phoihop, then run `phoihop inbox retry`"
    verdict = Quarantined(Check.FORM, "examination-failed", explanation, claimed)
    kept = HoldingArea(transaction).quarantine(arrival, verdict, now)
    return Intake(quarantined=int(kept))


def _is_of_the_store(error: Exception) -> bool:
    """Whether the store could not be written, rather than being asked for what cannot be."""
    at_fault = (
        sqlite3.DataError,
        sqlite3.IntegrityError,
        sqlite3.ProgrammingError,
        eventsourcing.persistence.IntegrityError,
    )
    return isinstance(error, RecordUnavailable) and not isinstance(error.__cause__, at_fault)
