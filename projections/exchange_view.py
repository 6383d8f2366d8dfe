"""The exchange view of one agency: a fold over envelopes and receipts alone, which an auditor can make too.

docs/exchange-view.md says it so exactly that another can compute it. In short: a row for each case, and one for each
counterpart where there is no case. A row says what came in, as a running digest in the agency's own signed incoming
order; what went out, by recipient; and the requests with a due time that are unanswered. The view stands at a *point*:
an incoming number of a year, and the count of documents sent to each recipient. How coming and going were interleaved
changes nothing, since only what the agency signed is looked at: its numbers, and its counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from events import base64url
from events.canonical import JSON, canonical_json
from projections.exchange_rows import BUCKETS, Rows, bucket_of

PREFIX = b"phoihop/exchange-view/v1\n"
NO_CASE = "~"
"""Stands before the counterpart's id in the key of a row that belongs to no case."""

_START = bytes(32)
_HOT_ROWS = 20_000
"""Rows kept unpacked; beyond them all are written back."""


class Received(NamedTuple):
    """A document as the agency took it in: its number in the year's incoming register, 0 where it was refused.

    `digest` is the envelope's in base64url, `admitted_at` the instant of its receipt, as texts on the wire.
    """

    year: int
    number: int
    digest: str
    admitted_at: str
    sender: str
    id: str
    case: str | None
    cause: str | None
    due: str | None


class Sent(NamedTuple):
    """A document that the agency signed at `time`, to recipients each with its running count."""

    digest: str
    time: str
    id: str
    recipients: tuple[tuple[str, int], ...]
    case: str | None
    cause: str | None
    due: str | None


