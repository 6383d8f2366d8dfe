"""The receipt of a dossier, drafted for the head to sign once the files of its items are here (LC-6.3; DL-4.5).

Item by item: what came as a file and was held against its digest is received; what no file came for is said to be
missing, so that nobody confirms by a signature what nobody has seen. Nothing leaves by this policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from events.attachments import attachments_of
from events.case_succession import facts_at
from events.draft import Draft
from events.facts import Facts
from events.instants import whole_milliseconds
from events.known_event import KnownEvent
from events.signature import Signer
from events.types.attachment import AttachmentReceived
from events.types.dossier import DossierReceived, DossierTransferred, ItemConfirmation, ItemStatus
from services.agency.attachments.store import AttachmentStore
from services.agency.context import Context
from services.agency.drafts import save_draft
from services.agency.reactor import Wish, WithinRecord
from services.agency.record_transaction import RecordTransaction

_MATCHES = "Tệp đã nhận đủ, khớp mã băm."
_NO_FILE = "Không có tệp gửi kèm để đối chiếu; ghi là thiếu cho đến khi nhận và kiểm tra trực tiếp."


class DossierReceipts:
    """Drafts a `DossierReceived` for each dossier that came to this agency, once."""

    name = "dossier-receipts"
    event_types = frozenset({DossierTransferred.__name__})
    own_event_types = frozenset({AttachmentReceived.__name__})

    def react(self, event: KnownEvent, facts: Facts) -> Sequence[Wish]:
        """A look at the dossier when it arrives, and whenever this agency has confirmed one of its files."""
        match event.content:
            case DossierTransferred(to=to) if facts.directory.heirs_at(facts.now).get(to, to) == facts.me:
                return (WithinRecord(partial(_propose, self.name, event.id)),)
            case AttachmentReceived(event=document):
                return (WithinRecord(partial(_propose, self.name, document)),)
            case _:
                return ()


def _propose(
    policy: str, transfer_id: str, transaction: RecordTransaction, _: Signer, context: Context, now: datetime
) -> None:
    """Keep the draft, unless one was kept before, the dossier is not ours to confirm, or files are on their way."""
    transfer = transaction.known(transfer_id)
    if transfer is None or not isinstance(transfer.content, DossierTransferred) or transfer.envelope.case is None:
        return
    if transaction.has_reacted(policy, transfer_id):
        return
    case, items = transfer.envelope.case, transfer.content.items
    facts = context.facts(transaction, Draft(transfer.content, (), case=case, cause=transfer_id), now)
    state = facts_at(facts, context.me, context.directory.heirs_at(now)).case
    transit = state.dossiers.get(transfer_id) if state is not None else None
    # Somebody has begun to confirm it by hand, or it was taken back.
    if state is None or transit is None or transit.to != context.me or len(transit.outstanding) != len(items):
        return
    confirmed = _confirmations(transfer.content, AttachmentStore(transaction.folder))
    if not any(one.status is ItemStatus.RECEIVED for one in confirmed):
        return
    content = DossierReceived(
        subject=f"Giao nhận hồ sơ theo văn bản số {transfer.envelope.docnumber}/{transfer.envelope.docsymbol}",
        transfer=transfer_id,
        items=confirmed,
        received_at=whole_milliseconds(now),
    )
    parties = tuple(sorted(party for party in state.parties if party != context.me))
    draft = Draft(content, parties, case=case, cause=transfer_id, basis=state.basis_of(context.me))
    save_draft(transaction, draft, f"policy:{policy}", now)
    transaction.note_reaction(policy, transfer_id)


def _confirmations(dossier: DossierTransferred, store: AttachmentStore) -> tuple[ItemConfirmation, ...]:
    """A word on each item; none at all while the file of one is on its way."""
    travelling = {one.sha256 for one in attachments_of(dossier)}
    found = []
    for item in dossier.items:
        if item.sha256 is not None and store.has(item.sha256):
            found.append(ItemConfirmation(id=item.id, status=ItemStatus.RECEIVED, note=_MATCHES))
        elif item.sha256 in travelling:
            return ()
        else:
            found.append(ItemConfirmation(id=item.id, status=ItemStatus.MISSING, note=_NO_FILE))
    return tuple(found)
