"""What a package does not prove, said in so many words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from events.instants import parse_instant
from services.evidence.manifest import Inventory, Selection
from services.evidence.verdict import Remark


@dataclass(frozen=True, slots=True)
class Open:
    """What is known of a package when everything in it has been checked.

    `late` is the number of documents that the broker stored long after they are dated, `by_service` of those signed by
    an agency's service, `without_role` of those whose sender did not hold the role that it names, `since_revoked` of
    those whose key was revoked before witnesses had seen them. `below_default` is whether the checkpoint would not do
    by the default policy, `known_until` when the log was witnessed, `unchecked_stamps` the number of time-stamps whose
    authority's certificate was not brought along.
    """

    simulated: bool
    policy_from: str
    selection: Selection
    inventory: Inventory
    deliveries: int
    receipted: int
    late: int
    by_service: int
    without_role: int
    since_revoked: int
    below_default: bool
    known_until: datetime | None
    unchecked_stamps: int


def remarks_on(known: Open) -> Iterator[Remark]:
    """The remarks, each with a stable name."""
    yield from _on_the_package(known)
    yield from _on_contents(known)
    yield from _on_documents(known)


def _on_the_package(known: Open) -> Iterator[Remark]:
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
    if known.below_default:
        yield Remark(
            "below-default-policy",
            "chính sách của gói đòi ít cơ quan đồng ký hơn chính sách mặc định, và mặc định thì chưa đạt: người lập "
            "gói có thể đã tự đặt ra chính sách ấy",
            "the package's policy asks for fewer witnesses than the default, which is not met: whoever made the "
            "package may have made that policy too",
        )
    if known.unchecked_stamps:
        yield Remark(
            "timestamps-not-checked",
            f"{known.unchecked_stamps} dấu thời gian chưa được kiểm tra: ai cũng tự làm được, hãy nêu chứng thư của tổ "
            "chức cấp dấu bằng --authority",
            f"{known.unchecked_stamps} time-stamps are not checked: anybody can make one; name the authority's "
            "certificate with --authority",
        )
    if known.selection.kind != "all":
        yield Remark(
            "directory-may-have-newer",
            "gói không chứng minh được rằng không có phiên bản danh bạ mới hơn, trong đó có khóa đã bị thu hồi",
            "that there is no newer version of the directory, which revokes a key, cannot be shown by this package",
        )
    if known.selection.until is not None and not _is_over(known):
        yield Remark(
            "period-not-over",
            "sổ được làm chứng trước khi thời kỳ kết thúc: gói không cho biết những gì đến sau thời điểm ấy",
            "the log was witnessed before the period ended: what came after that is not in the package",
        )
    if known.selection.kind == "case":
        yield Remark(
            "case-may-have-more",
            "gói chỉ gồm một vụ việc: không chứng minh được rằng vụ việc không còn văn bản nào khác",
            "the package is of one case: that the case has no further document cannot be shown by it",
        )


def _on_contents(known: Open) -> Iterator[Remark]:
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


def _on_documents(known: Open) -> Iterator[Remark]:
    if known.late:
        yield Remark(
            "stored-late",
            f"{known.late} văn bản được lưu muộn hơn ngày ghi trên văn bản hơn một ngày: ngày ấy chỉ theo lời bên gửi",
            f"{known.late} documents were stored over a day after their date, which rests on the sender's word",
        )
    if known.by_service:
        yield Remark(
            "signed-by-service",
            f"{known.by_service} văn bản do khóa của hệ thống cơ quan ký, không phải của người có thẩm quyền ký",
            f"{known.by_service} documents are signed by an agency's service, not by somebody who signs for it",
        )
    if known.without_role:
        yield Remark(
            "role-not-held",
            f"{known.without_role} văn bản nêu vai trò mà theo danh bạ bên gửi không giữ khi ký",
            f"{known.without_role} documents name a role that their sender did not hold when it signed",
        )
    if known.since_revoked:
        yield Remark(
            "key-revoked-since",
            f"{known.since_revoked} văn bản được làm chứng sau khi khóa ký bị thu hồi: thời điểm trước đó chỉ theo lời "
            "hệ thống lưu",
            f"{known.since_revoked} documents were witnessed after their key was revoked: that they are older rests on "
            "the broker's word",
        )


def _is_over(known: Open) -> bool:
    until = known.selection.until
    return until is None or (known.known_until is not None and known.known_until >= parse_instant(until))