class ExchangeView:
    """The view of `agency`, standing at a point that `fold` moves on.

    `heads` is, for each recipient, count and digest of the last document sent to it; `buckets` the digests of the
    buckets where they are known from before.
    """

    def __init__(
        self,
        agency: str,
        rows: Rows,
        *,
        year: int = 0,
        number: int = 0,
        heads: Mapping[str, tuple[int, str]] | None = None,
        buckets: list[bytes] | None = None,
    ) -> None:
        self.agency = agency
        self.year = year
        self.number = number
        self.heads = dict(heads or {})
        self.buckets = buckets if buckets is not None else [sha256(b"").digest()] * BUCKETS
        self._rows = rows
        self._hot: dict[str, dict[str, Any]] = {}
        self._dirty: set[str] = set()
        self._refused: dict[str, list[Received]] = {}

    # --- folding ---

    def fold(self, received: Iterable[Received], sent: Iterable[Sent]) -> None:
        """Take in documents: those received in the order of their numbers, those sent in the order of their counts.

        A refused document has no number: it is held back, and stands before the next one admitted of the same sender.
        An answer and its request may come in one call, in either list; an answer must not come in a call before its
        request's.
        """
        came, went = list(received), list(sent)
        for taken in came:
            self._take(taken)
        for signed in went:
            self._send(signed)
        # Only now: a request may stand in the other list.
        for taken in came:
            if taken.cause is not None and taken.number:
                self._answered(taken.cause, taken.sender)
        for signed in went:
            if signed.cause is not None:
                self._answer(signed.cause, signed.recipients)
        if len(self._hot) > _HOT_ROWS:
            self.flush()

    def _take(self, document: Received) -> None:
        if not document.number:
            self._refused.setdefault(document.sender, []).append(document)
            return
        if self._refused:
            for refused in self._refused.pop(document.sender, ()):
                self._receive(refused)
        self._receive(document)

    def _row(self, key: str) -> dict[str, Any]:
        row = self._hot.get(key)
        if row is None:
            packed = self._rows.load(key)
            row = self._hot[key] = {"key": key} if packed is None else orjson.loads(packed)
            if "in" in row:
                row["in"]["chain"] = base64url.decode(row["in"]["chain"])
        self._dirty.add(key)
        return row

    def _receive(self, document: Received) -> None:
        year, number, digest, admitted_at, sender, event_id, case, _, due = document
        row = self._row(case or NO_CASE + sender)
        came = row.get("in")
        if came is None:
            came = row["in"] = {"chain": _START, "count": 0, "last": ""}
        came["chain"] = sha256(came["chain"] + chain_line(year, number, digest, admitted_at)).digest()
        came["count"] += 1
        came["last"] = admitted_at
        if number:
            self.year, self.number = year, number
            if due is not None:
                row.setdefault("asked", {})[event_id] = due
                self._rows.open(True, event_id, sender, row["key"])

    def _send(self, document: Sent) -> None:
        digest, time, event_id, recipients, case, _, due = document
        for agency, count in recipients:
            row = self._row(case or NO_CASE + agency)
            went = row.setdefault("out", {})
            before = went.get(agency)
            if before is None:
                went[agency] = {"count": 1, "head": digest, "last": time, "number": count}
            else:
                before["count"] += 1
                before["head"], before["last"], before["number"] = digest, time, count
            self.heads[agency] = count, digest
            if due is not None:
                asking = row.setdefault("asking", {}).setdefault(event_id, {"due": due, "of": []})
                asking["of"] = sorted({*asking["of"], agency})
                self._rows.open(False, event_id, agency, row["key"])

    def _answer(self, cause: str, recipients: tuple[tuple[str, int], ...]) -> None:
        """The agency answers what it was asked."""
        for counterpart, _ in recipients:
            if (key := self._rows.settle(True, cause, counterpart)) is not None:
                row = self._row(key)
                row["asked"].pop(cause, None)
                if not row["asked"]:
                    del row["asked"]

    def _answered(self, cause: str, counterpart: str) -> None:
        """A counterpart answers what the agency asked."""
        if (key := self._rows.settle(False, cause, counterpart)) is None:
            return
        row = self._row(key)
        asking = row["asking"]
        asking[cause]["of"].remove(counterpart)
        if not asking[cause]["of"]:
            del asking[cause]
        if not asking:
            del row["asking"]

    # --- the digest ---

    def flush(self) -> None:
        """Write the rows that were touched back to where they lie, and digest their buckets again."""
        if not self._dirty:
            self._hot.clear()
            return
        packed = [(key, pack(self._hot[key])) for key in self._dirty]
        self._rows.save((key, data, sha256(data).digest()) for key, data in packed)
        for bucket in {bucket_of(key) for key in self._dirty}:
            self.buckets[bucket] = sha256(self._rows.digests(bucket)).digest()
        self._dirty.clear()
        self._hot.clear()

    def digest(self) -> str:
        """The view's digest at its point, base64url."""
        self.flush()
        return base64url.encode(
            sha256(PREFIX + sha256(canonical_json(self.point())).digest() + b"".join(self.buckets)).digest()
        )

    @property
    def rows(self) -> int:
        """How many rows it has."""
        self.flush()
        return self._rows.count()

    def point(self) -> dict[str, JSON]:
        """Where the view stands."""
        return {
            "agency": self.agency,
            "year": self.year,
            "incoming_number": self.number,
            "outgoing": {agency: {"count": count, "head": head} for agency, (count, head) in self.heads.items()},
        }

    def row(self, key: str) -> JSON:
        """A row as it is digested; None if there is none."""
        self.flush()
        packed = self._rows.load(key)
        return None if packed is None else orjson.loads(packed)


def chain_line(year: int, number: int, digest: str, admitted_at: str) -> bytes:
    """What the running digest takes in of a document received."""
    if not number:
        return f"- - {digest} refused {admitted_at}\n".encode("ascii")
    return f"{year} {number} {digest} admitted {admitted_at}\n".encode("ascii")


def pack(row: Mapping[str, Any]) -> bytes:
    """The canonical JSON of a row."""
    if "in" in row:
        row = {**row, "in": {**row["in"], "chain": base64url.encode(row["in"]["chain"])}}
    return canonical_json(row)
