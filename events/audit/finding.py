"""What an audit finds: which named check failed, at which event, and what that means.

The list of checks is closed, so that a test, another verifier and a reader of two languages speak of the same thing.
A name is stable: it stands in JSON documents and in `docs/audit.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from events.canonical import JSON
from events.values.labelled import Labelled


class AuditCheck(Labelled):
    """A named check over the history, the log or a package. Its labels say what it means that the check failed."""

    # --- one event by itself ---
    FORM = "form", "dữ liệu không đúng khuôn dạng đã ký", "the bytes are not of the form that is signed"
    ADDRESS = "address", "văn bản chuyển đến nơi không phải nơi nhận", "delivered to somebody it is not addressed to"
    KEY_UNKNOWN = "key-unknown", "khóa ký không có trong danh bạ", "no directory binds the signing key to the sender"
    SIGNATURE = "signature", "chữ ký không đúng với nội dung đã ký", "the signature is not over these bytes"
    KEY_PERIOD = "key-period", "ký ngoài thời hạn của khóa", "the key was used outside its period"
    CONTENT_SWAPPED = (
        "content-swapped",
        "nội dung không phải nội dung đã ký",
        "the content is not the one whose digest was signed",
    )
    ROLE = "role", "bên gửi không giữ vai trò đã nêu", "the sender did not hold the role that it names"
    RULE = "rule", "không điều khoản nào cho phép gửi văn bản này", "no clause lets this sender send this to them"

    # --- the chain of a pair ---
    CHAIN = "chain", "chuỗi văn bản giữa hai cơ quan bị đứt hoặc rẽ nhánh", "the pair's chain is broken or forked"
    COUNT_TWICE = "count-twice", "một số thứ tự được ký cho hai văn bản", "one count was signed for two events"
    GAP = "gap", "thiếu văn bản trong chuỗi", "counts of the chain are missing"
    ORDER = "order", "thứ tự văn bản bị đảo", "events stand in another order than they were signed in"

    # --- receipts and registers ---
    RECEIPT_FORGED = "receipt-forged", "xác nhận đã nhận là giả", "a receipt that its signer cannot rightly give"
    RECEIPT_MISMATCH = (
        "receipt-mismatch",
        "xác nhận đã nhận mâu thuẫn với văn bản đã gửi",
        "a receipt contradicts what was sent or what the log says",
    )
    REGISTER = "register", "sổ đăng ký văn bản thiếu hoặc trùng số", "a register lacks a number or gives one twice"
    UNRECEIPTED = "unreceipted", "văn bản không có xác nhận đã nhận", "a delivery that no receipt covers"

    # --- time ---
    TIME = "time", "thời gian đi trước nguyên nhân hoặc văn bản trước", "dated before its cause, or ahead of the clock"
    BACK_DATED = "back-dated", "ghi lùi ngày", "dated back: the log or the sender itself shows it is later"

    # --- the transparency log ---
    NOT_IN_LOG = "not-in-log", "văn bản không có trong sổ minh bạch", "the event is not in the log"
    ENTRY_MISMATCH = (
        "entry-mismatch",
        "mục trong sổ minh bạch không khớp văn bản",
        "the log's entry does not commit to this event",
    )
    LOG_FORKED = "log-forked", "sổ minh bạch bị rẽ nhánh", "two checkpoints of the log contradict each other"
    LOG_ROLLED_BACK = "log-rolled-back", "sổ minh bạch bị lùi lại", "the log is smaller than it has been"
    LOG_TAMPERED = "log-tampered", "dữ liệu sổ minh bạch bị sửa", "a tile or entry bundle of the log was altered"
    CHECKPOINT_UNSIGNED = (
        "checkpoint-unsigned",
        "điểm kiểm tra không có chữ ký hợp lệ",
        "a checkpoint without a valid signature of the log",
    )
    COSIGNATURES_MISSING = (
        "cosignatures-missing",
        "điểm kiểm tra thiếu chữ ký làm chứng",
        "a checkpoint lacks the cosignatures that are asked for, or bears one that is not its witness's",
    )

    # --- the directory ---
    DIRECTORY_SWAPPED = (
        "directory-swapped",
        "danh bạ bị tráo: không do khóa gốc ký hoặc không nối tiếp",
        "a directory version that the root key did not sign, or that does not follow the one before",
    )
    DIRECTORY_ROLLED_BACK = (
        "directory-rolled-back",
        "danh bạ bị lùi về phiên bản cũ",
        "the directory stops before versions that the history shows",
    )

    # --- what is stated of the whole ---
    VIEW_DIFFERS = (
        "view-differs",
        "bảng trao đổi dựng lại khác với bảng đã công bố",
        "the replayed exchange view is not the one that was stated",
    )
    TRIMMED = "trimmed", "dữ liệu xuất ra bị cắt bớt", "something that belongs to the export is missing from it"
    PAGE = "page", "trang để đọc không đúng với chứng cứ", "the page for reading does not say what the evidence shows"


CHECKS: Mapping[str, AuditCheck] = MappingProxyType({check.value: check for check in AuditCheck})
"""Every check by its name."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check that failed.

    `event` is the id of the event concerned, empty where it is none; `where` says where to look (a log index, a
    checkpoint's size, a directory version, a member of a package). The explanations are whole sentences about this
    case; what the check means at all is the label of `check`.
    """

    check: AuditCheck
    event: str
    where: str
    explanation_vi: str
    explanation_en: str

    def explanation(self, lang: str = "vi") -> str:
        """The explanation in `vi` or `en`; any other language falls back to Vietnamese."""
        return self.explanation_en if lang == "en" else self.explanation_vi

    def to_json(self) -> JSON:
        """All members, with the check's meaning in both languages."""
        return {
            "check": self.check.value,
            "meaning_vi": self.check.vi,
            "meaning_en": self.check.en,
            "event": self.event,
            "where": self.where,
            "explanation_vi": self.explanation_vi,
            "explanation_en": self.explanation_en,
        }

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        return f"[{self.check}] {self.event}{place}: {self.explanation_en}"
