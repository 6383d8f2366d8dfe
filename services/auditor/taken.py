"""What came of a batch that was taken in: counts, and what is to be done now that it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from events.types.transparency import InclusionStated


class Answer(NamedTuple):
    """What is to be told to whom; `cause` is the id of the message that asked, dated `asked_at`."""

    to: str
    content: InclusionStated
    cause: str
    asked_at: datetime


@dataclass
class Taken:
    """Counts by outcome (`entries` are the log's, one for each recipient), and the answers that are owed.

    `directory_notes` are versions that agencies have sent, `cosigned` the sizes of checkpoints with new cosignatures,
    `checkpoint_to` who asks for the newest one; `unheld` whether checkpoints of the log's own have come back that the
    ledger did not hold.
    """

    logged: int = 0
    entries: int = 0
    messages: int = 0
    repeated: int = 0
    quarantined: int = 0
    directory_notes: list[str] = field(default_factory=list)
    cosigned: set[int] = field(default_factory=set)
    answers: list[Answer] = field(default_factory=list)
    checkpoint_to: set[str] = field(default_factory=set)
    unheld: bool = False

    def count(self, other: Taken) -> None:
        """Add another batch's numbers to these."""
        self.logged += other.logged
        self.entries += other.entries
        self.messages += other.messages
        self.repeated += other.repeated
        self.quarantined += other.quarantined
