"""The receipt of a dossier: drafted once, when the files of its items are here, and never signed by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from events.draft import Draft, draft_from_json
from events.facts import Facts
from events.known_event import KnownEvent
from events.record_entry import EntryKind, LocalEntry, RecordEntry
from events.types.attachment import AttachmentReceived
from events.types.case import CaseOpened
from events.types.dossier import (
    DossierItem,
    DossierItemKind,
    DossierReceived,
    DossierTransferred,
    ItemConfirmation,
    ItemStatus,
)
from events.values.document import Attachment
from events.values.matter import Category, Field
from services.agency.attachments.store import AttachmentStore
from services.agency.drafts import sign_draft
from services.agency.issuing import NotLawful
from services.agency.known_entries import known_event
from services.agency.policies.dossier_receipts import DossierReceipts
from services.agency.reactor import WithinRecord
from tests.unit.agency.houses import House, Houses, carry

DISK = DossierItem(id="t1", kind=DossierItemKind.EXHIBIT, title="SIM box", identifier="SN-1")


class Handover:
    """DIC leads a case with the police, and hands its dossier over to them, who investigate."""

    def __init__(self, houses: Houses, folder: Path) -> None:
        self.houses, self.police = houses, houses["police"]
        self.files = [AttachmentStore(folder / "elsewhere").put(_file(folder, n)) for n in range(2)]
        opening = CaseOpened(
            subject="Mở vụ việc", category=Category.INFORMATION_SECURITY, fields=(Field.IT,), summary="Tấn công.",
            title="Tấn công", participants=("customs", "police"), discovered_by_sender=False,
        )  # fmt: skip
        self.opening = self._send("dic", Draft(opening, ("customs", "police")))

    def transfer(self, items: Sequence[DossierItem], attached: Sequence[Attachment]) -> RecordEntry:
        """The dossier; what came of it at the police's, as far as the policy goes, is done."""
        envelope = self.opening.event.envelope
        content = DossierTransferred(
            subject="Chuyển hồ sơ", to="police", items=tuple(items), reason="Có dấu hiệu tội phạm", passes_lead=True,
            attachments=tuple(attached),
        )  # fmt: skip
        sent = self._send("dic", Draft(content, ("customs", "police"), case=envelope.case, basis=envelope.id))
        self.react(self._held(sent))
        return sent

    def arrives(self, number: int, transfer: RecordEntry) -> None:
        """A file is here, whole; the police confirm it to DIC, as their service does."""
        sha256, size = self.files[number]
        AttachmentStore(self.police.record.path.parent).put(_file(self.houses.folder, number))
        said = AttachmentReceived(
            event=transfer.event.envelope.id, sha256=sha256, size_bytes=size, verified_at=self.police.now
        )
        self.react(self._known(self.police.say(said, "dic", cause=None)))

    def react(self, event: KnownEvent, house: House | None = None) -> None:
        house = house or self.police
        context = house.context
        policy = DossierReceipts()
        for wish in policy.react(event, Facts(context.me, house.now, context.directory, context.rules)):
            assert isinstance(wish, WithinRecord)
            with house.writing() as transaction:
                wish.command(transaction, house.service, context, house.now)

    def drafts(self) -> list[LocalEntry]:
        return self.police.local("DraftSaved")

    def sign(self, draft: LocalEntry) -> RecordEntry:
        with self.police.writing() as transaction:
            signed = sign_draft(transaction, draft.subject, self.police.head, self.police.context, self.police.now)
        carry(self.houses, [signed])
        return signed

    def lead(self) -> str | None:
        with self.police.record.writing() as transaction:
            state = transaction.case_state(self.opening.event.envelope.case or "")
        return state.lead if state else None

    def by_hand(self, transfer: RecordEntry, *confirmed: ItemConfirmation) -> RecordEntry:
        envelope = transfer.event.envelope
        content = DossierReceived(subject="Giao nhận", transfer=envelope.id, items=confirmed)
        basis = self.opening.event.envelope.id
        return self._send(
            "police", Draft(content, ("customs", "dic"), case=envelope.case, cause=envelope.id, basis=basis)
        )

    def _held(self, sent: RecordEntry) -> KnownEvent:
        held = self.police.events(EntryKind.ADMITTED, event_type=sent.event.envelope.event_type)
        return self._known(held[-1])

    @staticmethod
    def _known(entry: RecordEntry) -> KnownEvent:
        known = known_event(entry)
        assert known is not None
        return known

    def _send(self, sender: str, draft: Draft) -> RecordEntry:
        (entry,) = self.houses[sender].issue(draft)
        carry(self.houses, [entry])
        return entry


def _file(folder: Path, number: int) -> Path:
    path = folder / f"scan-{number}.pdf"
    path.write_bytes(b"%PDF-" + bytes(range(100 + number)))
    return path


@pytest.fixture
def handover(houses: Houses, tmp_path: Path) -> Handover:
    return Handover(houses, tmp_path)


def item(handover: Handover, number: int) -> DossierItem:
    return DossierItem(
        id=f"d{number}", kind=DossierItemKind.DOCUMENT, title="Biên bản", sha256=handover.files[number][0]
    )


