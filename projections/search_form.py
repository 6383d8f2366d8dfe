"""How a text is searched for: without case, accents and tone marks, so that `tram phuong` finds `Trạm … phường`."""

from __future__ import annotations

import unicodedata


def search_form(text: str) -> str:
    """A text's letters without marks, in lower case, blanks as single ones; `đ` is `d`."""
    parts = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return " ".join(plain.replace("đ", "d").split())
