"""Deliveries and their receipts over the whole history: who took in what, as which number, when.

1. a receipt is given by a recipient of what it covers, to its sender: else it is forged (`receipt-forged`)
2. each of its lines names the event that the chain has at that count, by digest and id (`receipt-mismatch`)
3. its head is the chain's digest at that count, and the refused counts are those of its lines (`receipt-mismatch`)
4. admitted not before it was signed, and stored not before the log's own copy was (`receipt-mismatch`)
5. a delivery is taken in once: a second receipt says the same (`receipt-mismatch`)
6. incoming numbers have no gaps or repeats, and follow time (`register`)
7. what was refused was told, with the reason (`receipt-mismatch`)
8. what a cumulative receipt covers is told line by line (`unreceipted`)
9. receipts name events that the log has (`not-in-log`)

What no receipt covers at the end is counted: that its recipient is silent shows, and proves nothing more.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from events.audit.finding import AuditCheck, Finding
from events.audit.pair_chains import PairChains
from events.audit.protocol_facts import Fact
from events.audit.registers import Registers, register_year
from events.instants import parse_instant

Taken = Callable[[str, int, int, int, Fact, str], None]
"""Told of a delivery: recipient, year, incoming number (0 if refused), pair count, the document, when admitted."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""As `events.admission.CLOCK_TOLERANCE`: a receiver's clock may be so far behind its sender's."""

COPIES_APART = timedelta(minutes=1)
"""All copies of an event are stored in one batch: a receipt cannot speak of one that was stored so much earlier."""

MAX_OUTSTANDING = 200_000
"""Deliveries without a receipt whose facts are kept; of more, only where they stand in the log."""

_NO_NUMBER = 0xFFFFFFFF
_MAX_LEAP = 1_000_000
_COUNT, _EVENT, _DIGEST, _REFUSED, _NUMBER, _ADMITTED, _SEQUENCE, _STORED, _VERSION = range(9)