def attached(handover: Handover, number: int) -> Attachment:
    sha256, size = handover.files[number]
    return Attachment(name=f"{number}.pdf", media_type="application/pdf", size_bytes=size, sha256=sha256)


def confirmed(draft: LocalEntry) -> list[tuple[str, ItemStatus]]:
    content = draft_from_json({k: v for k, v in draft.data.items() if k != "author"}).content
    assert isinstance(content, DossierReceived)
    assert all(one.note for one in content.items)
    return [(one.id, one.status) for one in content.items]


@pytest.mark.clause("LC-6.3")
def test_with_the_last_file_the_receipt_is_drafted_and_the_head_signs_it(handover: Handover) -> None:
    items = [item(handover, 0), item(handover, 1)]
    sent = handover.transfer(items, [attached(handover, 0), attached(handover, 1)])
    assert handover.drafts() == []
    handover.arrives(1, sent)
    assert handover.drafts() == []
    handover.arrives(0, sent)
    (draft,) = handover.drafts()
    assert confirmed(draft) == [("d0", ItemStatus.RECEIVED), ("d1", ItemStatus.RECEIVED)]
    assert draft.data["author"] == "policy:dossier-receipts"
    assert handover.lead() == "dic"
    signed = handover.sign(draft)
    assert signed.event.envelope.clause == "LC-6.3"
    assert signed.event.envelope.agencies == ("customs", "dic")
    assert handover.lead() == "police"
    assert handover.houses["dic"].documents(EntryKind.REFUSED) == []


@pytest.mark.clause("LC-6.3")
def test_what_came_as_no_file_is_said_missing_and_keeps_the_lead_where_it_was(handover: Handover) -> None:
    by_hand = item(handover, 1)  # a disk: its digest is signed, its file does not travel
    sent = handover.transfer([item(handover, 0), by_hand, DISK], [attached(handover, 0)])
    handover.arrives(0, sent)
    (draft,) = handover.drafts()
    missing = [("d1", ItemStatus.MISSING), ("t1", ItemStatus.MISSING)]
    assert confirmed(draft) == [("d0", ItemStatus.RECEIVED), *missing]
    handover.sign(draft)
    assert handover.lead() == "dic"
    handover.by_hand(sent, *(ItemConfirmation(id=name, status=ItemStatus.RECEIVED) for name, _ in missing))
    assert handover.lead() == "police"


def test_it_is_drafted_once_whatever_is_confirmed_again(handover: Handover) -> None:
    sent = handover.transfer([item(handover, 0)], [attached(handover, 0)])
    for _ in range(3):
        handover.arrives(0, sent)
    assert len(handover.drafts()) == 1


def test_a_file_that_was_here_before_the_dossier_is_drafted_at_once(handover: Handover) -> None:
    AttachmentStore(handover.police.record.path.parent).put(_file(handover.houses.folder, 0))
    handover.transfer([item(handover, 0)], [attached(handover, 0)])
    assert len(handover.drafts()) == 1


def test_a_dossier_of_things_alone_is_for_people(handover: Handover) -> None:
    handover.transfer([DISK], [])
    assert handover.drafts() == []


def test_what_people_have_begun_to_confirm_is_theirs(handover: Handover) -> None:
    sent = handover.transfer([item(handover, 0), item(handover, 1)], [attached(handover, n) for n in range(2)])
    handover.by_hand(sent, *(ItemConfirmation(id=f"d{n}", status=ItemStatus.MISSING) for n in range(2)))
    handover.by_hand(
        sent, ItemConfirmation(id="d0", status=ItemStatus.DAMAGED), ItemConfirmation(id="d1", status=ItemStatus.MISSING)
    )
    handover.arrives(0, sent)
    handover.arrives(1, sent)
    assert handover.drafts() == []


def test_who_only_hears_of_it_drafts_nothing(handover: Handover) -> None:
    sent = handover.transfer([item(handover, 0)], [attached(handover, 0)])
    customs = handover.houses["customs"]
    AttachmentStore(customs.record.path.parent).put(_file(handover.houses.folder, 0))
    (held,) = customs.events(EntryKind.ADMITTED, event_type="DossierTransferred")
    handover.react(Handover._known(held), customs)
    said = AttachmentReceived(event=sent.event.envelope.id, sha256="a" * 64, size_bytes=1, verified_at=customs.now)
    handover.react(Handover._known(customs.say(said, "dic")), customs)
    assert customs.local("DraftSaved") == []


@pytest.mark.clause("LC-6.3")
def test_a_dossier_that_was_confirmed_in_full_is_not_confirmed_again(handover: Handover) -> None:
    sent = handover.transfer([item(handover, 0)], [attached(handover, 0)])
    handover.arrives(0, sent)
    (draft,) = handover.drafts()
    handover.by_hand(sent, ItemConfirmation(id="d0", status=ItemStatus.RECEIVED))
    with pytest.raises(NotLawful, match="outstanding: none"):
        handover.sign(draft)
