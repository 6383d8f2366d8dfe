"""What a witness must not forget: the checkpoint it saw last, what it still waits for, which alarms stand.

It lies in the agency's record, so that a check, its result and the message about it are one commit; and two services
on one record cannot each follow another branch of the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from events.instants import format_instant, parse_instant
from events.note import parse_note
from events.transparency.checkpoint import Checkpoint, parse_checkpoint
from events.types.transparency import LogProblem
from projections.named_sql import named_statements

if TYPE_CHECKING:
    from services.agency.record import Record
    from services.agency.record_transaction import RecordTransaction

_SQL = named_statements((files("services.witness") / "notebook.sql").read_text("utf-8"), "notebook.sql")

MESSAGES_CURSOR = "witness"
"""Up to where the record's messages about the log have been acted on."""
OWN_CURSOR = "witness-own"
"""Up to where it was asked where the record's events stand in the log."""
ADDRESS = "address"
WAITING = "waiting"
"""How many events are asked for and not proven."""
STREAM = "stream"
VIEW = "view"
"""The digest of the exchange view that was stated last."""
ACCEPTED = "accepted"
"""The alarm that a person accepted last: the service then begins from what is durable."""


class Proof(StrEnum):
    """What an alarm's notes prove, as this agency checked them itself."""

    PENDING = "pending"
    """Not checked yet: the log's tree is not known here up to the notes' sizes."""
    PROVEN = "proven"
    REFUTED = "refuted"
    """The notes do not show what is said of them."""
    WORD = "word"
    """Nothing in it can be checked here: it is the word of the agency that raised it."""


class Standing(StrEnum):
    """Whether an alarm still stands."""

    OPEN = "open"
    OVER = "over"
    ACCEPTED = "accepted"


BLOCKING = frozenset({LogProblem.FORKED, LogProblem.LEFT_OUT, LogProblem.MISSTATED})
"""While one of these stands, nothing is cosigned."""

PASSING = frozenset({LogProblem.STALLED, LogProblem.UNAVAILABLE, LogProblem.UNSIGNED, LogProblem.SHRUNK})
"""These are over with the next good checkpoint."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest verified checkpoint: its note as the log signed it, when the log said so, where that stands here."""

    checkpoint: Checkpoint
    note: str
    stated_at: datetime
    position: int
    cosigned_size: int | None
    cosigned_note: str | None
    cosigned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm over the log, own or heard; `position` is where its message stands in the record."""

    event_id: str
    position: int
    raised_by: str
    problem: LogProblem
    proof: Proof
    standing: Standing
    ended_at: datetime | None
    reason: str | None

    def blocks(self, me: str) -> bool:
        """Whether nothing may be cosigned while it stands: an own alarm, or a fork that was proven here."""
        if self.standing is not Standing.OPEN or self.problem not in BLOCKING:
            return False
        return self.raised_by == me or (self.proof is Proof.PROVEN and self.problem is LogProblem.FORKED)


@dataclass(frozen=True, slots=True)
class AwaitedRow:
    """An event that the log lacks or misstates; `unknown_at` is the broker's time of the answer "unknown"."""

    digest: bytes
    position: int
    unknown_at: datetime | None
    misstated: bool


Ask = Callable[[str, tuple[object, ...]], Sequence[Any]]
Rows = Iterable[tuple[object, ...]]


