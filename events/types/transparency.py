"""Messages about the transparency log: checkpoints, their witnesses, inclusion, and what an agency states of its view.

The log is the auditor's (`docs/transparency-log.md`). Its tiles are fetched by everybody and name nobody; these
messages go to whoever they concern. None of them is itself an entry of the log but the last three, which are evidence.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field as Member
from pydantic import StringConstraints

from events.content import Content, Value
from events.values.identifiers import AgencyId, Base64Url, Digest, EventId, Natural, Positive
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.text import Text

MAX_INCLUSIONS = 500
"""So many events are asked about in one message."""

MAX_OUTGOING = 500
"""So many recipients an agency states its outgoing counts to."""

CheckpointNote = Annotated[str, StringConstraints(min_length=1, max_length=65_536)]
"""A checkpoint as a signed note: the log's signature, and cosignatures where there are any."""

Year = Annotated[int, Member(ge=2000, le=9998)]
"""A calendar year in Vietnam, by which registers are kept."""


class CheckpointPublished(Content):
    """The auditor's service tells every agency the log's newest checkpoint."""

    MEANING_VI: ClassVar[str] = "Công bố điểm kiểm tra mới của sổ minh bạch"
    MEANING_EN: ClassVar[str] = "A new checkpoint of the transparency log"
    PROTOCOL: ClassVar[bool] = True

    checkpoint: CheckpointNote


class CheckpointCosigned(Content):
    """A witness has verified a checkpoint against the last it saw and against its own record, and cosigns it.

    `checkpoint` is the checkpoint's note with the witness's cosignature alone.
    """

    MEANING_VI: ClassVar[str] = "Đồng ký xác nhận điểm kiểm tra của sổ minh bạch"
    MEANING_EN: ClassVar[str] = "A witness cosigns a checkpoint"
    PROTOCOL: ClassVar[bool] = True

    checkpoint: CheckpointNote


class InclusionRequested(Content):
    """An agency asks where events that it sent or received stand in the log, by their envelopes' digests."""

    MEANING_VI: ClassVar[str] = "Hỏi vị trí của văn bản trong sổ minh bạch"
    MEANING_EN: ClassVar[str] = "Where do these events stand in the log?"
    PROTOCOL: ClassVar[bool] = True

    events: Annotated[tuple[Digest, ...], Member(min_length=1, max_length=MAX_INCLUSIONS)]


class Inclusion(Value):
    """Where an event stands: its first entry's index, and what its entries commit to beside envelope and recipient."""

    event: Digest
    first_index: Natural
    stream_sequence: Positive | None = None
    stored_at: Instant | None = None


class InclusionStated(Content):
    """The auditor's service says where events stand; `unknown` are not in the log, or the asker is no party of them."""

    MEANING_VI: ClassVar[str] = "Trả lời về vị trí của văn bản trong sổ minh bạch"
    MEANING_EN: ClassVar[str] = "Where events stand in the log"
    PROTOCOL: ClassVar[bool] = True

    entries: Annotated[tuple[Inclusion, ...], Member(max_length=MAX_INCLUSIONS)] = ()
    unknown: Annotated[tuple[Digest, ...], Member(max_length=MAX_INCLUSIONS)] = ()


class LogProblem(Labelled):
    """What is wrong with the log."""

    FORKED = "forked", "sổ bị rẽ nhánh: hai điểm kiểm tra mâu thuẫn", "forked: two checkpoints contradict each other"
    SHRUNK = "shrunk", "sổ bị lùi: điểm kiểm tra nhỏ hơn điểm đã thấy", "shrunk: smaller than one already seen"
    STALLED = "stalled", "sổ ngừng trệ quá thời hạn", "stalled: no new checkpoint within the stated time"
    LEFT_OUT = "left_out", "sổ bỏ sót văn bản quá thời hạn", "left out: an event is missing after the stated time"
    MISSTATED = "misstated", "sổ ghi sai văn bản", "misstated: an entry does not commit to the event it stands for"
    UNSIGNED = "unsigned", "điểm kiểm tra không có chữ ký hợp lệ", "unsigned: a checkpoint without a valid signature"
    UNAVAILABLE = "unavailable", "không tải được dữ liệu sổ", "unavailable: the log's tiles cannot be fetched"


class LogAlarmRaised(Content):
    """A witness refuses a checkpoint, and shows everybody why.

    `checkpoints` are the notes that prove it (two that contradict each other, or the one refused); `event` is the
    digest of an event that is left out or misstated.
    """

    MEANING_VI: ClassVar[str] = "Báo động về sổ minh bạch"
    MEANING_EN: ClassVar[str] = "Something is wrong with the transparency log"
    PROTOCOL: ClassVar[bool] = True

    problem: LogProblem
    explanation: Text
    checkpoints: Annotated[tuple[CheckpointNote, ...], Member(max_length=4)] = ()
    event: Digest | None = None


class OutgoingCount(Value):
    """The running count of documents up to which something holds, to one recipient."""

    agency: AgencyId
    count: Positive


class ExchangeViewStated(Content):
    """The digest of this agency's exchange view, after an incoming number and outgoing counts.

    The view is the fold over the envelopes and receipts of what was admitted here up to `incoming_number` of `year`'s
    register, and of what was sent up to the counts (`docs/exchange-view.md`): an auditor's replay must reproduce it.
    """

    MEANING_VI: ClassVar[str] = "Công bố mã băm của bảng trao đổi"
    MEANING_EN: ClassVar[str] = "The digest of an agency's exchange view"
    PROTOCOL: ClassVar[bool] = True

    year: Year
    incoming_number: Natural
    outgoing: Annotated[tuple[OutgoingCount, ...], Member(max_length=MAX_OUTGOING)] = ()
    view_digest: Digest


class ContentOpened(Content):
    """A sender or recipient opens an event's content to the auditor, who holds its envelope alone.

    `salt` and `content` are the members of the event's `data`: SHA-256 over both is what the envelope signs.
    """

    MEANING_VI: ClassVar[str] = "Mở nội dung văn bản cho bộ phận kiểm chứng"
    MEANING_EN: ClassVar[str] = "An event's content is opened to the auditor"
    PROTOCOL: ClassVar[bool] = True

    event: EventId
    digest: Digest
    salt: Digest
    content: Base64Url
    reason: Text
