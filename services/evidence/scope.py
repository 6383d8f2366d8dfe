"""Whether a package holds what was asked for, and nothing else: all of a period, and of a case nothing but the case.

| check | rules out |
| --- | --- |
| trimmed | a period that may have more events than are here, none at all among them; a case without a document of it |
| form | a document in a case's package that neither belongs to the case nor is cited by a document of it |
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from events.audit.finding import AuditCheck
from events.instants import parse_instant
from services.evidence.authenticity import Held
from services.evidence.faults import Faults
from services.evidence.layout import EVENT_FOLDER
from services.evidence.manifest import Selection
from services.evidence.trees import Tree


class Scope(Protocol):
    """What a selection asks of the events of its package."""

    def take(self, held: Held, where: str) -> None:
        """Note an event; they come in the log's order."""

    def finish(self) -> None:
        """Nothing more comes."""


def scope_of(selection: Selection, newest: Tree | None, faults: Faults, *, simulated: bool) -> Scope:
    """What is asked of a package of this selection, which is proven into `newest`."""
    if selection.kind == "period":
        return _Period(selection, newest, faults, simulated=simulated)
    if selection.kind == "case":
        return _Case(selection.case or "", faults)
    return _Everything()


class _Everything:
    """That nothing is missing is the log's own to show (`inclusion`)."""

    def take(self, held: Held, where: str) -> None:
        """Anything belongs to it."""

    def finish(self) -> None:
        """Nothing is left to check."""


class _Case:
    """Its documents, and what they cite."""

    def __init__(self, case: str, faults: Faults) -> None:
        self._case = case
        self._faults = faults
        self._cited: set[bytes] = set()
        self._others: dict[bytes, tuple[str, str]] = {}
        self._own = False

    def take(self, held: Held, where: str) -> None:
        """Note an event. What a document cites stands before it as a rule, and may stand behind it."""
        envelope = held.envelope
        if envelope.is_protocol:
            return
        if envelope.case != self._case:
            self._others[UUID(envelope.id).bytes] = envelope.id, where
            return
        self._own = True
        self._cited |= {UUID(cited).bytes for cited in (envelope.cause, envelope.basis) if cited is not None}

    def finish(self) -> None:
        """Whether it is a package of this case."""
        if not self._own:
            self._faults.add(
                AuditCheck.TRIMMED, EVENT_FOLDER,
                "gói không có văn bản nào của vụ việc mà gói nêu",
                "the package has no document of the case that it is said to be of",
            )  # fmt: skip
        for key, (event, where) in self._others.items():
            if key not in self._cited:
                self._faults.add(
                    AuditCheck.FORM, where,
                    "văn bản không thuộc vụ việc của gói và không được văn bản nào của vụ việc viện dẫn",
                    "the document is not of the package's case, and no document of the case cites it", event,
                )  # fmt: skip


class _Period:
    """It holds one event more on each side, or reaches the end of the log there."""

    def __init__(self, selection: Selection, newest: Tree | None, faults: Faults, *, simulated: bool) -> None:
        self._since = parse_instant(selection.since or "")
        self._until = parse_instant(selection.until or "")
        self._size = None if newest is None else newest.checkpoint.size
        self._faults = faults
        self._simulated = simulated
        self._first: Held | None = None
        self._last: Held | None = None

    def take(self, held: Held, where: str) -> None:  # noqa: ARG002 - as the others
        """Note an event."""
        self._first = self._first or held
        self._last = held

    def finish(self) -> None:
        """Whether anything of the period may stand outside of what is here."""
        if self._first is None or self._last is None:
            self._faults.add(
                AuditCheck.TRIMMED, EVENT_FOLDER,
                "gói không có văn bản nào: không chứng minh được rằng thời kỳ này không có gì",
                "the package has no event: nothing shows that there was none in the period",
            )  # fmt: skip
            return
        first = self._moment(self._first)
        if self._first.logged.first_index > 0 and (first is None or first >= self._since):
            self._cut(self._first, "before")
        end = self._last.logged.first_index + len(self._last.envelope.agencies)
        last = self._moment(self._last)
        if end != self._size and (last is None or last < self._until):
            self._cut(self._last, "behind")

    def _moment(self, held: Held) -> datetime | None:
        # A time that the broker did not give is its sender's alone, and bounds nothing.
        return held.envelope.time if self._simulated else held.stored_at

    def _cut(self, held: Held, side: str) -> None:
        vi = "trước" if side == "before" else "sau"
        self._faults.add(
            AuditCheck.TRIMMED, EVENT_FOLDER,
            f"không chứng minh được rằng thời kỳ này không còn văn bản nào {vi} mục {held.logged.first_index}",
            f"nothing shows that the period has no event {side} entry {held.logged.first_index} of the log",
            held.envelope.id,
        )  # fmt: skip
