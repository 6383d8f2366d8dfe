"""Every agency's exchange view, folded again from the log, and held against what the agency stated of it.

What an agency sent and took in waits here until one of its statements says where it stood; then exactly that is folded
and the digests are compared. A statement may be logged before something that it counts, so it waits too. An agency that
states nothing has its older half folded when too much waits: by its own clock, so that no answer comes before what it
answers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from events.audit.finding import AuditCheck, Finding
from events.audit.protocol_facts import Fact
from events.audit.registers import register_year
from projections.exchange_rows import MemoryRows
from projections.exchange_view import ExchangeView, Received, Sent

WAITING = 20_000
"""So many documents of one agency wait for a statement."""


@dataclass(frozen=True, slots=True)
class _Statement:
    index: int
    event: str
    point: tuple[int, int]
    outgoing: dict[str, int]
    digest: str


@dataclass(slots=True)
class _Agency:
    view: ExchangeView
    sent: list[tuple[int, Sent]] = field(default_factory=list)
    admitted: dict[tuple[int, int], tuple[int, Received]] = field(default_factory=dict)
    refused: dict[str, list[tuple[int, Received]]] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    newest: dict[int, int] = field(default_factory=dict)
    statements: deque[_Statement] = field(default_factory=deque)


class ReplayedViews:
    """The views of all agencies as of a moment: what was admitted and sent by then (`as_of`, an instant's text)."""

    def __init__(self, found: Callable[[Finding], None], as_of: str | None) -> None:
        self._found = found
        self._as_of = as_of
        self._agencies: dict[str, _Agency] = {}
        self._waiting: set[str] = set()
        self.statements = 0

    # --- what the log brings ---

    def document(self, fact: Fact) -> None:
        """A document was logged."""
        _, _, sender, event, digest, recipients, case, cause, due, time, _, _, number = fact
        if self._as_of is not None and time > self._as_of:
            return
        agency = self._agencies.get(sender) or self._new(sender)
        # Ordered by the outgoing register, where years follow one another.
        place = register_year(time) * 1_000_000_000 + number
        agency.sent.append((place, Sent(digest, time, event, recipients, case, cause, due)))
        for recipient, count in recipients:
            if count > agency.reached.get(recipient, 0):
                agency.reached[recipient] = count
        if len(agency.sent) > WAITING:
            self._fold_older(agency)

    def taken(self, recipient: str, year: int, number: int, count: int, fact: Fact, admitted_at: str) -> None:
        """A delivery was taken in by its recipient: admitted under a number, or refused (number 0)."""
        _, _, sender, event, digest, _, case, cause, due, _, _, _, _ = fact
        if self._as_of is not None and admitted_at > self._as_of:
            return
        agency = self._agencies.get(recipient) or self._new(recipient)
        received = Received(year, number, digest, admitted_at, sender, event, case, cause, due)
        if number:
            agency.admitted[year, number] = count, received
            if number > agency.newest.get(year, 0):
                agency.newest[year] = number
            if len(agency.admitted) > WAITING:
                self._fold_older(agency)
        else:
            agency.refused.setdefault(sender, []).append((count, received))

    def stated(self, fact: Fact) -> None:
        """An agency has stated its view."""
        _, index, sender, event, year, number, outgoing, digest = fact
        agency = self._agencies.get(sender) or self._new(sender)
        agency.statements.append(_Statement(index, event, (year, number), dict(outgoing), digest))
        self._waiting.add(sender)

    def settle(self) -> None:
        """Look at the statements that wait: call it now and then."""
        for name in sorted(self._waiting):
            agency = self._agencies[name]
            while agency.statements and self._is_reached(agency, agency.statements[0]):
                self._compare(agency, agency.statements.popleft())
            if not agency.statements:
                self._waiting.discard(name)

    def finish(self) -> None:
        """Nothing more comes: fold what is left, and say which statements cannot be reproduced."""
        self.settle()
        for name in sorted(self._agencies):
            agency = self._agencies[name]
            for statement in agency.statements if self._as_of is None else ():
                self._found(
                    Finding(
                        AuditCheck.VIEW_DIFFERS, statement.event, f"entry {statement.index}",
                        f"{name} công bố bảng trao đổi tính đến những văn bản mà sổ không có.",
                        f"{name} states its exchange view after documents or receipts that the log does not have.",
                    )
                )  # fmt: skip
            self._fold(agency, agency.sent, sorted(agency.admitted))
            agency.sent, agency.admitted = [], {}

    def views(self) -> dict[str, ExchangeView]:
        """The views by agency."""
        return {name: self._agencies[name].view for name in sorted(self._agencies)}

    # --- folding ---

    def _new(self, name: str) -> _Agency:
        agency = self._agencies[name] = _Agency(ExchangeView(name, MemoryRows()))
        return agency

    @staticmethod
    def _is_reached(agency: _Agency, statement: _Statement) -> bool:
        year, number = statement.point
        heads = agency.reached
        return agency.newest.get(year, 0) >= number and all(
            heads.get(to, 0) >= count for to, count in statement.outgoing.items()
        )

    def _compare(self, agency: _Agency, statement: _Statement) -> None:
        self.statements += 1
        name = agency.view.agency
        outgoing = statement.outgoing
        due = [each for each in agency.sent if all(count <= outgoing.get(to, 0) for to, count in each[1].recipients)]
        if len(due) == len(agency.sent):
            agency.sent = []
        else:
            places = {each[0] for each in due}
            agency.sent = [each for each in agency.sent if each[0] not in places]
        self._fold(agency, due, sorted(key for key in agency.admitted if key <= statement.point))
        view = agency.view
        stands = (view.year, view.number), {to: count for to, (count, _) in view.heads.items()}
        if stands != (statement.point, outgoing):
            explanation = "its numbers and counts are passed already, or lie between two documents"
        elif view.digest() != statement.digest:
            explanation = "folded again from envelopes and receipts it has another digest"
        else:
            return
        self._found(
            Finding(
                AuditCheck.VIEW_DIFFERS, statement.event, f"entry {statement.index}",
                f"Bảng trao đổi dựng lại của {name} khác với bảng đã công bố.",
                f"The exchange view that {name} stated at incoming number {statement.point[1]} of "
                f"{statement.point[0]} is not the one that the log gives: {explanation}.",
            )
        )  # fmt: skip

    def _fold_older(self, agency: _Agency) -> None:
        if agency.statements:
            return
        times = sorted(
            [each[1].time for each in agency.sent] + [each[1].admitted_at for each in agency.admitted.values()]
        )
        until = times[len(times) // 2]
        older = [each for each in agency.sent if each[1].time <= until]
        agency.sent = [each for each in agency.sent if each[1].time > until]
        self._fold(agency, older, sorted(key for key, each in agency.admitted.items() if each[1].admitted_at <= until))

    @staticmethod
    def _fold(agency: _Agency, sent: list[tuple[int, Sent]], keys: list[tuple[int, int]]) -> None:
        came: list[Received] = []
        for key in keys:
            count, received = agency.admitted.pop(key)
            refused = agency.refused.get(received.sender)
            if refused:
                before = sorted(each for each in refused if each[0] < count)
                came += [each[1] for each in before]
                agency.refused[received.sender] = [each for each in refused if each[0] > count]
            came.append(received)
        agency.view.fold(came, [each[1] for each in sorted(sent)])
