"""Seizures and how they were handled (LC-8.2; DL-6.1, DL-6.3)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Member

from events.types.document import Matter
from events.values.document import DocumentReference
from events.values.goods import Exhibit
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.money import AmountDong
from events.values.text import OneOrMore, Text


class SeizureHandling(Labelled):
    """What became of the seized goods."""

    HELD = "held", "tạm giữ", "held"
    CONFISCATED = "confiscated", "tịch thu", "confiscated"
    DESTROYED = "destroyed", "tiêu hủy", "destroyed"
    RETURNED = "returned", "trả lại", "returned"
    TRANSFERRED = "transferred", "chuyển cơ quan khác xử lý", "passed to another agency"


class SeizureReported(Matter):
    """Goods were seized; what, where, when, from whom, and what became of them. The goods stand in `exhibits`."""

    MEANING_VI: ClassVar[str] = "Thông báo kết quả bắt giữ, xử lý hàng hóa vi phạm"
    MEANING_EN: ClassVar[str] = "A seizure and its handling are reported"

    exhibits: OneOrMore[Exhibit] = Member(description="Hàng hóa, tang vật, phương tiện bị bắt giữ")
    seized_at: Instant = Member(description="Thời điểm bắt giữ")
    handling: SeizureHandling = Member(description="Kết quả xử lý")
    value_dong: AmountDong | None = Member(default=None, description="Trị giá ước tính (đồng)")
    record: DocumentReference | None = Member(default=None, description="Biên bản bắt giữ")
    joint_investigation_asked: bool = Member(description="Đề nghị phối hợp điều tra, xử lý")
    note: Text | None = Member(default=None, description="Ghi chú về xử lý")
