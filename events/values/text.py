"""Texts of bounded length, not blank and without control characters, and tuples of bounded length.

No text may hold what makes it look other than it is signed: controls of both sets, line and paragraph separators, the
marks that turn the direction of writing (Unicode Standard Annex 9), and what nobody sees: blanks and joiners without
width, soft hyphens, byte order marks, tags. Vietnamese needs none of them, and two numbers that look alike are one.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

T = TypeVar("T", bound=Hashable)

_UNSEEN = r"\xad\u061c\u180e\u200b-\u200f\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0001-\U000e007f"
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_NOT_IN_TEXT = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff{_UNSEEN}]")
_LONGEST_EXPLANATION = 2000

_LINE = r"^ *[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
_TEXT = r"^[ \n\t]*[^\s\x00-\x1f\x7f][^\x00-\x08\x0b-\x1f\x7f]*$"


def _readable(text: str) -> str:
    # What is not printable is rare: only then does the slower search look whether it is harmless (a line feed).
    if not text.isprintable() and _NOT_IN_TEXT.search(text):
        raise PydanticCustomError(
            "not_readable",
            "control characters, marks that turn the direction of writing and invisible ones may not stand in a text",
        )
    return text


Readable = AfterValidator(_readable)
"""Beside any pattern that does not name the letters it allows."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_LINE), Readable]
"""One line of up to 200 characters: a name, a position."""

Title = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_LINE), Readable]
"""One line of up to 500 characters: a title, a document's summary (trích yếu), a legal basis."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=_TEXT), Readable]
"""Up to 20,000 characters in lines parted by line feeds."""

MaybeBlankText = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$"), Readable]
"""As `Text`, but it may say nothing: for members whose absence a rule, not the form, refuses."""

Token = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z][a-z0-9_-]*$")]
"""A stable word for programs, such as a refusal's reason."""

ItemId = Annotated[str, StringConstraints(max_length=32, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
"""The name of an item within one content, such as a question's or a dossier item's: `q1`, `A-03`."""

Reference = Annotated[
    str, StringConstraints(max_length=100, pattern=r"^[A-Za-z0-9ĐđÀ-ỹ][A-Za-z0-9ĐđÀ-ỹ./_:&+-]*$"), Readable
]
"""An identifier that someone else gave: a contract, a serial number, a parcel number. No blanks."""


def _each_once(values: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(values)) != len(values):
        raise PydanticCustomError("twice", "the same value stands twice")
    return values


Several = Annotated[tuple[T, ...], Field(max_length=200)]
"""None to 200 values."""

OneOrMore = Annotated[tuple[T, ...], Field(min_length=1, max_length=200)]
"""One to 200 values."""

Distinct = Annotated[
    tuple[T, ...], Field(max_length=200, json_schema_extra={"uniqueItems": True}), AfterValidator(_each_once)
]
"""None to 200 values, each once."""

OneOrMoreDistinct = Annotated[
    tuple[T, ...],
    Field(min_length=1, max_length=200, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_each_once),
]
"""One to 200 values, each once."""


def without_invisible(text: str) -> str:
    """A text as it is seen: what somebody types or pastes often brings along characters without width."""
    return _INVISIBLE.sub("", text)


def plain_text(text: str) -> str:
    """A text made fit for a `Text` member: what may not stand there becomes `U+FFFD`, and what is too long is cut.

    For explanations that quote what somebody else sent.
    """
    return _NOT_IN_TEXT.sub("\N{REPLACEMENT CHARACTER}", text[:_LONGEST_EXPLANATION]).strip() or "-"
