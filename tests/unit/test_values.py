"""The values that contents are made of: what they take, what they refuse, and how they are spelled."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from events.canonical import canonical_json
from events.content import Content, Value
from events.errors import Malformed
from events.types.information import InfoShared, InfoWithheld, ReplyForm, WithholdingGround
from events.types.protocol import HeadsAnnounced
from events.values.document import Attachment, DocumentReference, Secrecy, Urgency
from events.values.identifiers import AgencyId, Digest, EventId, Sha256
from events.values.instant import Day, Instant, Period
from events.values.labelled import Labelled
from events.values.matter import Category, Field
from events.values.person import PhoneNumber, Place
from events.values.text import Line, Reference, Text, Title, Token
from tests.contract.sample_values import DIGEST
from tests.contract.samples import SAMPLES


class Holder(Content):
    """A content of this test's own."""

    when: Instant | None = None
    day: Day | None = None
    agency: AgencyId | None = None
    event: EventId | None = None
    digest: Digest | None = None
    sha256: Sha256 | None = None
    line: Line | None = None
    title: Title | None = None
    text: Text | None = None
    token: Token | None = None
    reference: Reference | None = None
    phone: PhoneNumber | None = None


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("when", "2026-11-21T03:04:05Z"),
        ("when", "2026-11-21T03:04:05.678+00:00"),
        ("when", "2026-11-21T03:04:05.678901Z"),
        ("when", "2026-11-21 03:04:05.678Z"),
        ("when", "2026-13-21T03:04:05.678Z"),
        ("when", 1_795_000_000),
        ("when", datetime(2026, 11, 21)),  # noqa: DTZ001 - a naive datetime is what must be refused
        ("when", date(2026, 11, 21)),
        ("day", "21/11/2026"),
        ("day", "2026-11-31"),
        ("day", "2026-11-21T00:00:00"),
        ("day", datetime(2026, 11, 21, tzinfo=UTC)),
        ("agency", "Công an"),
        ("agency", "a"),
        ("agency", "police\n"),
        ("event", "5F0C0000-0000-4000-8000-000000000001"),
        ("event", "5f0c0000000040008000000000000001"),
        ("digest", DIGEST + "="),
        ("digest", DIGEST[:-1] + "9"),
        ("digest", DIGEST[:-1]),
        ("sha256", "A" * 64),
        ("sha256", "a" * 63),
        ("line", "two\nlines"),
        ("line", "   "),
        ("line", ""),
        ("line", "x" * 201),
        ("title", "bell\x07"),
        ("text", "\n\t "),
        ("text", "carriage\r\nreturn"),
        ("text", "nul\x00"),
        ("token", "Two words"),
        ("reference", "has blank"),
        ("phone", "0912000123"),
        ("phone", "+0912000123"),
    ],
)
def test_refused(member: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=member):
        Holder.model_validate({member: value})


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("agency", "ubnd-bao-thang"),
        ("digest", DIGEST),
        ("line", "Đội 7 – Phòng An ninh mạng"),
        ("line", " x"),
        ("text", "Dòng một.\n\tDòng hai."),
        ("title", "x" * 500),
        ("text", "đ" * 20_000),
        ("reference", "HĐ-2026/00123"),
        ("phone", "+84912000123"),
    ],
)
def test_accepted(member: str, value: str) -> None:
    holder = Holder.model_validate({member: value})
    assert Holder.from_bytes(holder.to_bytes()) == holder


def test_instants_are_utc_and_whole_milliseconds_from_the_start() -> None:
    vietnam = timezone(timedelta(hours=7))
    holder = Holder(when=datetime(2026, 11, 21, 10, 4, 5, 678_999, tzinfo=vietnam))
    assert holder.when == datetime(2026, 11, 21, 3, 4, 5, 678_000, tzinfo=UTC)
    assert holder.to_bytes() == b'{"when":"2026-11-21T03:04:05.678Z"}'
    assert Holder.from_bytes(holder.to_bytes()) == holder


def test_days_are_iso() -> None:
    assert Holder(day=date(2026, 11, 21)).to_bytes() == b'{"day":"2026-11-21"}'


@pytest.mark.parametrize("name", ["../../etc/passwd", ".hidden", "a/b.pdf", "a\\b.pdf", "", " x", "a\nb"])
def test_an_attachment_is_named_without_a_path(name: str) -> None:
    with pytest.raises(ValidationError, match="name"):
        Attachment(name=name, media_type="application/pdf", size_bytes=1, sha256="a" * 64)


def test_positions_are_whole_microdegrees_on_the_globe() -> None:
    with pytest.raises(ValidationError, match="latitude"):
        Place(address="x", latitude_microdegrees=90_000_001)
    with pytest.raises(ValidationError, match="latitude"):
        Place.model_validate({"address": "x", "latitude_microdegrees": 22.5})


