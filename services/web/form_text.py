"""Texts of a form, read strictly: a file is no text, and what is no Unicode text is refused."""

from __future__ import annotations

from starlette.datastructures import FormData

from services.web.problems import PageError, Problem


def text_of(form: FormData, name: str, longest: int) -> str:
    """The field's text, cut to so many characters; empty if it is absent. Raises `PageError`."""
    return next(iter(texts_of(form, name, longest)), "")


def texts_of(form: FormData, name: str, longest: int) -> list[str]:
    """The texts of every field of a name. Raises `PageError`."""
    return [checked(value, name)[:longest] for value in form.getlist(name) if isinstance(value, str)]


def checked(text: str, name: str) -> str:
    """The text itself. Raises `PageError` for half a surrogate pair, which a sender's charset can make of anything."""
    if any("\ud800" <= one <= "\udfff" for one in text):
        raise PageError(Problem.INVALID, name[:64])
    return text
