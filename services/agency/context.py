"""What an agency knows beside its record when it signs or admits: who it is, the directory, the rules."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import datetime

from events.attachments import attachments_of
from events.content import Content
from events.decision import Randomness
from events.directory import Directory
from events.draft import Draft
from events.facts import Facts
from events.regulation.table import RuleTable
from services.agency.record_reading import RecordReading


@dataclass(frozen=True)
class Context:
    """The agency's id, the newest directory it holds and the rules of the province's regulation."""

    me: str
    directory: Directory
    rules: RuleTable

    def facts(self, record: RecordReading, draft: Draft, now: datetime) -> Facts:
        """What the rules may look at when this agency wants to send a draft."""
        cause = record.known(draft.cause) if draft.cause else None
        return Facts(
            me=self.me,
            now=now,
            directory=self.directory,
            rules=self.rules,
            case=record.case_state(draft.case) if draft.case else None,
            basis=record.known(draft.basis) if draft.basis else None,
            cause=cause,
            files=_files_here(record, draft.content, cause.content if cause is not None else None),
        )


def _files_here(record: RecordReading, *contents: Content | None) -> frozenset[str]:
    # A file has its digest for a name only once it is whole and verified.
    named = {one.sha256 for content in contents for one in attachments_of(content)}
    return frozenset(sha256 for sha256 in named if (record.folder / "attachments" / sha256).is_file())


_ID_BYTES = 10
"""The random bytes of an id; six of their bits make room for version and variant."""


def draw_randomness() -> Randomness:
    """Fresh id, salt and nonce from the operating system, asked once."""
    drawn = os.urandom(_ID_BYTES + 48)
    return Randomness(_uuid7(drawn[:_ID_BYTES]), drawn[_ID_BYTES : _ID_BYTES + 32], drawn[_ID_BYTES + 32 :])


def new_id() -> str:
    """A fresh event or case id: a UUID of version 7 (RFC 9562 section 5.7).

    48 bits of milliseconds and 74 random bits. Ids rise with time, so the stores' indexes grow at their end and an
    event costs the same however many there are. They need not be secret: envelopes have a nonce for that.
    """
    return _uuid7(os.urandom(_ID_BYTES))


def _uuid7(random: bytes) -> str:
    bits = time.time_ns() // 1_000_000 << 80 | int.from_bytes(random, "big")
    text = f"{bits & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
