"""Who may have an attachment: sender and recipients of a document that names it, or who stands in their place now.

These run within the transaction that stores the message. A stranger learns nothing: an event that is not held, and one
that is not addressed to it, are answered alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from events.attachments import attachments_of
from events.signature import Signer
from events.types.attachment import AttachmentObstacle, AttachmentRequested, AttachmentUnavailable
from services.agency.allowance import REQUEST_COSTS_BYTES, take_for_repair
from services.agency.context import Context
from services.agency.issuing import issue_protocol
from services.agency.record_transaction import RecordTransaction


def obstacle(
    transaction: RecordTransaction, request: AttachmentRequested, peer: str, heirs: Mapping[str, str]
) -> AttachmentObstacle | None:
    """Why a peer may not have an attachment; None if it may. `heirs` maps agencies to those in their place now."""
    known = transaction.known(request.event)
    if known is None or known.refused:
        return AttachmentObstacle.NOT_A_RECIPIENT
    entitled = {known.envelope.sender, *known.envelope.agencies}
    if peer not in entitled | {heirs[agency] for agency in entitled & set(heirs)}:
        return AttachmentObstacle.NOT_A_RECIPIENT
    if request.sha256 not in {one.sha256 for one in attachments_of(known.content)}:
        return AttachmentObstacle.NOT_NAMED
    return None


def deny(
    transaction: RecordTransaction,
    request: AttachmentRequested,
    peer: str,
    reason: AttachmentObstacle,
    context: Context,
    service: Signer,
    now: datetime,
) -> None:
    """Tell a peer why an attachment does not come, and note it; beyond its allowance a peer is not answered."""
    if not take_for_repair(transaction, peer, REQUEST_COSTS_BYTES, now):
        return
    about = {"event": request.event, "sha256": request.sha256, "reason": reason.value}
    transaction.append_local("AttachmentDenied", peer, about, now)
    refusal = AttachmentUnavailable(event=request.event, sha256=request.sha256, reason=reason)
    issue_protocol(transaction, refusal, (peer,), service, context, now)
