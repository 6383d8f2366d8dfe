"""The page as PDF: A4 on its side, with a font that has every Vietnamese letter; the same page gives the same bytes.

Set by ReportLab in its invariant mode: no time and no random number goes in.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import as_file, files
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from services.evidence.page import Block, Code, Facts, Heading, Page, Paragraph, Points, Table

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Flowable

_REGULAR, _BOLD = "BeVietnamPro", "BeVietnamPro-Bold"
_LETTERS = "Courier"
"""For what is compared letter by letter: it tells 1, l and I apart. All of that is ASCII."""

_MARGIN = 40.0
_INK, _MUTED, _LINE, _SHADE = "#16202a", "#475766", "#b8c2cc", "#eef1f4"


def set_by() -> str:
    """What sets the PDF: another version of the library, or of what compresses the font, may give other bytes."""
    return f"reportlab {version('reportlab')} zlib {zlib.ZLIB_RUNTIME_VERSION}"


def pdf_of(page: Page) -> bytes:
    """The whole document."""
    from reportlab.lib.pagesizes import A4, landscape  # noqa: PLC0415 - loaded only where a page is set
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415
    from reportlab.platypus import Paragraph as Text  # noqa: PLC0415
    from reportlab.platypus import SimpleDocTemplate  # noqa: PLC0415

    _register_fonts()
    size = landscape(A4)
    width = size[0] - 2 * _MARGIN - 12  # a frame has six points of padding on each side
    styles = _styles()
    story: list[Flowable] = [Text(escape(page.title), styles["title"])]
    for block in page.blocks:
        story += _flowables(block, styles, width)
    target = BytesIO()

    def footer(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.setFont(_REGULAR, 7.5)
        canvas.setFillColor(_MUTED)
        canvas.drawString(_MARGIN + 6, 22, page.title)
        canvas.drawRightString(size[0] - _MARGIN - 6, 22, str(document.page))

    document = SimpleDocTemplate(
        target, pagesize=size, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=36, bottomMargin=40,
        title=page.title, author="phoihop", subject=page.title, lang=page.lang, invariant=1, pageCompression=1,
    )  # fmt: skip
    document.build(story, onFirstPage=footer, onLaterPages=footer)
    return target.getvalue()


@cache
def _register_fonts() -> None:
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily  # noqa: PLC0415
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415

    folder = files("services.evidence") / "fonts"
    for name, file in ((_REGULAR, "BeVietnamPro-Regular.ttf"), (_BOLD, "BeVietnamPro-Bold.ttf")):
        with as_file(folder / file) as path:
            registerFont(TTFont(name, str(path)))
    registerFontFamily(_REGULAR, normal=_REGULAR, bold=_BOLD, italic=_REGULAR, boldItalic=_BOLD)


def _styles() -> dict[str, ParagraphStyle]:
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415

    def style(name: str, size: float, **more: Any) -> ParagraphStyle:
        settings: dict[str, Any] = {"fontName": _REGULAR, "leading": size * 1.4, "textColor": _INK} | more
        return ParagraphStyle(name, fontSize=size, **settings)

    return {
        "title": style("title", 16, fontName=_BOLD, spaceAfter=8),
        "heading": style("heading", 11.5, fontName=_BOLD, spaceBefore=12, spaceAfter=4, keepWithNext=1),
        "text": style("text", 9, spaceAfter=4),
        "strong": style("strong", 9, fontName=_BOLD, spaceAfter=4, **_box("#eef4f9")),
        "name": style("name", 8.5, textColor=_MUTED),
        "value": style("value", 8.5),
        "code": style("code", 8, fontName=_LETTERS, spaceBefore=4, spaceAfter=8, **_box("#f2f4f6")),
        "head": style("head", 7.5, fontName=_BOLD),
        "cell": style("cell", 7.5),
        "cell_code": style("cell_code", 7, fontName=_LETTERS),
    }


def _box(colour: str) -> dict[str, Any]:
    return {"backColor": colour, "borderPadding": 4, "leftIndent": 4}


def _flowables(block: Block, styles: dict[str, ParagraphStyle], width: float) -> list[Flowable]:
    from reportlab.platypus import Paragraph as Text  # noqa: PLC0415

    match block:
        case Heading(text):
            return [Text(escape(text), styles["heading"])]
        case Paragraph(text, strong):
            return [Text(escape(text), styles["strong" if strong else "text"])]
        case Points(items):
            return [Text(escape(item), styles["text"], bulletText="•") for item in items]
        case Facts(rows):
            cells = [[Text(escape(name), styles["name"]), Text(escape(value), styles["value"])] for name, value in rows]
            return [_grid(cells, [width * 0.24, width * 0.76], lines=False)]
        case Code(text):
            return [Text(escape(text), styles["code"])]
        case Table():
            return [_table(block, styles, width)]


def _table(table: Table, styles: dict[str, ParagraphStyle], width: float) -> Flowable:
    from reportlab.platypus import Paragraph as Text  # noqa: PLC0415

    def cell(place: int, text: str) -> Flowable:
        return Text(escape(text).replace("\n", "<br/>"), styles["cell_code" if place in table.code else "cell"])

    cells: list[list[Any]] = [[Text(escape(name), styles["head"]) for name in table.columns]]
    cells += [[cell(place, text) for place, text in enumerate(row)] for row in table.rows]
    return _grid(cells, [width * share / sum(table.widths) for share in table.widths], lines=True)


def _grid(cells: Sequence[list[Any]], widths: list[float], *, lines: bool) -> Flowable:
    from reportlab.platypus import LongTable, TableStyle  # noqa: PLC0415

    rules: list[Any] = [("VALIGN", (0, 0), (-1, -1), "TOP")]
    rules += [("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]
    rules += [("LEFTPADDING", (0, 0), (-1, -1), 4 if lines else 0), ("RIGHTPADDING", (0, 0), (-1, -1), 4)]
    if lines:
        rules += [("GRID", (0, 0), (-1, -1), 0.4, _LINE), ("BACKGROUND", (0, 0), (-1, 0), _SHADE)]
    return LongTable(cells, colWidths=widths, repeatRows=1 if lines else 0, style=TableStyle(rules), hAlign="LEFT")
