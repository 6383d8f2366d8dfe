"""Messages of the protocol itself: no document number, outside the registers and pair chains, never receipted."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field as Member
from pydantic import StringConstraints

from events.content import Content, Value
from events.values.identifiers import AgencyId, Base64Url, Digest, EventId, Natural, Positive
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.text import Text, Token

MAX_ENTRIES = 1000
"""Receipt entries in one message: at some 300 bytes each it stays under the content's size limit only up to about
800, so a sender cuts by size as well."""

Clause = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[0-9A-Za-z.]{1,12}$")]
"""A clause such as `LC-7.2b`."""

DetachedJws = Annotated[str, StringConstraints(max_length=1024, pattern=r"^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]{86}$")]
"""A detached JWS over an Ed25519 signature: `<protected>..<64 bytes in base64url>`."""


class ReceiptOutcome(Labelled):
    """What became of a delivery."""

    ADMITTED = "admitted", "đã tiếp nhận", "admitted"
    REFUSED = "refused", "bị từ chối", "refused"


class ReceiptEntry(Value):
    """One event of a sender, as its recipient took it.

    `incoming_number` is its number in the recipient's register of the year. `stream_sequence` and `stored_at` are as
    the broker said, absent where the event came by repair.
    """

    count: Positive
    event: EventId
    digest: Digest
    outcome: ReceiptOutcome
    incoming_number: Positive | None = None
    admitted_at: Instant
    stream_sequence: Positive | None = None
    stored_at: Instant | None = None
    directory_version: Positive
    late: bool


class EventReceived(Content):
    """A cumulative receipt: every event of this sender up to a count, the last envelope's digest, the refused counts.

    `refused` lists all refused counts among the newly covered; `entries` say how each of those was taken.
    """

    MEANING_VI: ClassVar[str] = "Xác nhận đã nhận văn bản"
    MEANING_EN: ClassVar[str] = "Receipt for events up to a count"
    PROTOCOL: ClassVar[bool] = True

    upto_count: Natural
    upto_digest: Digest
    refused: Annotated[tuple[Positive, ...], Member(max_length=MAX_ENTRIES)] = ()
    entries: Annotated[tuple[ReceiptEntry, ...], Member(max_length=MAX_ENTRIES)] = ()


class EventRefused(Content):
    """Why an event was refused: the numbered check, a stable reason, the clause and a sentence.

    `event` and `count` are absent where the event could not be verified, and `digest` then is of the bytes that came.
    """

    MEANING_VI: ClassVar[str] = "Thông báo từ chối tiếp nhận văn bản, nêu rõ lý do"
    MEANING_EN: ClassVar[str] = "An event is refused, for a stated reason"
    PROTOCOL: ClassVar[bool] = True

    event: EventId | None = None
    count: Positive | None = None
    digest: Digest
    check: Positive
    reason: Token
    clause: Clause | None = None
    explanation: Text


class HeadsAnnounced(Content):
    """The last count and digest this agency sent to the recipient, and received from it.

    `checkpoint` is the transparency log's newest checkpoint that this agency has cosigned: agencies compare what the
    log showed to each of them.
    """

    MEANING_VI: ClassVar[str] = "Thông báo số đếm và mã băm cuối cùng của hai chiều"
    MEANING_EN: ClassVar[str] = "Last counts and digests, both ways"
    PROTOCOL: ClassVar[bool] = True

    sent_count: Natural
    sent_digest: Digest
    received_count: Natural
    received_digest: Digest
    directory_version: Positive
    reply_wanted: bool
    checkpoint: Annotated[str, StringConstraints(min_length=1, max_length=65_536)] | None = None


class RepairRequested(Content):
    """Events of one agency to another are asked for again, from whoever may hold them.

    With `event` one event is asked for by its id: of the agency whose mail cites it, whoever sent it.
    """

    MEANING_VI: ClassVar[str] = "Đề nghị gửi lại văn bản bị thiếu"
    MEANING_EN: ClassVar[str] = "Missing events are asked for again"
    PROTOCOL: ClassVar[bool] = True

    of: AgencyId = Member(description="Whose events are wanted")
    addressed_to: AgencyId = Member(description="The recipient whose copies are wanted")
    from_count: Positive
    to_count: Positive | None = None
    receipts: bool = False
    event: EventId | None = Member(default=None, description="The one event that is wanted, cited in mail of `of`")


class RelayedEvent(Value):
    """A signed event as it travelled."""

    signature: DetachedJws
    payload: Base64Url


class LostRange(Value):
    """Counts that the repairer no longer holds either, both ends included."""

    from_count: Positive
    to_count: Positive


class RepairProvided(Content):
    """Events given again, byte for byte, and the counts that are lost here.

    `not_addressed` states of events asked for by id that the asker was not told of them: it is not among their
    recipients, as far as they are held here.
    """

    MEANING_VI: ClassVar[str] = "Gửi lại văn bản bị thiếu"
    MEANING_EN: ClassVar[str] = "Missing events are given again"
    PROTOCOL: ClassVar[bool] = True

    of: AgencyId = Member(description="Whose events these are")
    addressed_to: AgencyId = Member(description="The recipient whose copies these are")
    events: Annotated[tuple[RelayedEvent, ...], Member(max_length=MAX_ENTRIES)] = ()
    lost: Annotated[tuple[LostRange, ...], Member(max_length=MAX_ENTRIES)] = ()
    not_addressed: Annotated[tuple[EventId, ...], Member(max_length=MAX_ENTRIES)] = ()


class GapDeclared(Content):
    """The sender states that these counts to the recipient are lost for good; the chain goes on after them."""

    MEANING_VI: ClassVar[str] = "Thiếu số vĩnh viễn trong chuỗi văn bản, nêu rõ lý do"
    MEANING_EN: ClassVar[str] = "Counts that are lost for good"
    PROTOCOL: ClassVar[bool] = True

    from_count: Positive
    to_count: Positive
    to_digest: Digest | None = None
    reason: Text


class DirectoryPublished(Content):
    """A new version of the province's directory, as the note that its root key signed."""

    MEANING_VI: ClassVar[str] = "Công bố phiên bản danh bạ mới"
    MEANING_EN: ClassVar[str] = "A new directory version"
    PROTOCOL: ClassVar[bool] = True

    version: Positive
    note: Annotated[str, StringConstraints(min_length=1, max_length=250_000)]
