"""What is to be done after a commit because of what was taken in: gathered inside the transaction, acted on outside."""

from __future__ import annotations

from dataclasses import dataclass, field

from events.arrival import Arrival
from events.content import Content


@dataclass(frozen=True)
class HeardHeads:
    """What a peer said that it holds from here, and the announcement of ours that it answers, if it does."""

    received_count: int
    in_answer_to: str | None


@dataclass
class FollowUps:
    """Wishes of one or more protocol messages.

    `wanted`: counts missing from a sender. `cited`: events that parked mail of a sender waits for. `resend_from`: peers
    that lack own events from a count on.
    `resend_positions`: own messages to publish once more. `announce_to`: peers to tell the heads.
    `send_directory_to`: peers with an older directory, and its version. `directory_notes`: newer versions received.
    `answers_to`: peers whose announcement wants an answer, with its id. `heads`: what peers have said that they hold.
    `prove_from`: peers that say they hold own events from a count on which the record lacks. `shown_by`: peers that
    have given own events back, or said that they have none.
    `arrivals`: events handed over by a peer, to be examined like any other. `receipts`: up to which count peers have
    now receipted. `gap_closed`: a gap was declared, parked messages may go on. `about_attachments`: what peers that may
    have them, or were asked for them, say of attachments.
    """

    wanted: dict[str, range] = field(default_factory=dict)
    cited: set[tuple[str, str]] = field(default_factory=set)
    resend_from: dict[str, int] = field(default_factory=dict)
    resend_positions: set[int] = field(default_factory=set)
    announce_to: set[str] = field(default_factory=set)
    send_directory_to: dict[str, int] = field(default_factory=dict)
    directory_notes: list[str] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    answers_to: dict[str, str] = field(default_factory=dict)
    heads: dict[str, HeardHeads] = field(default_factory=dict)
    receipts: dict[str, int] = field(default_factory=dict)
    prove_from: dict[str, int] = field(default_factory=dict)
    shown_by: set[str] = field(default_factory=set)
    gap_closed: bool = False
    about_attachments: list[tuple[str, Content]] = field(default_factory=list)

    def want(self, sender: str, counts: range) -> None:
        """Counts from a sender are missing."""
        if counts:
            held = self.wanted.get(sender)
            self.wanted[sender] = (
                counts if held is None else range(min(held[0], counts[0]), max(held[-1], counts[-1]) + 1)
            )

    def add(self, other: FollowUps) -> None:
        """Take over the wishes of another message; its arrivals are examined by whoever has them at hand."""
        for sender, counts in other.wanted.items():
            self.want(sender, counts)
        self.cited |= other.cited
        for peer, count in other.resend_from.items():
            self.resend_from[peer] = min(count, self.resend_from.get(peer, count))
        self.resend_positions |= other.resend_positions
        self.announce_to |= other.announce_to
        self.send_directory_to |= other.send_directory_to
        self.directory_notes += other.directory_notes
        self.answers_to |= other.answers_to
        self.heads |= other.heads
        for peer, count in other.receipts.items():
            self.receipts[peer] = max(count, self.receipts.get(peer, 0))
        self.prove_from |= other.prove_from
        self.shown_by |= other.shown_by
        self.gap_closed |= other.gap_closed
        self.about_attachments += other.about_attachments
