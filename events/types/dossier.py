"""Handing over a dossier with its exhibits, item by item (LC-6.3; DL-4.5)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.values.goods import Quantity, Unit
from events.values.identifiers import AgencyId, EventId, Sha256
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.person import Officer
from events.values.text import ItemId, OneOrMore, Reference, Text, Title


class DossierItemKind(Labelled):
    """What an item of a dossier is."""

    DOCUMENT = "document", "tài liệu", "document"
    EXHIBIT = "exhibit", "tang vật", "exhibit"
    MEANS = "means", "phương tiện", "means"


class DossierItem(Value):
    """One document, exhibit or means, with the digest or identifier by which it is told from others."""

    id: ItemId
    kind: DossierItemKind
    title: Title
    identifier: Reference | None = None
    sha256: Sha256 | None = None
    quantity: Quantity = 1
    unit: Unit = Unit.PIECE


class DossierTransferred(Document):
    """A dossier is handed over for its signs of crime; with `passes_lead` the lead goes along."""

    MEANING_VI: ClassVar[str] = "Chuyển hồ sơ, tang vật, phương tiện có dấu hiệu tội phạm"
    MEANING_EN: ClassVar[str] = "A dossier with its exhibits is handed over"

    to: AgencyId = Member(description="Cơ quan nhận hồ sơ")
    items: OneOrMore[DossierItem] = Member(description="Danh mục hồ sơ, tang vật, phương tiện")
    reason: Text = Member(description="Lý do")
    passes_lead: bool = Member(description="Chuyển giao cả vai trò chủ trì")


class ItemStatus(Labelled):
    """In what state an item arrived."""

    RECEIVED = "received", "đã nhận", "received"
    MISSING = "missing", "thiếu", "missing"
    DAMAGED = "damaged", "hư hỏng", "damaged"


class ItemConfirmation(Value):
    """The receiver's word on one item, by its id in the transfer."""

    id: ItemId
    status: ItemStatus
    note: Text | None = None


class DossierReceived(Document):
    """The receiver confirms a dossier item by item."""

    MEANING_VI: ClassVar[str] = "Giao nhận hồ sơ, tang vật, phương tiện, xác nhận từng mục"
    MEANING_EN: ClassVar[str] = "A dossier is confirmed, item by item"

    transfer: EventId = Member(description="Văn bản chuyển hồ sơ")
    items: OneOrMore[ItemConfirmation] = Member(description="Xác nhận từng mục")
    received_at: Instant | None = Member(default=None, description="Thời điểm nhận")
    officer: Officer | None = Member(default=None, description="Cán bộ nhận")