class Notebook:
    """The tables of one record: `of` for reading, `within` for reading and writing in a transaction."""

    def __init__(self, ask: Ask, write: Callable[[str, Rows], None]) -> None:
        self._ask = ask
        self._write = write

    @classmethod
    def of(cls, record: Record) -> Notebook:
        """To be read only."""
        return cls(record.rows, _read_only)

    @classmethod
    def within(cls, transaction: RecordTransaction) -> Notebook:
        """To be read and written in a transaction; not to be kept."""

        def ask(query: str, parameters: tuple[object, ...]) -> Sequence[Any]:
            transaction.cursor.execute(query, parameters)
            return list(transaction.cursor.fetchall())

        return cls(ask, transaction.cursor.executemany)

    def _rows(self, name: str, *parameters: object) -> Sequence[Any]:
        return self._ask(_SQL[name], parameters)

    def _many(self, name: str, rows: Rows) -> None:
        self._write(_SQL[name], rows)

    # --- checkpoints ---

    def seen(self) -> Seen | None:
        """The newest verified checkpoint; None before the first."""
        for size, root, note, stated_at, position, *cosigned in self._rows("seen"):
            checkpoint = parse_checkpoint(parse_note(note).text)
            if (checkpoint.size, checkpoint.root) != (size, root):
                raise ValueError("the record's table log_seen contradicts itself: the store is damaged")
            at = parse_instant(cosigned[2]) if cosigned[2] else None
            return Seen(checkpoint, note, parse_instant(stated_at), position, cosigned[0], cosigned[1], at)
        return None

    def cosigned_note(self) -> str | None:
        """The note of the newest checkpoint that was cosigned here, as heads show it."""
        rows = self._rows("cosigned_note")
        return rows[0][0] if rows else None

    def see(self, checkpoint: Checkpoint, note: str, stated_at: datetime, position: int) -> None:
        """Note a checkpoint as verified."""
        self._rows("see", checkpoint.size, checkpoint.root, note, format_instant(stated_at), position)

    def note_cosigned(self, size: int, note: str, at: datetime) -> None:
        """Note what was cosigned: the note with the log's signature and this agency's cosignature."""
        self._rows("cosigned", size, note, format_instant(at))

    def hear(self, peer: str, size: int, note: str) -> None:
        """Keep a checkpoint that another agency has cosigned, to be compared."""
        self._rows("hear", peer, size, note)

    def heard(self) -> list[tuple[str, int, str]]:
        """Agency, size and note of each checkpoint to be compared."""
        return [tuple(row) for row in self._rows("heard")]

    def compared(self, peer: str, note: str) -> None:
        """A checkpoint of another agency was compared."""
        self._rows("compared", peer, note)

    def begin_anew(self) -> None:
        """Forget the log: the next checkpoint is taken as the first, and every event is looked for again."""
        for name in ("forget_seen", "forget_heard", "forget_awaited"):
            self._rows(name)
        self.note(WAITING, "0")

    # --- own events ---

    def awaited(self, limit: int) -> list[AwaitedRow]:
        """The first events that the log lacks or misstates."""
        return [
            AwaitedRow(digest, position, parse_instant(unknown_at) if unknown_at else None, bool(misstated))
            for digest, position, unknown_at, misstated in self._rows("awaited", limit)
        ]

    def awaited_counts(self) -> tuple[int, int, int]:
        """How many events are waited for; of these, how many the log lacks, and how many it misstates."""
        rows, unknown, misstated = self._rows("awaited_counts")[0]
        return max(rows, int(self.noted(WAITING) or 0)), unknown, misstated

    def proven(self, digests: Iterable[bytes]) -> None:
        """These events are in the log."""
        self._many("proven", ((digest,) for digest in digests))

    def unknown(self, events: Iterable[tuple[bytes, int]], at: datetime) -> None:
        """The log says that it lacks these events, by digest and position; the first such answer's time stays."""
        self._many("unknown", ((digest, position, format_instant(at)) for digest, position in events))

    def misstated(self, digest: bytes, position: int) -> None:
        """What the log says of this event is wrong."""
        self._rows("misstated", digest, position)

    def drop_awaited(self, problem: LogProblem) -> None:
        """Look no more for the events that an accepted alarm is about."""
        if problem is LogProblem.LEFT_OUT:
            self._rows("drop_unknown")
        elif problem is LogProblem.MISSTATED:
            self._rows("drop_misstated")

    # --- alarms ---

    def open_alarms(self) -> list[Alarm]:
        """The alarms that stand, oldest first."""
        return [_alarm(row) for row in self._rows("open_alarms")]

    def alarms(self, limit: int) -> list[Alarm]:
        """The newest alarms."""
        return [_alarm(row) for row in self._rows("alarms", limit)]

    def alarm(self, event_id: str) -> Alarm | None:
        """The alarm of an event's id."""
        rows = self._rows("alarm", event_id)
        return _alarm(rows[0]) if rows else None

    def blocked(self, me: str) -> bool:
        """Whether nothing may be cosigned."""
        return any(alarm.blocks(me) for alarm in self.open_alarms())

    def raise_alarm(self, event_id: str, position: int, raised_by: str, problem: LogProblem, proof: Proof) -> None:
        """Note an alarm; one that is known already stays as it is."""
        self._rows("raise_alarm", event_id, position, raised_by, problem.value, proof.value)

    def replace_alarms(self, raised_by: str, problem: LogProblem) -> None:
        """Forget the open alarms of another agency over a problem, unless they are proven."""
        self._rows("replace_alarms", raised_by, problem.value)

    def judge_alarm(self, event_id: str, proof: Proof) -> None:
        """Note what an alarm's notes prove."""
        self._rows("judge_alarm", proof.value, event_id)

    def end_alarm(self, event_id: str, standing: Standing, at: datetime, reason: str | None = None) -> None:
        """An open alarm is over, or accepted for a reason."""
        self._rows("end_alarm", standing.value, format_instant(at), reason, event_id)

    # --- notes ---

    def note(self, name: str, value: str) -> None:
        """Note something under a name."""
        self._rows("note", name, value)

    def noted(self, name: str) -> str | None:
        """What was noted last under a name."""
        rows = self._rows("noted", name)
        return rows[0][0] if rows else None


def _read_only(_query: str, _rows: Rows) -> None:
    raise TypeError("this notebook was opened to be read")


_PROBLEMS = {problem.value: problem for problem in LogProblem}


def _alarm(row: Sequence[Any]) -> Alarm:
    event_id, position, raised_by, problem, proof, standing, ended_at, reason = row
    return Alarm(
        event_id, position, raised_by, _PROBLEMS[problem], Proof(proof), Standing(standing),
        parse_instant(ended_at) if ended_at else None, reason,
    )  # fmt: skip
