"""How grave a violation is and how it is handled: what functional agencies may disagree on (LC-2.5)."""

from __future__ import annotations

from events.values.labelled import Labelled


class ViolationDegree(Labelled):
    """The degree of a violation (mức độ vi phạm)."""

    NONE = "none", "không vi phạm", "no violation"
    ADMINISTRATIVE = "administrative", "vi phạm hành chính", "administrative violation"
    SIGNS_OF_CRIME = "signs_of_crime", "có dấu hiệu tội phạm", "signs of crime"


class HandlingMethod(Labelled):
    """The method of handling (phương pháp xử lý)."""

    REMINDER = "reminder", "nhắc nhở, chấn chỉnh", "reminder, to be put right"
    ADMINISTRATIVE_SANCTION = "administrative_sanction", "xử phạt vi phạm hành chính", "administrative sanction"
    TRANSFER_TO_INVESTIGATOR = (
        "transfer_to_investigator",
        "chuyển hồ sơ sang cơ quan điều tra",
        "dossier to the investigating agency",
    )
    SUSPENSION_OF_SERVICE = "suspension_of_service", "tạm ngừng, đình chỉ dịch vụ", "suspension of a service"
    FURTHER_VERIFICATION = "further_verification", "tiếp tục xác minh", "further verification"
    OTHER = "other", "biện pháp khác", "another method"
