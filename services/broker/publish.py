"""Publishing events: an atomic batch, stored as a whole or not at all.

The server syncs once a batch instead of once a message, and the copies of an event for
its several recipients stand or fall together.

Source: NATS ADR-50 (JetStream batch publishing).
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.broker.errors import BrokerUnreachable, OutcomeUnknown, RequestRefused
from services.broker.requests import url_of
from services.broker.wire import OutMessage, check_message, publish_command, send_commands

_log = structlog.get_logger(__name__)

MAX_BATCH = 1_000
ACK_SECONDS = 10.0
_SINGLES_IN_FLIGHT = 256

# The server's reasons for not committing a batch, none of which says that a message
# of it is bad. 10176: it was never complete, which is also what is said when too many
# batches are open; 10210, 10211: too many are open, here or on the whole server.
_BATCHES_FULL = {10176, 10210, 10211}
_CONTAINS_DUPLICATE = 10201


@dataclass(frozen=True, slots=True)
class Stored:
    """A message the stream holds, under `sequence`.

    `duplicate`: it held a message with this id before; `sequence` is that one's.
    """

    msg_id: str
    sequence: int
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What became of the messages, in the order given: every one is stored.

    `suspicious`: ids that were taken although nothing had been sent under them before,
    so perhaps somebody else's message holds the id and ours is not stored. Send those
    events again under other ids. `fell_back`: the messages went one by one.
    """

    stored: tuple[Stored, ...]
    suspicious: tuple[str, ...] = ()
    fell_back: bool = False


@dataclass(slots=True)
class PublishCounts:
    """How often publishing did not go the usual way; for status and alarms."""

    batches: int = 0
    messages: int = 0
    fallbacks: int = 0
    suspicious: int = 0
    unknown: int = 0


async def publish_batch(
    nc: Client,
    messages: Sequence[OutMessage],
    *,
    retry: bool = False,
    counts: PublishCounts | None = None,
    ack_seconds: float = ACK_SECONDS,
) -> BatchOutcome:
    """Store up to 1,000 messages, all or none, and wait until they are on disk.

    `retry`: these ids may have been sent before, so a duplicate is what one expects.

    If the server has too many open batches (one agency can bring that about for all),
    or an id is known already, the messages are sent one by one and may be stored in
    part: then OutcomeUnknown names those to send again, and they must be.

    Raises BadMessage, BrokerUnreachable, OutcomeUnknown, RequestRefused.
    """
    if len(messages) > MAX_BATCH:
        raise ValueError(f"{len(messages)} messages in a batch, the server takes {MAX_BATCH}")
    for message in messages:
        check_message(message)
    counts = counts or PublishCounts()
    counts.batches += 1
    counts.messages += len(messages)
    if not messages:
        return BatchOutcome(())
    if not nc.is_connected:
        raise BrokerUnreachable(url_of(nc), "the connection is lost and being restored")
    try:
        if len(messages) == 1:
            stored, fell_back = await _one_by_one(nc, messages, ack_seconds), False
        else:
            stored, fell_back = await _batch_or_singles(nc, messages, retry, counts, ack_seconds)
    except OutcomeUnknown:
        counts.unknown += 1
        raise
    suspicious = () if retry else tuple(one.msg_id for one in stored if one.duplicate)
    if suspicious:
        counts.suspicious += len(suspicious)
        _log.error("message id was taken before its first use", msg_ids=suspicious)
    return BatchOutcome(stored, suspicious, fell_back)


async def _batch_or_singles(
    nc: Client,
    messages: Sequence[OutMessage],
    retry: bool,
    counts: PublishCounts,
    ack_seconds: float,
) -> tuple[tuple[Stored, ...], bool]:
    try:
        return await _atomically(nc, messages, ack_seconds), False
    except RequestRefused as refusal:
        if refusal.code == _CONTAINS_DUPLICATE:
            log = _log.info if retry else _log.error
            log("batch holds a known message id, sending singly", code=refusal.code)
        elif refusal.code in _BATCHES_FULL:
            _log.error("broker takes no batches now, sending singly", code=refusal.code)
        else:
            raise
    counts.fallbacks += 1
    return await _one_by_one(nc, messages, ack_seconds), True


async def _atomically(nc: Client, messages: Sequence[OutMessage], ack_seconds: float) -> tuple[Stored, ...]:
    batch = secrets.token_hex(16)
    *before, last = messages
    commands = [
        publish_command(message, f"Nats-Batch-Id: {batch}\r\nNats-Batch-Sequence: {number}\r\n")
        for number, message in enumerate(before, start=1)
    ]
    await send_commands(nc, b"".join(commands))
    commit = {
        "Nats-Batch-Id": batch,
        "Nats-Batch-Sequence": str(len(messages)),
        "Nats-Batch-Commit": "1",
    }
    ids = tuple(message.msg_id for message in messages)
    try:
        answer = await _send_and_wait(nc, last, ack_seconds, commit)
    except (TimeoutError, nats.errors.Error) as error:
        raise OutcomeUnknown(ids, _why(error)) from error
    ack = _ack_of(answer, last.subject)
    first = int(ack["seq"]) - len(messages) + 1
    return tuple(Stored(msg_id, first + index) for index, msg_id in enumerate(ids))


async def _one_by_one(nc: Client, messages: Sequence[OutMessage], ack_seconds: float) -> tuple[Stored, ...]:
    places = asyncio.Semaphore(_SINGLES_IN_FLIGHT)

    async def one(message: OutMessage) -> Stored:
        async with places:
            ack = _ack_of(await _send_and_wait(nc, message, ack_seconds), message.subject)
        return Stored(message.msg_id, int(ack["seq"]), bool(ack.get("duplicate")))

    results = await asyncio.gather(*map(one, messages), return_exceptions=True)
    unknown: list[str] = []
    reason: BaseException | None = None
    for message, result in zip(messages, results, strict=True):
        if isinstance(result, TimeoutError | nats.errors.Error):
            unknown.append(message.msg_id)
            reason = result
        elif isinstance(result, BaseException):
            raise result
    if reason is not None:
        raise OutcomeUnknown(tuple(unknown), _why(reason)) from reason
    return tuple(result for result in results if isinstance(result, Stored))


async def _send_and_wait(
    nc: Client, message: OutMessage, ack_seconds: float, extra: dict[str, str] | None = None
) -> Msg:
    headers = {**(extra or {}), "Nats-Msg-Id": message.msg_id, **message.headers}
    return await nc.request(message.subject, message.payload, timeout=ack_seconds, headers=headers)


def _ack_of(answer: Msg, subject: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(answer.data)
    error = document.get("error")
    if error is not None:
        raise RequestRefused(
            f"a message to {subject}",
            int(error.get("err_code", error.get("code", 0))),
            str(error.get("description", "")),
        )
    return document


def _why(error: BaseException) -> str:
    if isinstance(error, nats.errors.NoRespondersError):
        return "no stream takes this subject"
    return "no answer in time; if this repeats, the log tells whether permission was refused"
