"""What an agency states of its exchange view: folded from its own record when a statement is due.

    statement = exchange_view_statement(record, folder.path)

The record is read in the order of its registers and chains. Its own entries are believed as they stand: they were
verified when they were taken in. A statement that an auditor's replay cannot reproduce shows that this record or the
log is not what it was.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import orjson

from events import base64url
from events.audit.lean_envelope import LeanEnvelope, read_envelope
from events.envelope import envelope_digest
from events.payload import split_payload
from events.types.transparency import MAX_OUTGOING, ExchangeViewStated, OutgoingCount
from projections.exchange_store import ExchangeStore
from projections.exchange_view import Received, Sent
from services.agency.pair_links import IN, OUT
from services.agency.record import Record

FILE = "exchange.sqlite"
_BATCH = 500

# Numbers of a register behind the last that was folded, with what stands at them in the record.
_REGISTER = """
SELECT r.year, r.number, r.position, e.state FROM registers r JOIN entries e ON e.rowid = r.position
WHERE r.direction = ? AND (r.year > ? OR (r.year = ? AND r.number > ?))
ORDER BY r.year, r.number LIMIT ?
"""

# What was refused of a sender between two counts: it has no number, and stands before the next that was admitted.
_REFUSED = """
SELECT l.count, e.state FROM pair_links l JOIN entries e ON e.rowid = l.position
WHERE l.peer = ? AND l.direction = ? AND l.refused = 1 AND l.count > ? AND l.count < ?
ORDER BY l.count
"""


def exchange_view_statement(record: Record, folder: Path) -> ExchangeViewStated | None:
    """The statement as the record stands now; None before the first document came in, or while signing is held.

    `folder` is the agency's: the view is kept there between statements. Blocks on SQLite.
    """
    if record.signing_held or record.unsettled:
        return None
    (identity,) = (row[0] for row in record.rows("SELECT value FROM about WHERE name = 'file'"))
    with ExchangeStore(folder / FILE, record.agency, identity) as store:
        while _fold_batch(record, store):
            pass
        view = store.view
        if not view.year or len(view.heads) > MAX_OUTGOING:
            return None
        return ExchangeViewStated(
            year=view.year,
            incoming_number=view.number,
            outgoing=tuple(OutgoingCount(agency=to, count=count) for to, (count, _) in sorted(view.heads.items())),
            view_digest=view.digest(),
        )


def _fold_batch(record: Record, store: ExchangeStore) -> bool:
    view = store.view
    came = record.rows(_REGISTER, (IN, view.year, view.year, view.number, _BATCH))
    went = record.rows(_REGISTER, (OUT, store.sent_upto[0], *store.sent_upto, _BATCH))
    # Neither side runs ahead of the other: an answer must not be folded before what it answers.
    full = [rows[-1]["position"] for rows in (came, went) if len(rows) == _BATCH]
    horizon = min(full, default=None)
    came, went = _upto(came, horizon), _upto(went, horizon)
    if not came and not went:
        return False
    received: list[tuple[int, Received]] = []
    counts = dict(store.received_from)
    for row in came:
        received += _received(record, row, counts)
    sent = [_sent(row["state"]) for row in went]
    upto = (went[-1]["year"], went[-1]["number"]) if went else store.sent_upto
    store.fold(received, sent, upto)
    return True


def _upto(rows: list[sqlite3.Row], horizon: int | None) -> list[sqlite3.Row]:
    if horizon is None:
        return rows
    taken = []
    for row in rows:
        if row["position"] > horizon:
            break
        taken.append(row)
    return taken


def _received(record: Record, row: sqlite3.Row, counts: dict[str, int]) -> list[tuple[int, Received]]:
    """A document that was admitted, after those of its sender that were refused before it."""
    at, envelope, digest = _read(row["state"])
    sender = envelope.sender
    count = next(count for agency, count, _ in envelope.links if agency == record.agency)
    before = counts.get(sender, 0)
    counts[sender] = count
    found = []
    if count > before + 1:
        for refused in record.rows(_REFUSED, (sender, IN, before, count)):
            refused_at, other, other_digest = _read(refused["state"])
            found.append(
                (
                    refused["count"],
                    Received(0, 0, other_digest, refused_at, sender, other.id, other.case, other.cause, other.due),
                )
            )
    taken = Received(
        row["year"], row["number"], digest, at, sender, envelope.id, envelope.case, envelope.cause, envelope.due
    )
    return [*found, (count, taken)]


def _sent(state: bytes) -> Sent:
    _, envelope, digest = _read(state)
    links = tuple((agency, count) for agency, count, _ in envelope.links)
    return Sent(digest, envelope.time, envelope.id, links, envelope.case, envelope.cause, envelope.due)


def _read(state: bytes) -> tuple[str, LeanEnvelope, str]:
    """When an entry was recorded, its envelope, and the envelope's digest (`services.agency.entry_codec`)."""
    about, _, rest = bytes(state).partition(b"\n")
    envelope = split_payload(rest.partition(b"\n")[2]).envelope
    return orjson.loads(about)["at"], read_envelope(envelope), base64url.encode(envelope_digest(envelope))
