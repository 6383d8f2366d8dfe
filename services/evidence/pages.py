"""The pages of a package: Vietnamese as HTML and PDF, English as HTML; and by which edition of them they were made."""

from __future__ import annotations

from services.evidence.page import build_page, edition
from services.evidence.page_html import html_of
from services.evidence.page_pdf import pdf_of, set_by
from services.evidence.verdict import Examination

_FORM = "phoihop-page/2"
"""Raised with every change of a page's form; its words are in the edition."""


def html_by() -> str:
    """The form and the words of the HTML pages."""
    return f"{_FORM} {edition()}"


def pdf_by() -> str:
    """The form and the words of the PDF, and what set it."""
    return f"{html_by()} {set_by()}"


def render_html(examination: Examination, lang: str = "vi") -> bytes:
    """The page as HTML in UTF-8."""
    return html_of(build_page(examination, lang)).encode("utf-8")


def render_pdf(examination: Examination) -> bytes:
    """The Vietnamese page as PDF."""
    return pdf_of(build_page(examination))
