"""Documents as Decree 30/2020/NĐ-CP has them: references, attachments, urgency, secrecy, and paper originals."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from events.content import Value
from events.values.identifiers import Sha256
from events.values.instant import Day
from events.values.labelled import Labelled
from events.values.text import Line, Readable, Title

DocumentNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}[A-Za-z]?$")]
"""A document's number (số) in its issuer's register: `01`, `29`, `15a`."""

DocumentSymbol = Annotated[str, StringConstraints(max_length=60, pattern=r"^[0-9A-ZĐ][^\s\x00-\x1f\x7f]*$"), Readable]
"""A document's symbol (ký hiệu): `QĐ-UBND`, `2008/QĐ-UBND`, `BC-VNPT`."""


class Urgency(Labelled):
    """Degree of urgency (độ khẩn), Decree 30/2020 article 8 and annex I."""

    NORMAL = "normal", "Thường", "normal"
    KHAN = "khan", "Khẩn", "urgent"
    THUONG_KHAN = "thuong_khan", "Thượng khẩn", "very urgent"
    HOA_TOC = "hoa_toc", "Hỏa tốc", "express"


class Secrecy(Labelled):
    """Degree of state secrecy (độ mật). Only NONE may travel here; the rules refuse the others by name."""

    NONE = "none", "Không", "none"
    MAT = "mat", "Mật", "secret"
    TOI_MAT = "toi_mat", "Tối mật", "top secret"
    TUYET_MAT = "tuyet_mat", "Tuyệt mật", "of utmost secrecy"


class Channel(Labelled):
    """By which channel the information was given (LC-4.1a)."""

    WRITTEN = "written", "bằng văn bản", "in writing"
    IN_PERSON = "in_person", "trao đổi trực tiếp", "in person"
    PHONE = "phone", "qua điện thoại", "by phone"
    ONLINE_LOOKUP = "online_lookup", "tra cứu trực tuyến", "by online look-up"


class Attachment(Value):
    """A file that belongs to the document; its bytes travel apart and are held against the digest."""

    name: Annotated[
        str, StringConstraints(max_length=200, pattern=r"^[^\s./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]*$"), Readable
    ]
    media_type: Annotated[
        str, StringConstraints(max_length=127, pattern=r"^[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*$")
    ]
    size_bytes: Annotated[int, Field(ge=1, le=2**40)]
    sha256: Sha256


class DocumentReference(Value):
    """Another document, named as Decree 30/2020 names it."""

    number: DocumentNumber
    symbol: DocumentSymbol
    date: Day
    issuer: Line
    signatory: Line | None = None
    title: Title


class PaperOriginal(Value):
    """The signed paper that this event registers (DL-11.1): its number, symbol and date, and the scan's digest."""

    number: DocumentNumber
    symbol: DocumentSymbol
    date: Day
    scan: Attachment
