"""What a package does not prove, said in so many words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.evidence.manifest import Inventory, Selection
from services.evidence.verdict import Remark


@dataclass(frozen=True, slots=True)
class Open:
    """What is known of a package when everything in it has been checked.

    `late` is the number of documents that the broker stored long after they are dated.
    """

    simulated: bool
    policy_from: str
    selection: Selection
    inventory: Inventory
    deliveries: int
    receipted: int
    late: int


def remarks_on(known: Open) -> Iterator[Remark]:
    """The remarks, each with a stable name."""
    if known.simulated:
        yield Remark(
            "times-not-proven",
            "đồng hồ của mạng là đồng hồ mô phỏng: thứ tự được chứng minh, thời gian thì không",
            "the network's clock is simulated: order is proven, times are not",
        )
    if known.policy_from == "package":
        yield Remark(
            "policy-of-the-package",
            "chính sách đồng ký lấy từ chính gói này; muốn dùng chính sách khác thì nêu bằng --policy",
            "the witness policy is the package's own; a verifier may name another with --policy",
        )
    if known.selection.kind == "case":
        yield Remark(
            "case-may-have-more",
            "gói chỉ gồm một vụ việc: không chứng minh được rằng vụ việc không còn văn bản nào khác",
            "the package is of one case: that the case has no further document cannot be shown by it",
        )
    if missing := known.deliveries - known.receipted:
        yield Remark(
            "without-receipt",
            f"{missing} lượt gửi không có xác nhận đã nhận trong gói: chỉ chứng minh được việc gửi",
            f"{missing} deliveries have no receipt in the package: only that they were sent is shown",
        )
    if withheld := known.inventory.documents - known.inventory.contents:
        yield Remark(
            "contents-withheld",
            f"{withheld} văn bản không kèm nội dung trong gói; mã băm đã ký giữ chỗ cho nội dung",
            f"the contents of {withheld} documents are not in the package; their signed digests stand for them",
        )
    if absent := len(known.inventory.cited_absent):
        yield Remark(
            "cited-and-absent",
            f"{absent} văn bản được viện dẫn nhưng không có trong gói",
            f"{absent} events are cited and not in the package",
        )
    if known.late:
        yield Remark(
            "stored-late",
            f"{known.late} văn bản được lưu muộn hơn ngày ghi trên văn bản hơn một ngày: ngày ấy chỉ theo lời bên gửi",
            f"{known.late} documents were stored over a day after their date, which rests on the sender's word",
        )
