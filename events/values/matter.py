"""What a suspicion or case is about: its field and its category of violation.

The categories are those of both regulations (competence.csv); which of them a regulation knows, and which role may
lead on each, is a matter of its rules.
"""

from __future__ import annotations

from events.values.labelled import Labelled


class Field(Labelled):
    """The fields that the regulations cover (LC-1.1, DL-1)."""

    POST = "post", "bưu chính", "post"
    TELECOM = "telecom", "viễn thông", "telecommunications"
    BROADCASTING = "broadcasting", "truyền dẫn, phát sóng", "transmission and broadcasting"
    IT = "it", "công nghệ thông tin", "information technology"


class Category(Labelled):
    """Categories of violation, the union of those that the two regulations name."""

    INFRASTRUCTURE_ATTACK = (
        "infrastructure_attack",
        "xâm hại, phá hoại cơ sở hạ tầng mạng lưới",
        "attack on network infrastructure",
    )
    CHARGE_THEFT = "charge_theft", "trộm cắp cước viễn thông", "theft of telecom charges"
    ILLEGAL_TELECOM_SERVICE = (
        "illegal_telecom_service",
        "kinh doanh trái phép dịch vụ viễn thông, Internet",
        "illegal telecom or Internet service",
    )
    ILLEGAL_TELECOM_EQUIPMENT = (
        "illegal_telecom_equipment",
        "kinh doanh trái phép thiết bị viễn thông",
        "illegal trade in telecom equipment",
    )
    CONTRABAND_BY_POST = (
        "contraband_by_post",
        "hàng lậu, hàng nhập lậu, hàng cấm qua mạng bưu chính, mạng chuyển phát",
        "contraband or prohibited goods by post or courier",
    )
    CROSS_BORDER_GOODS = (
        "cross_border_goods",
        "vận chuyển trái phép hàng hóa qua biên giới",
        "unlawful carriage of goods across the border",
    )
    IMPORT_EXPORT_BY_POST = (
        "import_export_by_post",
        "hàng hóa xuất khẩu, nhập khẩu qua mạng bưu chính, mạng chuyển phát",
        "import or export of goods by post or courier",
    )
    COUNTERFEIT_GOODS = (
        "counterfeit_goods",
        "hàng giả, hàng kém chất lượng qua mạng bưu chính",
        "counterfeit or substandard goods by post",
    )
    SMUGGLED_PHONE_CARDS = "smuggled_phone_cards", "thẻ điện thoại lậu", "smuggled phone cards"
    SMUGGLED_PHONES = "smuggled_phones", "điện thoại lậu", "smuggled phones"
    ILLEGAL_POSTAL_SERVICE = (
        "illegal_postal_service",
        "kinh doanh trái pháp luật dịch vụ bưu chính",
        "illegal postal service",
    )
    CROSS_BORDER_TRAFFIC = (
        "cross_border_traffic",
        "chuyển lưu lượng viễn thông qua biên giới",
        "telecom traffic diverted across the border",
    )
    POSTAL_PROCEDURE = "postal_procedure", "vi phạm quy trình nghiệp vụ bưu chính", "breach of postal procedure"
    NON_CONFORMING_EQUIPMENT = (
        "non_conforming_equipment",
        "thiết bị viễn thông không hợp chuẩn",
        "non-conforming telecom equipment",
    )
    NATIONAL_SECURITY_ABUSE = (
        "national_security_abuse",
        "lợi dụng mạng xâm phạm an ninh quốc gia, trật tự an toàn xã hội",
        "abuse of networks against national security or public order",
    )
    MORALS_ABUSE = "morals_abuse", "vi phạm đạo đức, thuần phong mỹ tục", "abuse against morals and good customs"
    INFORMATION_SECURITY = "information_security", "vi phạm an toàn thông tin số", "breach of information security"
    INTERNET_MISUSE_IN_SCHOOLS = (
        "internet_misuse_in_schools",
        "học sinh, cán bộ, giáo viên vi phạm khi dùng Internet",
        "misuse of the Internet by pupils or school staff",
    )
    BROADCASTING_VIOLATION = (
        "broadcasting_violation",
        "vi phạm truyền dẫn, phát sóng",
        "violation in transmission or broadcasting",
    )
    REGULATION_BREACH = "regulation_breach", "vi phạm Quy chế phối hợp", "breach of the coordination regulation"
    OTHER = "other", "các vi phạm khác", "other violations"
