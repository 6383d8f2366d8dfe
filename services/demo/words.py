"""The demonstration's words, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from events.canonical import JSON
from events.decision import NotLawful
from services.demo.board import State
from services.texts import Texts

Lang = Literal["vi", "en"]


@dataclass(frozen=True)
class Words:
    """Every text of the screen in one language; `{…}` are filled in where they are shown."""

    lang: Lang
    setting_up: str
    starting: str
    playing: str
    resumed: str
    up: str
    pages: str
    stopping: str
    verifying: str
    verdict: str
    handing_out: str
    evidence: str
    evidence_how: str
    refused_by_sender: str
    role_passed: str
    columns: tuple[str, str, str, str, str, str]
    states: Mapping[State, str]
    figures: Mapping[str, str]
    clocks: Mapping[bool, str]
    """What the network's clock is, by whether it is simulated."""
    passed: str
    failed: str
    decimal_mark: str

    def explanation(self, refusal: NotLawful) -> str:
        """Why something may not be said."""
        return refusal.explanation_en if self.lang == "en" else refusal.explanation_vi

    def event(self, event_type: str) -> str:
        """The name of an event type, as the command line's tables have it too."""
        return Texts(self.lang).word("event", event_type)

    def figure(self, value: JSON) -> str:
        """A figure of the verdict as people read it: whether it passed in words, seconds to a tenth."""
        if isinstance(value, bool):
            return self.passed if value else self.failed
        return f"{value:.1f}".replace(".", self.decimal_mark) if isinstance(value, float) else str(value)


_VI = Words(
    lang="vi",
    setting_up="Tạo khóa và danh bạ",
    starting="Khởi động các cơ quan",
    playing="Một quý, từ ngày {begins}, theo giờ mô phỏng: thứ tự chứng minh được, thời gian thì không.",
    resumed="Tiếp tục thư mục {folder}: các bước đã diễn không diễn lại.",
    up="{agencies} cơ quan đang chạy (thư mục {folder}). Ctrl-C để dừng.",
    pages=(
        "Trang của mọi cơ quan: {url}\n"
        "  Tên: {names}; mật khẩu chung của cuộc trình diễn: {password}\n"
        "  Ký văn bản (thu.truong): mật khẩu khóa ở {folder}/agencies/<cơ quan>/keys/passphrase"
    ),
    stopping="Đang dừng…",
    verifying="Tiến trình riêng kiểm chứng mọi sổ, chỉ biết khóa gốc…",
    verdict="Kết quả kiểm chứng",
    handing_out="Xuất vụ việc đầu tiên thành gói chứng cứ; tiến trình riêng kiểm chứng gói, chỉ biết khóa gốc…",
    evidence="Gói chứng cứ {file}: {documents} văn bản, {deliveries} lượt gửi, kiểm chứng đạt.",
    evidence_how="Tự kiểm chứng: phoihop audit verify {file} --root {root}",
    refused_by_sender="không được gửi",
    role_passed="vai trò đã chuyển",
    columns=("mô phỏng", "nơi gửi → nơi nhận", "nội dung", "căn cứ", "số, ký hiệu", "tình trạng"),
    states={
        State.SIGNED: "đã ký",
        State.STORED: "đã lưu",
        State.ADMITTED: "đã tiếp nhận",
        State.RECEIPTED: "đã xác nhận",
        State.REFUSED: "bị từ chối",
    },
    figures={
        "province": "tỉnh",
        "agencies": "cơ quan",
        "events": "văn bản",
        "deliveries": "lượt gửi",
        "receipts": "lượt đã xác nhận",
        "refused": "lượt bị từ chối",
        "lost": "thất lạc",
        "verified": "kiểm chứng",
        "clock": "giờ",
        "seconds": "giây",
    },
    clocks={True: "mô phỏng: thứ tự chứng minh được, thời gian thì không", False: "thật"},
    passed="đạt",
    failed="KHÔNG ĐẠT",
    decimal_mark=",",
)

_EN = Words(
    lang="en",
    setting_up="Making keys and directory",
    starting="Starting agencies",
    playing="A quarter from {begins} on, on a simulated clock: order is proven, times are not.",
    resumed="Going on in {folder}: what was played is not played again.",
    up="{agencies} agencies are running (folder {folder}). Ctrl-C stops them.",
    pages=(
        "Pages of every agency: {url}\n"
        "  Names: {names}; the demonstration's one password: {password}\n"
        "  To sign (thu.truong): the key's passphrase is in {folder}/agencies/<agency>/keys/passphrase"
    ),
    stopping="Stopping…",
    verifying="A separate process verifies every store, knowing the root key alone…",
    verdict="Verification",
    handing_out="The first case goes out as an evidence package; a separate process verifies it by the root key alone…",
    evidence="Evidence package {file}: {documents} documents, {deliveries} deliveries, verified.",
    evidence_how="Do it yourself: phoihop audit verify {file} --root {root}",
    refused_by_sender="may not be sent",
    role_passed="role passed",
    columns=("simulated", "from → to", "what", "clause", "number", "state"),
    states={
        State.SIGNED: "signed",
        State.STORED: "stored",
        State.ADMITTED: "admitted",
        State.RECEIPTED: "receipted",
        State.REFUSED: "refused",
    },
    figures={
        "province": "province",
        "agencies": "agencies",
        "events": "events",
        "deliveries": "deliveries",
        "receipts": "receipts",
        "refused": "refused",
        "lost": "lost",
        "verified": "verification",
        "clock": "clock",
        "seconds": "seconds",
    },
    clocks={True: "simulated: order is proven, times are not", False: "real"},
    passed="passed",
    failed="FAILED",
    decimal_mark=".",
)


def words(lang: str) -> Words:
    """The words of a language; Vietnamese for any that is not `en`."""
    return _EN if lang == "en" else _VI
