"""One telling content of each message about the transparency log."""

from __future__ import annotations

from events import base64url
from events.content import Content
from events.types.transparency import (
    CheckpointCosigned,
    CheckpointPublished,
    ContentOpened,
    ExchangeViewStated,
    Inclusion,
    InclusionRequested,
    InclusionStated,
    LogAlarmRaised,
    LogProblem,
    OutgoingCount,
)
from tests.contract.sample_values import DIGEST, event_id, moment

CHECKPOINT = "phoihop.lao-cai.log\n41\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n— phoihop.lao-cai.log AAAA\n"

TRANSPARENCY: tuple[Content, ...] = (
    CheckpointPublished(checkpoint=CHECKPOINT),
    CheckpointCosigned(checkpoint=CHECKPOINT),
    InclusionRequested(events=(DIGEST,)),
    InclusionStated(
        entries=(Inclusion(event=DIGEST, first_index=40, stream_sequence=97, stored_at=moment(21, 3)),),
        unknown=(base64url.encode(bytes(32)),),
    ),
    LogAlarmRaised(
        problem=LogProblem.FORKED,
        explanation="Hai điểm kiểm tra cùng cỡ 41 có gốc khác nhau.",
        checkpoints=(CHECKPOINT,),
        event=DIGEST,
    ),
    ExchangeViewStated(
        year=2026, incoming_number=17, outgoing=(OutgoingCount(agency="police", count=9),), view_digest=DIGEST
    ),
    ContentOpened(
        event=event_id(1),
        digest=DIGEST,
        salt=DIGEST,
        content=base64url.encode(b"{}"),
        reason="Theo đề nghị của cơ quan kiểm tra.",
    ),
)
"""The messages about the transparency log."""
