"""An error's three sentences in the reader's language: what happened, why, what to do next.

The catalogue has them by the error's class under `error`; English errors of the running parts bring their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.errors import ExplainedError
from services.texts.catalogue import Texts

PARTS = ("what", "why", "next_step")


def in_words(error: BaseException, texts: Texts, values: Mapping[str, Any]) -> dict[str, str] | None:
    """The sentences by `PARTS`, of the nearest class that has any; None where the catalogue has none.

    `values` fill what a text names beside the error's own fields. Raises `KeyError` for a place that nobody fills.
    """
    if texts.lang == "en" and isinstance(error, ExplainedError):
        return {"what": error.what, "why": error.why, "next_step": error.next_step}
    kinds = (kind.__name__ for kind in type(error).__mro__)
    entry = next((kind for kind in kinds if texts.find(f"error.{kind}.what")), None)
    if entry is None:
        return None
    return {part: texts(f"error.{entry}.{part}").format(**values) for part in PARTS}


def fields_of(error: BaseException) -> dict[str, Any]:
    """What an error says of itself; lists in one text."""
    fields = {name: value for name, value in vars(error).items() if not name.startswith("_")}
    lists = {name: ", ".join(map(str, value)) for name, value in fields.items() if isinstance(value, tuple | list)}
    return {"message": str(error)} | fields | lists | {"kind": type(error).__name__}
