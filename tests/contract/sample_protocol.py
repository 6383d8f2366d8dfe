"""One telling content of each of the protocol's own messages."""

from __future__ import annotations

from events import base64url
from events.content import Content
from events.types.protocol import (
    DirectoryPublished,
    EventReceived,
    EventRefused,
    GapDeclared,
    HeadsAnnounced,
    LostRange,
    ReceiptEntry,
    ReceiptOutcome,
    RelayedEvent,
    RepairProvided,
    RepairRequested,
)
from tests.contract.sample_values import (
    DIGEST,
    event_id,
    moment,
)

MESSAGES: tuple[Content, ...] = (
    EventReceived(
        upto_count=2,
        upto_digest=DIGEST,
        refused=(2,),
        entries=(
            ReceiptEntry(
                count=1,
                event=event_id(1),
                digest=DIGEST,
                outcome=ReceiptOutcome.ADMITTED,
                incoming_number=7,
                admitted_at=moment(21, 3),
                stream_sequence=41,
                stored_at=moment(21, 2, 59),
                directory_version=1,
                late=False,
            ),
            ReceiptEntry(
                count=2,
                event=event_id(2),
                digest=DIGEST,
                outcome=ReceiptOutcome.REFUSED,
                admitted_at=moment(21, 4),
                directory_version=1,
                late=True,
            ),
        ),
    ),
    EventRefused(
        event=event_id(2),
        count=2,
        digest=DIGEST,
        check=12,
        reason="unlawful",
        clause="LC-10.3",
        explanation="Hải quan không có thẩm quyền yêu cầu tạm ngừng dịch vụ.",
    ),
    HeadsAnnounced(
        sent_count=41,
        sent_digest=DIGEST,
        received_count=0,
        received_digest=base64url.encode(bytes(32)),
        directory_version=3,
        reply_wanted=True,
        checkpoint="phoihop.lao-cai.log\n41\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n— name AAAA\n",
    ),
    RepairRequested(of="vnpt", addressed_to="dic", from_count=5, to_count=9, receipts=False, event=event_id(6)),
    RepairProvided(
        of="vnpt",
        addressed_to="dic",
        events=(RelayedEvent(signature=f"eyJhbGciOiJFZDI1NTE5In0..{base64url.encode(bytes(64))}", payload="e30"),),
        lost=(LostRange(from_count=6, to_count=9),),
        not_addressed=(event_id(6),),
    ),
    GapDeclared(from_count=6, to_count=9, to_digest=DIGEST, reason="Ổ đĩa hỏng, không còn bản sao nào."),
    DirectoryPublished(version=2, note="phoihop.lao-cai.root\n…\n\n— phoihop.lao-cai.root AAAA\n"),
)
"""A content of every type of protocol message."""
