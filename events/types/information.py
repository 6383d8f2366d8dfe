"""Information asked for, given, withheld and shared (LC-2.4a, LC-4.1a, LC-4.4, LC-5.2, LC-7.2; DL-10.4c, DL-11.1)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field as Member

from events.content import Value
from events.types.document import Document
from events.values.goods import Exhibit, Parcel
from events.values.identifiers import EventId
from events.values.instant import Period
from events.values.labelled import Labelled
from events.values.matter import Category, Field
from events.values.person import Person, Place
from events.values.service import Service, Subscriber, TrafficRecord
from events.values.text import Distinct, ItemId, MaybeBlankText, OneOrMore, Several, Text, Title


class QuestionKind(Labelled):
    """What a question asks for."""

    SUBSCRIBER_IDENTITY = "subscriber_identity", "thông tin thuê bao", "subscriber's identity"
    TRAFFIC_RECORDS = "traffic_records", "dữ liệu lưu lượng, cuộc gọi", "traffic records"
    SERVICE_HISTORY = "service_history", "lịch sử sử dụng dịch vụ", "service history"
    LOCATION = "location", "vị trí, địa điểm", "location"
    PARCEL_HISTORY = "parcel_history", "thông tin bưu gửi", "parcel's history"
    EXHIBIT = "exhibit", "tang vật, phương tiện", "exhibits"
    PERSON = "person", "thông tin đối tượng", "persons"
    CASE_STATUS = "case_status", "tình hình vụ việc", "state of the case"
    DOCUMENT = "document", "tài liệu", "documents"
    ASSESSMENT_DATA = "assessment_data", "số liệu phục vụ giám định", "data for an expert assessment"
    OTHER = "other", "nội dung khác", "other"


class Question(Value):
    """One question, named by an id that its answer repeats."""

    id: ItemId
    text: Text
    kind: QuestionKind


class About(Value):
    """What the questions are about."""

    subscribers: Several[Subscriber] = ()
    services: Several[Service] = ()
    parcels: Several[Parcel] = ()
    exhibits: Several[Exhibit] = ()
    persons: Several[Person] = ()
    place: Place | None = None
    period: Period | None = None


class InfoRequested(Document):
    """Information is asked for; the time to answer by is the envelope's `dueat`."""

    MEANING_VI: ClassVar[str] = "Yêu cầu cung cấp thông tin"
    MEANING_EN: ClassVar[str] = "Information is requested"

    purpose: Text = Member(description="Mục đích")
    questions: OneOrMore[Question] = Member(description="Nội dung yêu cầu")
    about: About | None = Member(default=None, description="Đối tượng của yêu cầu")
    legal_basis: Title | None = Member(default=None, description="Căn cứ pháp lý")


class InfoOutcome(Labelled):
    """What an answer brings."""

    PROVIDED = "provided", "đã cung cấp", "provided"
    PARTIAL = "partial", "cung cấp một phần", "provided in part"
    NOTHING_HELD = "nothing_held", "không có thông tin", "nothing is held"


class Answer(Value):
    """The answer to one question, by its id: a text, the records asked for, or both."""

    question: ItemId
    text: Text | None = None
    subscribers: Several[Subscriber] = ()
    services: Several[Service] = ()
    parcels: Several[Parcel] = ()
    exhibits: Several[Exhibit] = ()
    persons: Several[Person] = ()
    traffic: Annotated[tuple[TrafficRecord, ...], Member(max_length=1000)] = ()


class InfoProvided(Document):
    """Information is given: at a request, or unasked where `request` is absent (LC-2.2b)."""

    MEANING_VI: ClassVar[str] = "Cung cấp thông tin"
    MEANING_EN: ClassVar[str] = "Information is provided"

    request: EventId | None = Member(default=None, description="Văn bản yêu cầu")
    outcome: InfoOutcome = Member(description="Kết quả")
    answers: Several[Answer] = Member(default=(), description="Nội dung trả lời")
    text: Text | None = Member(default=None, description="Nội dung cung cấp")


class WithholdingGround(Labelled):
    """The only ground on which information may be withheld (LC-7.2b)."""

    UNDER_INVESTIGATION_SECRET = (
        "under_investigation_secret",
        "đang trong thời gian điều tra, xác minh cần giữ bí mật",
        "under investigation and to be kept secret",
    )


class ReplyForm(Labelled):
    """How a withheld answer is given (LC-7.2b knows no phone)."""

    WRITTEN = "written", "văn bản trả lời", "in writing"
    IN_PERSON = "in_person", "trao đổi trực tiếp", "in person"


class InfoWithheld(Document):
    """Police keep information under investigation secret and say why. A blank `reason` is read, and refused by rule."""

    MEANING_VI: ClassVar[str] = "Trả lời nêu rõ lý do không cung cấp thông tin đang điều tra"
    MEANING_EN: ClassVar[str] = "Information under investigation is withheld, for a stated reason"

    request: EventId = Member(description="Văn bản yêu cầu")
    ground: WithholdingGround = Member(description="Căn cứ")
    reason: MaybeBlankText | None = Member(default=None, description="Lý do")
    reply_form: ReplyForm = Member(description="Hình thức trả lời")


class InfoKind(Labelled):
    """What kind of information is shared."""

    MODUS_OPERANDI = "modus_operandi", "âm mưu, phương thức, thủ đoạn", "plots, methods and tricks"
    CASE_INFORMATION = "case_information", "thông tin vụ việc", "information on a case"
    SEIZURE = "seizure", "kết quả bắt giữ, xử lý", "seizures and their outcome"
    OTHER = "other", "thông tin khác", "other information"


class InfoShared(Document):
    """Information is shared without being asked for; methods and tricks need no case (LC-4.4, LC-7.2c; DL-5.1)."""

    MEANING_VI: ClassVar[str] = "Trao đổi thông tin chủ động, không chờ yêu cầu"
    MEANING_EN: ClassVar[str] = "Information is shared"

    kind: InfoKind = Member(description="Loại thông tin")
    title: Title = Member(description="Tiêu đề")
    text: Text = Member(description="Nội dung")
    category: Category | None = Member(default=None, description="Loại vi phạm")
    fields: Distinct[Field] = Member(default=(), description="Lĩnh vực")
    subscribers: Several[Subscriber] = Member(default=(), description="Thuê bao liên quan")
    services: Several[Service] = Member(default=(), description="Dịch vụ liên quan")
    parcels: Several[Parcel] = Member(default=(), description="Bưu gửi liên quan")
    exhibits: Several[Exhibit] = Member(default=(), description="Tang vật, phương tiện")
    persons: Several[Person] = Member(default=(), description="Đối tượng liên quan")
