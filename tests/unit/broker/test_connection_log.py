"""What a connection that does not come back leaves in the log: each reason once, not four times a second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from structlog.testing import capture_logs

from services.broker.connection import ConnectionLog

REFUSED = ConnectionRefusedError(111, "Connect call failed")


def events(lines: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [(line["event"], line["log_level"]) for line in lines]


async def test_a_reason_is_logged_once_until_it_changes() -> None:
    with capture_logs() as lines:
        log = ConnectionLog("vnpt")
        for _ in range(40):
            await log.error(REFUSED)
        await log.error(TimeoutError("no answer"))
        await log.error(REFUSED)
    assert events(lines) == [("connection error", "warning")] * 3
    assert log.last_error is REFUSED


async def test_a_later_loss_is_told_anew() -> None:
    with capture_logs() as lines:
        log = ConnectionLog("vnpt")
        await log.error(REFUSED)
        await log.lost()
        await log.error(REFUSED)
    assert [line["event"] for line in lines].count("connection error") == 2


async def test_a_refused_subject_is_told_every_time() -> None:
    """Each is an attempt of its own, and may be another's attack."""
    with capture_logs() as lines:
        log = ConnectionLog("vnpt")
        for _ in range(2):
            await log.error(Exception('nats: permissions violation for publish to "coord.x"'))
    assert events(lines) == [("broker refuses a subject", "error")] * 2
