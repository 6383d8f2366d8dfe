"""Values that the sample contents share. People, numbers and addresses are made up."""

from __future__ import annotations

from datetime import UTC, date, datetime

from events import base64url
from events.values.document import Attachment, DocumentReference
from events.values.goods import Exhibit, Parcel, Unit
from events.values.person import IdentityDocument, IdentityDocumentKind, Involvement, Officer, Person, Place
from events.values.service import (
    IdentifierKind,
    Service,
    ServiceKind,
    ServiceTarget,
    Subscriber,
)


def event_id(number: int) -> str:
    """A fixed event id."""
    return f"5f0c0000-0000-4000-8000-{number:012d}"


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026."""
    return datetime(2026, 11, day, hour, minute, 30, 125_000, tzinfo=UTC)


DIGEST = base64url.encode(bytes(range(32)))
SHA256 = bytes(range(32)).hex()

PLACE = Place(
    address="Số 12 đường Hoàng Liên",
    commune="phường Cốc Lếu",
    district="thành phố Lào Cai",
    province="Lào Cai",
    latitude_microdegrees=22_485_600,
    longitude_microdegrees=103_970_700,
)
SUBSCRIBER = Subscriber(
    kind=IdentifierKind.PHONE_NUMBER,
    identifier="+84912000123",
    provider="vnpt",
    holder="Nguyễn Văn Ánh",
    identity=IdentityDocument(kind=IdentityDocumentKind.CITIZEN_ID, number="010090000123", issued_on=date(2021, 5, 4)),
    address=PLACE,
    registered_at=moment(1, 2),
)
SERVICE = Service(kind=ServiceKind.MOBILE, provider="vnpt", reference="HĐ-2026/00123")
TARGET = ServiceTarget(service=SERVICE, subscriber=SUBSCRIBER)
PERSON = Person(name="Trần Thị Được", involvement=Involvement.SUSPECT, born_on=date(1990, 2, 28), phone="+84912000124")
EXHIBIT = Exhibit(name="Bộ SIM box 32 cổng", serial="SB32-0007", unit=Unit.PIECE, kept_at="Kho tang vật", sha256=SHA256)
PARCEL = Parcel(
    number="EK123456789VN",
    carrier="buu-dien",
    sender="Cửa hàng Phương Đông",
    declared_contents="quần áo",
    found_contents="thẻ SIM chưa kích hoạt",
    weight_grams=1_250,
    accepted_at=moment(2, 3),
)
ATTACHMENT = Attachment(name="Phụ lục 01 – cuộc gọi.csv", media_type="text/csv", size_bytes=48_213, sha256=SHA256)
REGULATION = DocumentReference(
    number="29",
    symbol="2008/QĐ-UBND",
    date=date(2008, 7, 7),
    issuer="Ủy ban nhân dân tỉnh Lào Cai",
    title="Quyết định ban hành Quy chế phối hợp",
)
OFFICER = Officer(name="Lê Minh Đức", position="Đội trưởng", unit="Phòng An ninh mạng", phone="+842143840001")
SUMMARY = "Phát hiện nhiều SIM phát sinh lưu lượng bất thường tại một vị trí.\nNghi sử dụng SIM box."
