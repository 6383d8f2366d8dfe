"""What of the ledger goes into a package.

- everything: every event under the checkpoint;
- a period: the events from the first to the last that belong to it, without a gap, and one more on each side, which
  shows that the period has no further event;
- a case: its documents, what they cite, the receipts and refusals given for any of these, what was said of their
  contents, the gaps declared between the agencies concerned; and what concerns the log itself: directories published,
  alarms.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from typing import Any

from events import base64url
from events.envelope import Envelope, envelope_digest, parse_envelope
from projections.named_sql import named_statements
from services.auditor.ledger import Ledger
from services.errors import UsageFault
from services.evidence.manifest import Selection

SQL = named_statements((files("services.evidence") / "selecting.sql").read_text("utf-8"), "selecting.sql")
_BATCH = 2_000
_ALWAYS = frozenset({b"DirectoryPublished", b"LogAlarmRaised"})
_OF_DOCUMENTS = frozenset({b"EventReceived", b"EventRefused", b"ContentOpened"})
_TYPE = re.compile(rb'"type":"vn\.phoihop\.([A-Za-z]+)\.v')
_DIGEST = re.compile(rb'"digest":"([A-Za-z0-9_-]{43})"')

Indexes = Sequence[int]
"""First indexes of events, ascending."""


class NotInLedger(UsageFault):
    """Nothing in the auditor's ledger has an id that begins like this."""

    def __init__(self, beginning: str) -> None:
        self.beginning = beginning
        super().__init__(
            what=f"there is no {beginning!r} in the auditor's ledger",
            why="no event or case that was logged has an id that begins so",
            next_step="look ids up with `phoihop case show` at a party of the case, or take more into the ledger",
        )


class UnclearInLedger(UsageFault):
    """Several ids in the auditor's ledger begin like this."""

    def __init__(self, beginning: str, found: list[str]) -> None:
        self.beginning, self.found = beginning, ", ".join(found)
        super().__init__(
            what=f"it is not clear what {beginning!r} is", why=f"several ids begin so: {self.found}",
            next_step="give more of its characters",
        )  # fmt: skip


def find_case(ledger: Ledger, beginning: str) -> str:
    """The whole id of a case; raises `NotInLedger` or `UnclearInLedger`."""
    return _only(ledger, "cases_beginning", beginning)


def first_case(ledger: Ledger) -> str:
    """The case of the first document that stands in one; raises `NotInLedger`."""
    row = ledger.connection.execute(SQL["first_case"]).fetchone()
    if row is None:
        raise NotInLedger("")
    return str(row[0])


def find_event(ledger: Ledger, beginning: str) -> str:
    """The whole id of an event; raises `NotInLedger` or `UnclearInLedger`."""
    return _only(ledger, "events_beginning", beginning)


def _only(ledger: Ledger, statement: str, beginning: str) -> str:
    found = [row[0] for row in ledger.connection.execute(SQL[statement], {"beginning": beginning})] if beginning else []
    if not found:
        raise NotInLedger(beginning)
    if len(found) > 1:
        raise UnclearInLedger(beginning, found)
    return str(found[0])


def choose(
    ledger: Ledger, selection: Selection, size: int, *, simulated: bool, looked_at: Callable[[int], None]
) -> Indexes:
    """The events of a selection whose entries a checkpoint of `size` covers; `looked_at` hears how far it has come."""
    if selection.kind == "all":
        return array("q", (row[0] for row in ledger.connection.execute(SQL["all_events"], {"size": size})))
    if selection.kind == "period":
        return _period(ledger, selection, size, simulated=simulated)
    return _Case(ledger, size).choose(selection.case or "", looked_at)


def _period(ledger: Ledger, selection: Selection, size: int, *, simulated: bool) -> Indexes:
    def ask(name: str, **values: Any) -> int | None:
        found: int | None = ledger.connection.execute(SQL[name], {"size": size} | values).fetchone()[0]
        return found

    moment, neighbour = ("signed", "neighbour") if simulated else ("stored", "stored_neighbour")
    first = ask(f"first_{moment}_since", since=selection.since)
    last = ask(f"last_{moment}_before", until=selection.until)
    if first is None or last is None or first > last:
        return array("q")
    before, after = ask(f"{neighbour}_before", index=first), ask(f"{neighbour}_after", index=last)
    if before is None:
        first = 0
    if after is None:
        last = size
    rows = ledger.connection.execute(
        SQL["range"], {"first": first if before is None else before, "last": last if after is None else after}
    )
    return array("q", (row[0] for row in rows))


class _Case:
    def __init__(self, ledger: Ledger, size: int) -> None:
        self._ledger = ledger
        self._size = size
        self._indexes: set[int] = set()
        self._digests: set[bytes] = set()
        self._pairs: set[tuple[str, str]] = set()

    def choose(self, case: str, looked_at: Callable[[int], None]) -> Indexes:
        own = [row[0] for row in self._ask("case_events", case=case)]
        cited: set[str] = set()
        for index in own:
            envelope = self._take(index)
            cited |= {event for event in (envelope.cause, envelope.basis) if event is not None}
        for event in sorted(cited):
            for (index,) in self._ask("with_id", event=event):
                self._take(index)
        if own:
            for index in self._protocol_messages(looked_at):
                self._indexes.add(index)
        return array("q", sorted(self._indexes))

    def _take(self, index: int) -> Envelope:
        logged = self._ledger.read(index, 1)[0]
        envelope = parse_envelope(logged.envelope)
        self._indexes.add(index)
        if not envelope.is_protocol:
            self._digests.add(envelope_digest(logged.envelope))
            self._pairs |= {(envelope.sender, recipient) for recipient in envelope.agencies}
        return envelope

    def _protocol_messages(self, looked_at: Callable[[int], None]) -> Iterator[int]:
        wanted = {base64url.encode(digest).encode("ascii") for digest in self._digests}
        after = -1
        while rows := list(self._ask("protocol_messages", after=after, limit=_BATCH)):
            for index, envelope, data in rows:
                after = index
                if self._concerns(envelope, data, wanted):
                    yield index
            looked_at(after)

    def _concerns(self, envelope: bytes, data: bytes, wanted: set[bytes]) -> bool:
        """Whether a message speaks of what was chosen. Neither pattern can stand inside a text: quotes are escaped."""
        found = _TYPE.search(envelope)
        kind = b"" if found is None else found[1]
        if kind == b"GapDeclared":
            declared = parse_envelope(envelope)
            return any((declared.sender, recipient) in self._pairs for recipient in declared.agencies)
        return kind in _ALWAYS or (kind in _OF_DOCUMENTS and not wanted.isdisjoint(_DIGEST.findall(data)))

    def _ask(self, name: str, **values: Any) -> Iterator[Any]:
        return iter(self._ledger.connection.execute(SQL[name], {"size": self._size} | values).fetchall())