def test_every_closed_list_is_labelled_in_both_languages_and_its_words_are_ascii() -> None:
    def subclasses(cls: type[Labelled]) -> list[type[Labelled]]:
        return list(cls.__subclasses__())

    lists = subclasses(Labelled)
    assert len(lists) >= 25
    for cls in lists:
        for member in cls:
            assert member.value.replace("_", "a").replace("-", "a").isalnum(), member
            assert member.value.isascii(), member
            assert member.value == member.value.lower(), member
            assert member.label("vi") == member.vi != "", member
            assert member.label("en") == member.en != "", member
            assert cls.__members__[member.name] is member
            assert cls._value2member_map_[member.value] is member
            assert str(member) == member.value
        assert len({member.vi for member in cls}) == len(cls), cls


def test_urgency_and_secrecy_bear_the_official_names() -> None:
    assert [u.vi for u in Urgency] == ["Thường", "Khẩn", "Thượng khẩn", "Hỏa tốc"]
    assert [s.vi for s in Secrecy] == ["Không", "Mật", "Tối mật", "Tuyệt mật"]


def test_a_document_marked_secret_is_read_so_that_a_rule_can_refuse_it_by_name() -> None:
    shared = next(c for c in SAMPLES if isinstance(c, InfoShared))
    marked = InfoShared.from_json(
        canonical_json({**shared.model_dump(mode="json", exclude_none=True), "secrecy": "mat"})
    )
    assert InfoShared.from_bytes(marked.to_bytes()).secrecy is Secrecy.MAT


@pytest.mark.parametrize("reason", [None, "", "  \n"])
def test_information_withheld_without_a_reason_is_read_so_that_a_rule_can_refuse_it(reason: str | None) -> None:
    withheld = InfoWithheld(
        subject="Trả lời",
        request="5f0c0000-0000-4000-8000-000000000001",
        ground=WithholdingGround.UNDER_INVESTIGATION_SECRET,
        reason=reason,
        reply_form=ReplyForm.WRITTEN,
    )
    assert InfoWithheld.from_bytes(withheld.to_bytes()).reason == reason


def test_contents_do_not_change() -> None:
    heads = next(c for c in SAMPLES if isinstance(c, HeadsAnnounced))
    with pytest.raises(ValidationError, match="frozen"):
        heads.sent_count = 1  # type: ignore[misc]


def test_nothing_is_converted_in_silence() -> None:
    for value in ("41", 41.0, True):
        with pytest.raises(ValidationError, match="sent_count"):
            HeadsAnnounced.model_validate(
                {
                    "sent_count": value,
                    "sent_digest": DIGEST,
                    "received_count": 0,
                    "received_digest": DIGEST,
                    "directory_version": 1,
                    "reply_wanted": True,
                }
            )


def test_a_draft_may_be_spelled_freely_but_what_was_signed_may_not() -> None:
    tidy = DocumentReference(number="29", symbol="QĐ-UBND", date=date(2008, 7, 7), issuer="UBND", title="x")
    loose = """{ "title": "x", "number":"29", "symbol":"Q\\u0110-UBND",
        "date":"2008-07-07", "issuer":"UBND", "signatory":null}"""
    assert DocumentReference.model_validate_json(loose) == tidy
    holder = Holder.from_json(' {"title": "x", "line": null} ')
    assert holder == Holder(title="x")
    with pytest.raises(Malformed, match="left out"):
        Holder.from_bytes(b'{"line":null,"title":"x"}')


def test_members_are_written_in_order_however_the_content_was_made() -> None:
    made = Period(until=datetime(2026, 1, 2, tzinfo=UTC), since=datetime(2026, 1, 1, tzinfo=UTC))
    assert list(made.model_dump()) == ["since", "until"]
    for content in SAMPLES:
        copies = (
            content.model_copy(),
            type(content).model_validate(dict(reversed(list(dict(content).items())))),
            type(content).model_construct(**dict(content)),
        )
        for copy in copies:
            assert copy.to_bytes() == content.to_bytes()


def test_models_that_check_across_members_are_written_in_order_too() -> None:
    """A validator wraps the members' schema; the order of the names must survive that."""
    from pydantic import model_validator  # noqa: PLC0415 - only this test's model needs it

    class Range(Value):
        to_count: int
        from_count: int

        @model_validator(mode="after")
        def _in_order(self) -> Range:
            if self.from_count > self.to_count:
                raise ValueError("from_count is beyond to_count")
            return self

    assert list(Range(to_count=2, from_count=1).model_dump()) == ["from_count", "to_count"]


def test_categories_are_those_of_competence_csv() -> None:
    table = Path(__file__).resolve().parents[2] / "events" / "regulation" / "data" / "competence.csv"
    with table.open(encoding="utf-8", newline="") as file:
        named = {row["category"] for row in csv.DictReader(file)}
    assert {category.value for category in Category} == named


def test_fields_are_those_of_article_1() -> None:
    assert {f.value for f in Field} == {"post", "telecom", "broadcasting", "it"}
