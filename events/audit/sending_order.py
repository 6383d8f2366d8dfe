"""Was an event dated back? What the order in which the broker stored a sender's messages says of it.

An agency's outbox sends in the order of signing, so what it sends later is signed later. An event that the broker
stored after another one of the same sender, and that is dated well before it, was not signed when it says: unless the
broker lost its store in between and the event is an old one that was sent again. An event that arrives late *in* order,
after an outage of any length, is only late. Nothing else of a lone event's time can be proven but that it was not
signed later than the earliest cosigned checkpoint over it; `docs/audit.md` says so.
"""

from __future__ import annotations

from collections.abc import Callable

from events.audit.finding import AuditCheck, Finding
from events.audit.registers import CLOCK_STEP
from events.instants import parse_instant


class SendingOrder:
    """The newest time that each sender has shown, and where the broker's store began anew."""

    def __init__(self, found: Callable[[Finding], None], *, simulated: bool) -> None:
        self._found = found
        self._simulated = simulated
        self._newest: dict[str, tuple[str, int, str]] = {}
        self._sequence = 0
        self._stored_at = ""
        self.restarted_at = ""
        """When the broker stored the first event after it had lost its store; empty if it never has."""

    def place(self, sequence: int, stored_at: str) -> None:
        """The next event of the log was stored there and then."""
        if sequence > self._sequence:
            self._sequence, self._stored_at = sequence, stored_at
        elif stored_at > self._stored_at:
            # Numbers began again later than the last: a new store, not a message that was examined once more.
            self._sequence, self._stored_at = sequence, stored_at
            self._newest.clear()
            self.restarted_at = stored_at

    def add(self, sender: str, time: str, sequence: int, event: str, index: int) -> None:
        """Take in an event of a sender."""
        newest = self._newest.get(sender)
        if newest is None or time >= newest[0]:
            self._newest[sender] = time, sequence, event
            return
        if sequence <= newest[1] or (self.restarted_at and (self._simulated or time < self.restarted_at)):
            return
        if parse_instant(time) < parse_instant(newest[0]) - CLOCK_STEP:
            self._found(
                Finding(
                    AuditCheck.BACK_DATED, event, f"entry {index}",
                    f"Ghi thời điểm {time}, nhưng được gửi sau văn bản {newest[2]} mà chính {sender} ký lúc "
                    f"{newest[0]}.",
                    f"Dated {time}, but sent after {newest[2]}, which {sender} itself had signed at {newest[0]}: it "
                    "was signed later than it says.",
                )
            )  # fmt: skip
