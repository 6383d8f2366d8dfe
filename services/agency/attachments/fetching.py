"""Fetching attachments: which part to ask whom for next. Decides only; `traffic` reads, writes and sends.

A file is asked for from the document's sender first, then from whoever else got the document. What has arrived stays,
so the next request starts behind it, whoever answers. Bytes that turn out to be others are discarded, and the file is
begun anew with the next source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from events.types.attachment import AttachmentChunk, AttachmentRequested
from services.agency.attachments.index import NamedAttachment
from services.agency.attachments.serving import WINDOW_BYTES

FILES_AT_ONCE = 2


@dataclass(frozen=True)
class Patience:
    """How long a request is waited for: `first_seconds`, doubled for each that brings nothing, up to the longest."""

    first_seconds: float = 5.0
    longest_seconds: float = 600.0
    requests_to_one: int = 2
    """Requests to one source that bring nothing before the next source is asked."""

    def after(self, fruitless: int) -> float:
        """The wait for a request, when so many before it have brought nothing."""
        return min(self.longest_seconds, self.first_seconds * 2.0 ** min(fruitless, 30))


@dataclass(frozen=True)
class _Source:
    """An agency that may have the file, and the document by which both may."""

    agency: str
    named: NamedAttachment


@dataclass
class _Fetch:
    """One file on its way."""

    sources: tuple[_Source, ...]
    turn: int = 0
    fruitless: int = 0
    asked_upto: int = 0
    due_at: float = 0.0
    given_by: set[str] = field(default_factory=set)

    @property
    def source(self) -> _Source:
        return self.sources[self.turn % len(self.sources)]

    @property
    def all_asked(self) -> bool:
        return self.turn % len(self.sources) == 0


class Fetching:
    """The files that one agency is fetching. Times are seconds of one steady clock, handed in."""

    def __init__(self, me: str, patience: Patience | None = None) -> None:
        self._me = me
        self._patience = patience or Patience()
        self._fetches: dict[str, _Fetch] = {}

    @property
    def under_way(self) -> tuple[str, ...]:
        """The digests of the files that are being fetched."""
        return tuple(self._fetches)

    def want(
        self,
        missing: Iterable[NamedAttachment],
        listed: frozenset[str],
        heirs: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """These files are missing, as documents name them.

        `listed` are the agencies of the directory, `heirs` those that stand in the place of others now. Files that
        are not among them are wanted no more.
        """
        sources: dict[str, list[_Source]] = {}
        for one in missing:
            named = (one.sender, *one.recipients)
            for agency in dict.fromkeys(heirs.get(agency, agency) for agency in named):
                if one.fits and agency in listed and agency not in {self._me, "auditor"}:
                    sources.setdefault(one.sha256, []).append(_Source(agency, one))
        for sha256 in set(self._fetches) - set(sources):
            del self._fetches[sha256]
        for sha256, found in sources.items():
            self._fetches.setdefault(sha256, _Fetch(())).sources = tuple(found)

    def requests(self, now: float, arrived: Mapping[str, int]) -> list[tuple[str, AttachmentRequested]]:
        """What is to be asked now, and whom. `arrived` are the bytes that are here already, by digest.

        Few files are on their way at once; those that bring nothing make room for others.
        """
        asked = []
        busy = sum(1 for fetch in self._fetches.values() if fetch.due_at > now and fetch.fruitless == 0)
        for sha256, fetch in self._fetches.items():
            if fetch.due_at > now:
                continue
            if fetch.due_at:
                fetch.fruitless += 1
                if fetch.fruitless % self._patience.requests_to_one == 0:
                    fetch.turn += 1
            if fetch.fruitless == 0 and busy >= FILES_AT_ONCE:
                continue
            busy += fetch.fruitless == 0
            asked.append(self._ask(fetch, arrived.get(sha256, 0), now))
        return asked

    def complete(self, arrived: Mapping[str, int]) -> list[str]:
        """The files of which all bytes are here, so that they are to be held against the digest."""
        return [s for s, fetch in self._fetches.items() if arrived.get(s, 0) >= fetch.source.named.size_bytes]

    def expects(self, peer: str, chunk: AttachmentChunk) -> bool:
        """Whether a part is of a file that this peer may be asked for, and agrees with the size that was signed."""
        fetch = self._fetches.get(chunk.sha256)
        return fetch is not None and any(
            source.agency == peer and source.named.size_bytes == chunk.size_bytes for source in fetch.sources
        )

    def progressed(self, peer: str, sha256: str, here: int, now: float) -> AttachmentRequested | None:
        """So many bytes of a file are here: what to ask the peer for next, if its last answer is complete."""
        fetch = self._fetches.get(sha256)
        if fetch is None:
            return None
        fetch.fruitless = 0
        fetch.given_by.add(peer)
        fetch.due_at = now + self._patience.after(0)
        if here < fetch.asked_upto or here >= fetch.source.named.size_bytes or peer != fetch.source.agency:
            return None
        return self._ask(fetch, here, now)[1]

    def unavailable(self, peer: str, sha256: str, now: float) -> None:
        """A peer does not give the file: the next one is asked at once, and when all were asked, later."""
        fetch = self._fetches.get(sha256)
        if fetch is not None and peer == fetch.source.agency:
            self._turn_to_next(fetch, now)

    def differs(self, sha256: str, now: float) -> tuple[str, ...]:
        """The whole file was not the one that was signed: begun anew with the next source. Who had given parts."""
        fetch = self._fetches.get(sha256)
        if fetch is None:
            return ()
        gave = tuple(sorted(fetch.given_by))
        fetch.given_by.clear()
        self._turn_to_next(fetch, now)
        return gave

    def done(self, sha256: str) -> None:
        """A file is here whole."""
        self._fetches.pop(sha256, None)

    def next_due_seconds(self, now: float) -> float:
        """In how many seconds something will have to be asked again."""
        due = [fetch.due_at for fetch in self._fetches.values() if fetch.due_at]
        return max(0.0, min(due) - now) if due else self._patience.longest_seconds

    def _turn_to_next(self, fetch: _Fetch, now: float) -> None:
        fetch.fruitless += 1
        fetch.turn += 1
        fetch.due_at = now + self._patience.after(fetch.fruitless) if fetch.all_asked else 0.0

    def _ask(self, fetch: _Fetch, here: int, now: float) -> tuple[str, AttachmentRequested]:
        named = fetch.source.named
        fetch.asked_upto = min(named.size_bytes, here + WINDOW_BYTES)
        fetch.due_at = now + self._patience.after(fetch.fruitless)
        request = AttachmentRequested(
            event=named.event,
            sha256=named.sha256,
            from_offset=min(here, named.size_bytes - 1),
            to_offset=fetch.asked_upto,
        )
        return fetch.source.agency, request