class Deliveries:
    """All deliveries. `found` is told of faults, `taken` of what was taken in; `read` gives a document's fact again."""

    def __init__(
        self,
        found: Callable[[Finding], None],
        chains: PairChains,
        taken: Taken,
        read: Callable[[int], Fact | None],
    ) -> None:
        self._found = found
        self._chains = chains
        self._taken = taken
        self._read = read
        self._outstanding: dict[tuple[str, str], dict[int, Fact | int]] = {}
        self._open = 0
        self._numbers: dict[tuple[str, str], array[int]] = {}
        self._early: dict[tuple[str, str], dict[int, tuple[Any, Fact]]] = {}
        self._covered: dict[tuple[str, str], int] = {}
        self._untold: dict[tuple[str, str], tuple[str, int]] = {}
        self._told: set[tuple[str, str]] = set()
        self.incoming = Registers(found, outgoing=False)
        self.restarted_at = ""
        self.deliveries = 0
        self.receipted = 0
        self.refused = 0
        self.newest_directory = 0

    def document(self, fact: Fact) -> None:
        """A document was logged."""
        sender = fact[2]
        for recipient, count in fact[5]:
            self.deliveries += 1
            pair = sender, recipient
            early = self._early.get(pair)
            if early and count in early:
                line, receipt = early.pop(count)
                self._match(pair, fact, line, receipt)
                continue
            waiting = self._outstanding.get(pair)
            if waiting is None:
                waiting = self._outstanding[pair] = {}
            waiting[count] = fact if self._open < MAX_OUTSTANDING else fact[1]
            self._open += 1

    def receipt(self, fact: Fact) -> None:
        """A receipt was logged."""
        _, _, recipient, event_id, senders, _, _, upto, digest, refused, lines = fact
        for sender in senders:
            pair = sender, recipient
            waiting = self._outstanding.get(pair)
            for line in lines:
                document = waiting.pop(line[0], None) if waiting else None
                if document is None:
                    self._again(pair, line, fact)
                    continue
                self._open -= 1
                known = self._read(document) if isinstance(document, int) else document
                if known is not None:
                    self._match(pair, known, line, fact)
            if upto > self._covered.get(pair, 0):
                self._covered[pair] = upto
            self._check_head(pair, upto, digest, lines, fact)
        if tuple([line[0] for line in lines if line[3]]) != tuple(refused):
            self._mismatch(
                fact, event_id, "Danh sách văn bản bị từ chối không khớp các dòng xác nhận.",
                "The counts that the receipt lists as refused are not those of its lines.",
            )  # fmt: skip
        if len(senders) != 1:
            self._mismatch(fact, event_id, "Xác nhận phải gửi cho đúng một cơ quan.", "A receipt goes to one sender.")

    def refusal(self, fact: Fact) -> None:
        """The reason of a refusal was logged."""
        _, index, recipient, event_id, senders, refused, count, digest = fact
        if refused is None:
            return
        self._untold.pop((recipient, digest), None)
        self._told.add((recipient, digest))
        if count and any(self._chains.head(sender, recipient)[0] < count for sender in senders):
            self._found(
                Finding(
                    AuditCheck.RECEIPT_FORGED, event_id, f"entry {index}",
                    f"{recipient} từ chối văn bản số {count} chưa từng được gửi cho mình.",
                    f"{recipient} refuses count {count} that was never sent to it.",
                )
            )  # fmt: skip

    def finish(self) -> None:
        """Nothing more comes."""
        self.incoming.finish(lambda _agency: False)
        for (sender, recipient), early in self._early.items():
            for line, receipt in early.values():
                self._not_in_log(sender, recipient, line, receipt)
        for (recipient, digest), (event, index) in self._untold.items():
            self._found(
                Finding(
                    AuditCheck.RECEIPT_MISMATCH, event, f"entry {index}",
                    f"{recipient} từ chối văn bản nhưng không nêu lý do.",
                    f"{recipient} receipts the event {digest} as refused and has never said why.",
                )
            )  # fmt: skip
        for pair, waiting in self._outstanding.items():
            covered = self._covered.get(pair, 0)
            for count, document in waiting.items():
                if count <= covered:
                    self._uncovered(pair, count, document)

    @property
    def unreceipted(self) -> int:
        """Deliveries that no receipt tells of."""
        return self._open

    # --- one line ---

    def _match(self, pair: tuple[str, str], document: Fact, line: Any, receipt: Fact) -> None:
        event_id, signed_at = document[3], document[9]
        recipient = pair[1]
        if line[_DIGEST] != document[4] or line[_EVENT] != event_id:
            self._mismatch(
                receipt, event_id, f"{recipient} xác nhận số {line[_COUNT]} với mã băm của văn bản khác.",
                f"{recipient} receipts count {line[_COUNT]} from {pair[0]} with another event's digest or id: it holds "
                "another event than the log.",
            )  # fmt: skip
            return
        admitted_at = line[_ADMITTED]
        if admitted_at < signed_at and parse_instant(admitted_at) < parse_instant(signed_at) - CLOCKS_DIFFER:
            self._mismatch(
                receipt, event_id, f"{recipient} xác nhận đã nhận lúc {admitted_at}, trước khi ký ({signed_at}).",
                f"{recipient} says that it took it in at {admitted_at}, before it was signed at {signed_at}.",
            )  # fmt: skip
        if line[_STORED] < (document[10] or ""):
            self._check_stored(document, line, receipt, recipient)
        self.newest_directory = max(self.newest_directory, line[_VERSION])
        self.receipted += 1
        number = line[_NUMBER]
        if line[_REFUSED]:
            self.refused += 1
            number = 0
            if (recipient, line[_DIGEST]) not in self._told:
                self._untold[recipient, line[_DIGEST]] = event_id, receipt[1]
            year = register_year(admitted_at)
        else:
            year = self.incoming.add(recipient, number, admitted_at, event_id, receipt[1])
        self._note(pair, line[_COUNT], number)
        self._taken(recipient, year, number, line[_COUNT], document, admitted_at)

    def _check_stored(self, document: Fact, line: Any, receipt: Fact, recipient: str) -> None:
        stored, logged = line[_STORED], document[10]
        if not stored or stored < self.restarted_at:
            return
        if parse_instant(stored) < parse_instant(logged) - COPIES_APART:
            self._mismatch(
                receipt, document[3], f"{recipient} xác nhận bản lưu lúc {stored}, sổ ghi {logged}.",
                f"{recipient} says that the broker stored its copy at {stored}; the log's copy, of the same batch, was "
                f"stored at {logged}.",
            )  # fmt: skip

    def _note(self, pair: tuple[str, str], count: int, number: int) -> None:
        numbers = self._numbers.get(pair)
        if numbers is None:
            numbers = self._numbers[pair] = array("L")
        if count == len(numbers) + 1:
            numbers.append(number)
            return
        if count - len(numbers) > _MAX_LEAP:
            return  # a sender that leaps over counts like that has findings enough
        while len(numbers) < count:
            numbers.append(_NO_NUMBER)
        numbers[count - 1] = number

    def _again(self, pair: tuple[str, str], line: Any, receipt: Fact) -> None:
        """A line about what is not outstanding: told before, or not in the log yet."""
        count = line[_COUNT]
        numbers = self._numbers.get(pair)
        if numbers is not None and count <= len(numbers) and numbers[count - 1] != _NO_NUMBER:
            if numbers[count - 1] != (0 if line[_REFUSED] else line[_NUMBER]):
                self._mismatch(
                    receipt, line[_EVENT], f"{pair[1]} xác nhận số {count} hai lần, khác nhau.",
                    f"{pair[1]} has receipted count {count} from {pair[0]} twice, with another outcome or number.",
                )  # fmt: skip
            return
        self._early.setdefault(pair, {})[count] = line, receipt

    def _check_head(self, pair: tuple[str, str], upto: int, digest: str, lines: Iterable[Any], receipt: Fact) -> None:
        for line in lines:
            if line[_COUNT] == upto:
                right = line[_DIGEST] == digest
                break
        else:
            count, head = self._chains.head(*pair)
            right = count != upto or head == digest
        if not right:
            self._mismatch(
                receipt, receipt[3], f"{pair[1]} xác nhận đến số {upto} với mã băm khác với chuỗi.",
                f"{pair[1]} receipts up to count {upto} from {pair[0]} by another digest than the chain has.",
            )  # fmt: skip

    # --- findings ---

    def _mismatch(self, receipt: Fact, event: str, vi: str, en: str) -> None:
        self._found(Finding(AuditCheck.RECEIPT_MISMATCH, event, f"entry {receipt[1]}", vi, en))

    def _not_in_log(self, sender: str, recipient: str, line: Any, receipt: Fact) -> None:
        count, head = line[_COUNT], self._chains.head(sender, recipient)[0]
        if self._chains.is_lost(sender, recipient, count):
            return
        where = f"entry {receipt[1]}"
        if not head:
            self._found(
                Finding(
                    AuditCheck.RECEIPT_FORGED, receipt[3], where,
                    f"{recipient} xác nhận văn bản từ {sender} mà {recipient} không phải là nơi nhận.",
                    f"{recipient} receipts event {line[_EVENT]} of {sender}, which was never addressed to it.",
                )
            )  # fmt: skip
        elif count > head:
            self._found(
                Finding(
                    AuditCheck.RECEIPT_FORGED, receipt[3], where,
                    f"{recipient} xác nhận số {count} từ {sender}, nhưng số cuối cùng đã ký là {head}.",
                    f"{recipient} receipts count {count} of {sender}, whose last count to it is {head}: the event was "
                    "dropped, or never was.",
                )
            )  # fmt: skip
        self._found(
            Finding(
                AuditCheck.NOT_IN_LOG, line[_EVENT], where,
                f"{recipient} đã xác nhận văn bản này, nhưng sổ không có.",
                f"{recipient} has receipted this event as count {count} of {sender}, and the log does not have it.",
            )
        )  # fmt: skip

    def _uncovered(self, pair: tuple[str, str], count: int, document: Fact | int) -> None:
        fact = self._read(document) if isinstance(document, int) else document
        event, index = ("", document) if fact is None else (fact[3], fact[1])
        self._found(
            Finding(
                AuditCheck.UNRECEIPTED, event, f"entry {index}",
                f"{pair[1]} xác nhận gộp đến quá số {count} từ {pair[0]} nhưng không nói đã tiếp nhận văn bản ra sao.",
                f"{pair[1]} has receipted past count {count} from {pair[0]}, and no line says how it took this one.",
            )
        )  # fmt: skip
