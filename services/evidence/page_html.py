"""The page as HTML: one file, no script, nothing from outside, to be read on a screen or printed."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from services.evidence.page import Block, Code, Facts, Heading, Page, Paragraph, Points, Table

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html_of(page: Page) -> str:
    """The whole document."""
    style = (files("services.evidence") / "page.css").read_text("utf-8")
    body = "\n".join(_block(block) for block in page.blocks)
    return (
        f'<!doctype html>\n<html lang="{page.lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(page.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<main>\n<h1>{escape(page.title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<h2>{escape(text)}</h2>"
        case Paragraph(text, strong):
            return f'<p class="strong">{escape(text)}</p>' if strong else f"<p>{escape(text)}</p>"
        case Points(items):
            return "<ul>\n" + "".join(f"<li>{escape(item)}</li>\n" for item in items) + "</ul>"
        case Facts(rows):
            return "<dl>\n" + "".join(f"<dt>{escape(n)}</dt><dd>{escape(v)}</dd>\n" for n, v in rows) + "</dl>"
        case Code(text):
            return f"<pre>{escape(text)}</pre>"
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    head = "".join(
        f'<th scope="col" style="width:{width}%">{escape(name)}</th>'
        for name, width in zip(table.columns, table.widths, strict=True)
    )
    rows = "".join(f"<tr>{_cells(row, table.code)}</tr>\n" for row in table.rows)
    return f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>'


def _cells(row: tuple[str, ...], code: frozenset[int]) -> str:
    def cell(place: int, text: str) -> str:
        lines = escape(text).replace("\n", "<br>")
        return f'<td class="code">{lines}</td>' if place in code else f"<td>{lines}</td>"

    return "".join(cell(place, text) for place, text in enumerate(row))
