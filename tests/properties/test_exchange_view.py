"""The exchange view: made anew from its description, it is the same view, however its documents came."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import base64url
from events.canonical import canonical_json
from projections.exchange_rows import MemoryRows
from projections.exchange_store import ExchangeStore
from projections.exchange_view import ExchangeView, Received, Sent

ME, PEERS = "dic", ("police", "vnpt", "customs")
CASES = ("0193a000-0000-7000-8000-00000000000a", "0193a000-0000-7000-8000-00000000000b", None)


def digest(number: int) -> str:
    return base64url.encode(hashlib.sha256(str(number).encode()).digest())


def instant(number: int) -> str:
    return f"2026-11-21T{number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}.000Z"


@st.composite
def exchanges(draw: st.DrawFn) -> list[Received | Sent]:
    """Documents in the order in which the agency took them in or signed them; answers come after their requests."""
    documents: list[Received | Sent] = []
    counts = dict.fromkeys(PEERS, 0)
    number = 0
    earlier: list[str] = []
    for place in range(draw(st.integers(0, 25))):
        event = f"event {place}"
        cause = draw(st.none() | st.sampled_from(earlier)) if earlier else None
        due = draw(st.none() | st.just("2026-12-01T00:00:00.000Z"))
        case = draw(st.sampled_from(CASES))
        if draw(st.booleans()):
            refused = draw(st.integers(0, 5)) == 0
            number += not refused
            sender = draw(st.sampled_from(PEERS))
            documents.append(
                Received(2026, 0 if refused else number, digest(place), instant(place), sender, event, case, cause, due)
            )
        else:
            to = sorted(draw(st.sets(st.sampled_from(PEERS), min_size=1)))
            for peer in to:
                counts[peer] += 1
            links = tuple((peer, counts[peer]) for peer in to)
            documents.append(Sent(digest(place), instant(place), event, links, case, cause, due))
        earlier.append(event)
    return documents


def folded(batches: list[list[Received | Sent]], rows: MemoryRows | None = None) -> ExchangeView:
    view = ExchangeView(ME, rows or MemoryRows())
    for batch in batches:
        view.fold([d for d in batch if isinstance(d, Received)], [d for d in batch if isinstance(d, Sent)])
    return view


# --- docs/exchange-view.md, read by somebody else ---


def described(documents: list[Received | Sent]) -> str:
    came, went = _in_view(documents)
    rows: dict[str, dict[str, Any]] = {}
    for document in came:
        row = rows.setdefault(document.case or f"~{document.sender}", {})
        inside = row.setdefault("in", {"chain": bytes(32), "count": 0, "last": ""})
        line = f"{document.year} {document.number} {document.digest} admitted {document.admitted_at}\n"
        if not document.number:
            line = f"- - {document.digest} refused {document.admitted_at}\n"
        inside["chain"] = hashlib.sha256(inside["chain"] + line.encode()).digest()
        inside["count"] += 1
        inside["last"] = document.admitted_at
        if document.number and document.due and not _answered_by_me(document, went):
            row.setdefault("asked", {})[document.id] = document.due
    heads: dict[str, Any] = {}
    for sent in went:
        for to, count in sent.recipients:
            row = rows.setdefault(sent.case or f"~{to}", {})
            out = row.setdefault("out", {}).setdefault(to, {"count": 0})
            out |= {"count": out["count"] + 1, "head": sent.digest, "last": sent.time, "number": count}
            heads[to] = {"count": count, "head": sent.digest}
            if sent.due and not any(d.number and d.cause == sent.id and d.sender == to for d in came):
                asking = row.setdefault("asking", {}).setdefault(sent.id, {"due": sent.due, "of": []})
                asking["of"] = sorted({*asking["of"], to})
    number = max((d.number for d in came), default=0)
    point = {"agency": ME, "year": 2026 if number else 0, "incoming_number": number, "outgoing": heads}
    return _digest_of(rows, point)


def _in_view(documents: list[Received | Sent]) -> tuple[list[Received], list[Sent]]:
    came: list[Received] = []
    waiting: dict[str, list[Received]] = {}
    for document in documents:
        if isinstance(document, Received) and document.number:
            came += [*waiting.pop(document.sender, []), document]
        elif isinstance(document, Received):
            waiting.setdefault(document.sender, []).append(document)
    return came, [d for d in documents if isinstance(d, Sent)]


def _answered_by_me(request: Received, went: list[Sent]) -> bool:
    return any(sent.cause == request.id and request.sender in dict(sent.recipients) for sent in went)


def _digest_of(rows: dict[str, dict[str, Any]], point: dict[str, Any]) -> str:
    buckets: dict[int, list[bytes]] = {}
    for key in sorted(rows):
        row = {"key": key} | rows[key]
        if "in" in row:
            row["in"] = row["in"] | {"chain": base64url.encode(row["in"]["chain"])}
        first, second = hashlib.sha256(key.encode()).digest()[:2]
        buckets.setdefault((first * 256 + second) // 16, []).append(hashlib.sha256(canonical_json(row)).digest())
    joined = b"".join(hashlib.sha256(b"".join(buckets.get(number, []))).digest() for number in range(4096))
    of_point = hashlib.sha256(canonical_json(point)).digest()
    return base64url.encode(hashlib.sha256(b"phoihop/exchange-view/v1\n" + of_point + joined).digest())


@settings(deadline=None)
@given(exchanges())
def test_the_fold_is_what_its_description_says(documents: list[Received | Sent]) -> None:
    assert folded([documents]).digest() == described(documents)


@settings(deadline=None)
@given(exchanges(), st.lists(st.integers(0, 25), max_size=4), st.booleans())
def test_any_cut_into_batches_gives_the_same_view(
    documents: list[Received | Sent], cuts: list[int], looked: bool
) -> None:
    edges = sorted({0, len(documents), *(cut for cut in cuts if cut < len(documents))})
    view = ExchangeView(ME, MemoryRows())
    for begin, end in pairwise(edges):
        batch = documents[begin:end]
        view.fold([d for d in batch if isinstance(d, Received)], [d for d in batch if isinstance(d, Sent)])
        if looked:
            view.digest()
    assert view.digest() == folded([documents]).digest()


@settings(deadline=None)
@given(exchanges(), st.data())
def test_how_coming_and_going_were_interleaved_changes_nothing(
    documents: list[Received | Sent], data: st.DataObject
) -> None:
    came = [d for d in documents if isinstance(d, Received)]
    went = [d for d in documents if isinstance(d, Sent)]
    mixed: list[Received | Sent] = []
    while came or went:
        take = data.draw(st.booleans()) if came and went else bool(came)
        mixed.append(came.pop(0) if take else went.pop(0))
    assert folded([mixed]).digest() == folded([documents]).digest()


@settings(deadline=None)
@given(exchanges(), st.data())
def test_another_digest_where_a_document_received_is_another(
    documents: list[Received | Sent], data: st.DataObject
) -> None:
    # Of what was sent a row keeps the last alone: the chain of the pair holds the rest.
    in_view = [d for d in documents if isinstance(d, Received) and d.number]
    if not in_view:
        return
    chosen = data.draw(st.sampled_from(in_view))
    changed = [d._replace(digest=digest(999)) if d is chosen else d for d in documents]
    assert folded([changed]).digest() != folded([documents]).digest()


@pytest.mark.parametrize("batch", [1, 3, 25])
def test_the_stored_view_is_the_one_in_memory(tmp_path: Path, batch: int) -> None:
    documents = [
        Received(2026, n, digest(n), instant(n), PEERS[n % 3], f"in {n}", CASES[n % 3], None, instant(9)) if n % 2
        else Sent(digest(n), instant(n), f"out {n}", ((PEERS[n % 3], n),), CASES[n % 2], f"in {n - 1}", instant(9))
        for n in range(1, 60)
    ]  # fmt: skip
    for begin in range(0, len(documents), batch):
        with ExchangeStore(tmp_path / "exchange.sqlite", ME, "the record") as store:
            part = documents[begin : begin + batch]
            received = [(d.number, d) for d in part if isinstance(d, Received)]
            store.fold(received, [d for d in part if isinstance(d, Sent)], (2026, begin))
    with ExchangeStore(tmp_path / "exchange.sqlite", ME, "the record") as store:
        assert store.view.digest() == folded([list(documents)]).digest()
    with ExchangeStore(tmp_path / "exchange.sqlite", ME, "another record") as store:
        assert store.view.digest() == folded([[]]).digest()
