"""Reporting periods, legal bases, corrections and chunks: what their values refuse."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from events import base64url
from events.errors import Malformed
from events.types.attachment import MAX_ATTACHMENT_BYTES, MAX_CHUNK_BYTES, AttachmentChunk
from events.types.correction import MemberCorrection
from events.types.figures import RequestFigures
from events.values.contact import EmailAddress
from events.values.legal import LegalBasis
from events.values.period import PeriodKind, ReportingPeriod, half_year, quarter, two_years

EVENT = "5f0c0000-0000-4000-8000-000000000001"
SHA256 = "a" * 64


@pytest.mark.clause("DL-12.1a")
def test_the_quarters_of_a_year_are_all_its_days_once() -> None:
    quarters = [quarter(2012, number) for number in (1, 2, 3, 4)]
    assert [q.last_day for q in quarters] == [
        date(2012, 3, 31), date(2012, 6, 30), date(2012, 9, 30), date(2012, 12, 31),
    ]  # fmt: skip
    assert [(b.first_day - a.last_day).days for a, b in pairwise(quarters)] == [1, 1, 1]


@pytest.mark.clause("LC-13.1")
def test_half_years_and_two_years() -> None:
    assert half_year(2026, 1).last_day == date(2026, 6, 30)
    assert (half_year(2026, 2).first_day, half_year(2026, 2).last_day) == (date(2026, 7, 1), date(2026, 12, 31))
    assert two_years(2011).last_day == date(2012, 12, 31)


@given(st.integers(1900, 2099), st.integers(-3, 9))
def test_a_period_that_is_made_is_of_its_kind_or_refused(year: int, number: int) -> None:
    for make, parts in ((quarter, 4), (half_year, 2)):
        if 1 <= number <= parts:
            period = make(year, number)
            assert ReportingPeriod.model_validate_json(period.model_dump_json()) == period
        else:
            with pytest.raises(ValueError, match=f"parts 1 to {parts}"):
                make(year, number)


@pytest.mark.parametrize(
    ("kind", "first", "last", "problem"),
    [
        (PeriodKind.QUARTER, date(2026, 2, 1), date(2026, 4, 30), "no quarter"),
        (PeriodKind.QUARTER, date(2026, 1, 1), date(2026, 3, 20), "no quarter"),
        (PeriodKind.QUARTER, date(2026, 1, 2), date(2026, 3, 31), "no quarter"),
        (PeriodKind.HALF_YEAR, date(2026, 4, 1), date(2026, 9, 30), "no half-year"),
        (PeriodKind.TWO_YEARS, date(2026, 7, 1), date(2028, 6, 30), "no two years"),
        (PeriodKind.AD_HOC, date(2026, 7, 2), date(2026, 7, 1), "before its first"),
        (PeriodKind.AD_HOC, date(2026, 1, 1), date(9999, 12, 31), "1900 to 2099"),
        (PeriodKind.AD_HOC, date(1, 1, 1), date(2026, 12, 31), "1900 to 2099"),
    ],
)
def test_days_that_are_no_such_period_are_refused(kind: PeriodKind, first: date, last: date, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        ReportingPeriod(kind=kind, first_day=first, last_day=last)


def test_an_ad_hoc_period_may_be_one_day() -> None:
    day = date(2026, 7, 2)
    assert ReportingPeriod(kind=PeriodKind.AD_HOC, first_day=day, last_day=day).last_day == day


@pytest.mark.parametrize("symbol", ["15/2020/NĐ-CP", "29/2008/QĐ-UBND", "15/2012/QH13"])
def test_a_legal_basis_names_its_instrument_by_number_and_symbol(symbol: str) -> None:
    assert LegalBasis(instrument=symbol, title="Nghị định", article=35, clause=2, point="đ").instrument == symbol


@pytest.mark.parametrize(
    "changed", [{"instrument": "Nghị định 15"}, {"article": 0}, {"point": "ab"}, {"point": "1"}, {"title": " "}]
)
def test_a_legal_basis_that_nobody_could_look_up_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        LegalBasis.model_validate({"instrument": "15/2020/NĐ-CP", "title": "Nghị định", **changed})


def test_a_corrections_values_are_canonical_json_and_its_member_a_pointer() -> None:
    good = MemberCorrection(member="/subscribers/0/a~1b", was='{"a":1,"b":"ánh"}', now="42")
    assert good.was == '{"a":1,"b":"ánh"}'
    for member, now in (("/a", "+849"), ("/a", '{"b":1,"a":2}'), ("/a", "1.5"), ("a", "1"), ("/a~2", "1"), ("", "1")):
        with pytest.raises(ValidationError):
            MemberCorrection(member=member, now=now)


def test_figures_need_every_count_said() -> None:
    with pytest.raises(ValidationError, match="overdue"):
        RequestFigures.model_validate({"received": 1, "answered_in_time": 1, "answered_late": 0, "withheld": 0})
    with pytest.raises(ValidationError):
        RequestFigures(received=-1, answered_in_time=0, answered_late=0, withheld=0, overdue=0)


@pytest.mark.parametrize("address", ["a@b", "a b@c.vn", "@c.vn", "a@c..vn", "a@c.vn\n", "a@c.vn,b@c.vn"])
def test_what_is_no_email_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(EmailAddress).validate_python(address)


def chunk(data: bytes | str, *, offset: int = 0, size: int = MAX_ATTACHMENT_BYTES) -> AttachmentChunk:
    text = data if isinstance(data, str) else base64url.encode(data)
    return AttachmentChunk(event=EVENT, sha256=SHA256, size_bytes=size, offset=offset, data=text)


@given(st.binary(min_size=1, max_size=300), st.integers(0, 1000))
def test_a_chunk_says_where_the_next_one_begins(data: bytes, offset: int) -> None:
    read = AttachmentChunk.from_bytes(chunk(data, offset=offset).to_bytes())
    assert base64url.decode(read.data) == data
    assert read.end_offset == offset + len(data)


def test_a_chunk_has_at_most_256_kib_and_lies_in_its_file() -> None:
    full = bytes(MAX_CHUNK_BYTES)
    assert chunk(full, offset=MAX_ATTACHMENT_BYTES - MAX_CHUNK_BYTES).end_offset == MAX_ATTACHMENT_BYTES
    with pytest.raises(ValidationError, match="at most"):
        chunk(full + b"\0")
    with pytest.raises(ValidationError, match="size_bytes 11"):
        chunk(b"0123456789", offset=2, size=11)
    with pytest.raises(ValidationError):
        chunk(b"0", size=MAX_ATTACHMENT_BYTES + 1)


@pytest.mark.parametrize("text", ["", "A", "AB", "AAB", "AAAAA", "AA==", "AA+/", "AAAA\n"])
def test_a_chunks_bytes_have_one_spelling(text: str) -> None:
    with pytest.raises(ValidationError):
        chunk(text)


def test_a_chunk_behind_its_files_end_is_malformed_when_it_arrives() -> None:
    body = chunk(b"0123456789", size=10).to_bytes().replace(b'"size_bytes":10', b'"size_bytes":9')
    with pytest.raises(Malformed, match="size_bytes 9"):
        AttachmentChunk.from_bytes(body)
