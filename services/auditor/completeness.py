"""How complete the ledger is, as pages show it: checkpoints and their witnesses, alarms, what was kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.instants import parse_instant
from services.auditor.ledger import Ledger
from services.auditor.quarantine import Quarantine

_RECENT = 10_000
"""A witness's last cosignature is looked for under so many checkpoints, the newest ones."""


@dataclass(frozen=True)
class KeptCheckpoint:
    """A checkpoint as it is kept: who cosigned it when, since when the quorum stands, and time-stamps."""

    size: int
    signed_at: datetime
    cosigners: tuple[tuple[str, datetime], ...]
    witnessed: bool
    witnessed_at: datetime | None
    stamps: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True)
class Witness:
    """An agency as a witness: the newest checkpoint that it cosigned, None if none of the newest."""

    agency: str
    size: int | None
    cosigned_at: datetime | None


@dataclass(frozen=True)
class Alarm:
    """An alarm over the log that an agency raised."""

    event_id: str
    raised_by: str
    problem: str
    explanation: str
    raised_at: datetime


@dataclass(frozen=True)
class KeptApart:
    """A message in quarantine."""

    stream_sequence: int | None
    taken_at: datetime
    claimed_sender: str
    subject: str
    reason: str
    explanation: str


@dataclass(frozen=True)
class State:
    """The ledger now: entries, newest checkpoint and newest witnessed one (sizes), what is kept apart by reason.

    `unheld` are checkpoints of its own that have come back and that the ledger did not hold: it was an old copy.
    """

    entries: int
    newest: int | None
    witnessed: int | None
    apart: dict[str, int]
    unheld: int
    alarms: int
    taken_at: datetime | None


def state(ledger: Ledger) -> State:
    """How the ledger stands."""
    ask = ledger.connection.execute
    taken = ask("SELECT taken_at FROM intake").fetchone()
    return State(
        entries=ledger.size,
        newest=ask("SELECT MAX(size) FROM checkpoints").fetchone()[0],
        witnessed=ask("SELECT MAX(size) FROM witnessed").fetchone()[0],
        apart=Quarantine(ledger).counts(),
        unheld=ask("SELECT COUNT(*) FROM unheld_checkpoints").fetchone()[0],
        alarms=ask("SELECT COUNT(*) FROM alarms").fetchone()[0],
        taken_at=None if taken is None else parse_instant(taken[0]),
    )


def checkpoints(ledger: Ledger, *, before: int | None, limit: int) -> list[KeptCheckpoint]:
    """The newest checkpoints below a size."""
    ask = ledger.connection.execute
    rows = ask(
        "SELECT size, signed_at FROM checkpoints WHERE :before IS NULL OR size < :before "
        "ORDER BY size DESC LIMIT :limit",
        {"before": before, "limit": limit},
    ).fetchall()
    found = []
    for size, signed_at in rows:
        witnessed = ask("SELECT witnessed_at FROM witnessed WHERE size = ?", (size,)).fetchone()
        cosigners = ask("SELECT witness, MIN(cosigned_at) FROM cosignatures WHERE size = ? GROUP BY witness", (size,))
        stamps = ask("SELECT authority, stamped_at FROM timestamps WHERE size = ? ORDER BY authority", (size,))
        found.append(
            KeptCheckpoint(
                size,
                parse_instant(signed_at),
                tuple((who, parse_instant(at)) for who, at in cosigners),
                witnessed is not None,
                parse_instant(witnessed[0]) if witnessed is not None and witnessed[0] is not None else None,
                tuple((who, parse_instant(at)) for who, at in stamps),
            )
        )
    return found


def witnesses(ledger: Ledger, agencies: list[str]) -> list[Witness]:
    """What each of these agencies has cosigned last."""
    ask = ledger.connection.execute
    edge = ask("SELECT size FROM checkpoints ORDER BY size DESC LIMIT 1 OFFSET ?", (_RECENT,)).fetchone()
    found = []
    for agency in agencies:
        row = ask(
            "SELECT size, cosigned_at FROM cosignatures WHERE witness = ? AND size > ? ORDER BY size DESC LIMIT 1",
            (agency, edge[0] if edge is not None else -1),
        ).fetchone()
        found.append(Witness(agency, *(None, None) if row is None else (row[0], parse_instant(row[1]))))
    return found


def alarms(ledger: Ledger, *, offset: int, limit: int) -> list[Alarm]:
    """The alarms, the newest first."""
    rows = ledger.connection.execute(
        "SELECT coalesce(event_id, ''), raised_by, problem, explanation, raised_at FROM alarms "
        "LEFT JOIN logged USING (digest) ORDER BY raised_at DESC, digest LIMIT ? OFFSET ?",
        (limit, offset),
    )
    return [Alarm(event, by, problem, why, parse_instant(at)) for event, by, problem, why, at in rows]


def kept_apart(ledger: Ledger, *, offset: int, limit: int) -> list[KeptApart]:
    """What is in quarantine, the newest first."""
    rows = ledger.connection.execute(
        "SELECT stream_sequence, taken_at, claimed_sender, subject, reason, explanation FROM quarantine "
        "ORDER BY taken_at DESC, key LIMIT ? OFFSET ?",
        (limit, offset),
    )
    return [KeptApart(row[0], parse_instant(row[1]), *row[2:]) for row in rows]
