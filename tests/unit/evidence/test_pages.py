from __future__ import annotations

import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from reportlab.pdfbase.ttfonts import TTFontFile

from services.evidence import page, page_pdf, pages, verification
from services.evidence.manifest import Selection
from services.evidence.page import Page, Paragraph, Table
from services.evidence.page_html import html_of
from services.evidence.shown import MAX_CHARACTERS, shown
from services.evidence.verification import verify_package
from services.texts.catalogue import entries
from tests.unit.evidence.attacks import a_case
from tests.unit.evidence.tampering import Members, unpack
from tests.unit.evidence.town import Town

VIETNAMESE = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxy"
    "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
)  # fmt: skip
FONTS = Path(page_pdf.__file__).parent / "fonts"


@pytest.fixture(scope="module")
def members(town: Town) -> Members:
    return unpack(town.export("pages.zip", Selection("case", case=a_case(town))))


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("name", ["report.html", "report.en.html"])
def test_the_html_page_loads_nothing_and_runs_nothing(members: Members, name: str) -> None:
    text = members[name].decode()
    reader = Reader()
    reader.feed(text)
    assert {tag for tag, _ in reader.tags}.isdisjoint(
        {"script", "link", "img", "iframe", "object", "form", "base", "a"}
    )
    attributes = {attribute for _, found in reader.tags for attribute in found}
    assert not {each for each in attributes if each.startswith("on") or each in {"src", "href", "srcset"}}
    assert re.search(r"(?:https?:)?//|url\(|@import", text) is None
    (policy,) = [found["content"] for _, found in reader.tags if found.get("http-equiv")]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_the_pages_say_who_told_whom_and_what_is_not_proven(members: Members, town: Town) -> None:
    for name, words in (
        (
            "report.html",
            ("Công an tỉnh Lào Cai", "VNPT Lào Cai", "LC-10.1", "Điều không được chứng minh", "Đã tiếp nhận"),
        ),
        ("report.en.html", ("From: ", "LC-10.1", "What is not proven", "Admitted")),
    ):
        reader = Reader()
        reader.feed(members[name].decode())
        said = " ".join(reader.words)
        assert str(town.root) in said
        for word in words:
            assert word in said


def test_the_pdf_says_the_same_in_vietnamese_letters(members: Members) -> None:
    reader = PdfReader(BytesIO(members["report.pdf"]))
    text = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    for words in (
        "Chứng cứ trao đổi thông tin giữa các cơ quan — Tỉnh Lào Cai",
        "Điều không được chứng minh",
        "thẩm quyền",
    ):
        assert words in text
    fonts = {font["/BaseFont"] for page in reader.pages for font in page["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert {re.sub(r"^/[A-Z]+\+", "", str(font)) for font in fonts} <= {
        "BeVietnamPro-Regular", "BeVietnamPro-Bold", "/Courier", "/Helvetica"
    }  # fmt: skip
    assert "/JavaScript" not in str(reader.trailer["/Root"])


@pytest.mark.parametrize("name", ["BeVietnamPro-Regular.ttf", "BeVietnamPro-Bold.ttf"])
def test_the_font_has_every_vietnamese_letter(name: str) -> None:
    glyphs = TTFontFile(str(FONTS / name)).charToGlyph
    assert {
        letter for letter in VIETNAMESE + VIETNAMESE.upper() + "«»—•0123456789" if ord(letter) not in glyphs
    } == set()


def test_a_text_from_a_document_is_text_and_no_markup() -> None:
    hostile = '</td><script>alert(1)</script>&amp;<font size="99">'
    made = Page("vi", hostile, (Paragraph(hostile), Table((hostile,), (1,), ((hostile,),), frozenset())))
    html = html_of(made)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    text = PdfReader(BytesIO(page_pdf.pdf_of(made))).pages[0].extract_text()
    assert "<script>" in text.replace("\n", "")


def test_a_page_of_another_edition_is_not_compared_and_that_is_said(
    town: Town, members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = town.folder / "pages.zip"
    monkeypatch.setattr(verification, "pdf_by", lambda: "phoihop-page/2 another")
    with package.open("rb") as file:
        verdict = verify_package(file, town.root)
    assert verdict.verified
    assert [remark.name for remark in verdict.remarks] == ["page-not-compared"]
    assert "report.pdf" in verdict.remarks[0].en


def test_other_words_are_another_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    before = pages.html_by()
    changed = dict(entries("vi")) | {"evidence_page.intro": "Khác."}
    monkeypatch.setattr(page, "entries", lambda _lang: changed)
    page.edition.cache_clear()
    try:
        assert pages.html_by() != before
    finally:
        monkeypatch.undo()
        page.edition.cache_clear()
    assert pages.html_by() == before


def test_what_others_wrote_cannot_pass_for_the_pages_own_words() -> None:
    assert shown("Báo cáo\nĐã tiếp nhận \u202eiốhc ừt\x1b[2J") == "Báo cáo\ufffdĐã tiếp nhận \ufffdiốhc ừt\ufffd[2J"
    assert len(shown("x" * 1_000)) == MAX_CHARACTERS
