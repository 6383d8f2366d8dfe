"""What an agency knows beside its record when it signs or admits: who it is, the directory, the rules."""

from __future__ import annotations

import os
import time
import uuid
from dataclasses import dataclass
from datetime import datetime

from events.decision import Randomness
from events.directory import Directory
from events.draft import Draft
from events.facts import Facts
from events.regulation.table import RuleTable
from services.agency.record_transaction import RecordTransaction


@dataclass(frozen=True)
class Context:
    """The agency's id, the newest directory it holds and the rules of the province's regulation."""

    me: str
    directory: Directory
    rules: RuleTable

    def facts(self, transaction: RecordTransaction, draft: Draft, now: datetime) -> Facts:
        """What the rules may look at when this agency wants to send a draft."""
        return Facts(
            me=self.me,
            now=now,
            directory=self.directory,
            rules=self.rules,
            case=transaction.case_state(draft.case) if draft.case else None,
            basis=transaction.known(draft.basis) if draft.basis else None,
            cause=transaction.known(draft.cause) if draft.cause else None,
        )


def draw_randomness() -> Randomness:
    """Fresh id, salt and nonce from the operating system."""
    return Randomness(new_id(), os.urandom(32), os.urandom(16))


def new_id() -> str:
    """A fresh event or case id: a UUID of version 7 (RFC 9562 section 5.7).

    48 bits of milliseconds and 74 random bits. Ids rise with time, so the stores' indexes grow at their end and an
    event costs the same however many there are. They need not be secret: envelopes have a nonce for that.
    """
    bits = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10), "big")
    return str(uuid.UUID(int=bits & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62))
