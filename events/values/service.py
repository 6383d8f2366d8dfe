"""Telecom services, their subscribers and the traffic that enterprises hold."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from events.content import Value
from events.values.identifiers import AgencyId
from events.values.instant import Instant
from events.values.labelled import Labelled
from events.values.person import IdentityDocument, Person, Place
from events.values.text import Line, Readable, Reference

Identifier = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\s\x00-\x1f\x7f]+$"), Readable]
"""A network identifier as the network writes it: number, IMSI, ICCID, IMEI, IP address, domain, account."""


class ServiceKind(Labelled):
    """Kinds of service that an enterprise provides."""

    MOBILE = "mobile", "điện thoại di động", "mobile telephony"
    FIXED_LINE = "fixed_line", "điện thoại cố định", "fixed-line telephony"
    SIP_TRUNK = "sip_trunk", "trung kế SIP", "SIP trunk"
    INTERNET_TELEPHONY = "internet_telephony", "điện thoại Internet", "Internet telephony"
    INTERNET_ACCESS = "internet_access", "truy nhập Internet", "Internet access"
    LEASED_LINE = "leased_line", "kênh thuê riêng", "leased line"
    MESSAGING = "messaging", "tin nhắn", "messaging"
    HOSTING = "hosting", "lưu trữ, máy chủ", "hosting"
    DOMAIN = "domain", "tên miền", "domain name"
    BROADCASTING = "broadcasting", "truyền dẫn, phát sóng", "broadcasting"
    POSTAL = "postal", "bưu chính", "post"
    COURIER = "courier", "chuyển phát", "courier"
    OTHER = "other", "dịch vụ khác", "other service"


class IdentifierKind(Labelled):
    """What a subscriber is known by in the network."""

    PHONE_NUMBER = "phone_number", "số thuê bao", "subscriber number"
    ACCOUNT = "account", "tài khoản", "account"
    CONTRACT = "contract", "hợp đồng", "contract"
    IMSI = "imsi", "IMSI", "IMSI"
    ICCID = "iccid", "số sê-ri SIM (ICCID)", "SIM serial number (ICCID)"
    IMEI = "imei", "IMEI", "IMEI"
    IP_ADDRESS = "ip_address", "địa chỉ IP", "IP address"
    DOMAIN_NAME = "domain_name", "tên miền", "domain name"


class Service(Value):
    """One service of one enterprise: what it is, and the contract or line where it is known."""

    kind: ServiceKind
    provider: AgencyId | None = None
    reference: Reference | None = None


class Subscriber(Value):
    """A subscriber by one identifier; holder, identity and address where they are known."""

    kind: IdentifierKind
    identifier: Identifier
    provider: AgencyId | None = None
    holder: Line | None = None
    identity: IdentityDocument | None = None
    address: Place | None = None
    registered_at: Instant | None = None


class ServiceTarget(Value):
    """What a measure falls on: a service, and whose (LC-2.6: the subscriber or subject)."""

    service: Service
    subscriber: Subscriber | None = None
    subject: Person | None = None


class TrafficKind(Labelled):
    """Kinds of traffic records."""

    CALL = "call", "cuộc gọi", "call"
    MESSAGE = "message", "tin nhắn", "message"
    DATA = "data", "phiên dữ liệu", "data session"


class TrafficRecord(Value):
    """One record of an enterprise's traffic data. The location is the cell's name in its network."""

    kind: TrafficKind
    origin: Identifier
    destination: Identifier | None = None
    started_at: Instant
    duration_seconds: Annotated[int, Field(ge=0, le=31_536_000)] | None = None
    volume_bytes: Annotated[int, Field(ge=0, le=2**50)] | None = None
    cell: Reference | None = None
