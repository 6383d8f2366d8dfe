"""An error as people read it: what happened, why, what to do next, in their language where there are words for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from services.cli.exit_codes import exit_code
from services.errors import ExplainedError
from services.texts import Texts
from services.texts.explained import fields_of, in_words

if TYPE_CHECKING:
    from services.texts.naming import Naming


@dataclass(frozen=True)
class Explanation:
    """The three sentences; `clause` is the one that stands against an event, `error` the name of the error's class."""

    error: str
    what: str
    why: str
    next_step: str
    exit_code: int
    clause: str | None = None

    def to_json(self) -> str:
        """The document that `--json` puts on standard error; its schema is `error.json`."""
        return json.dumps({"error": asdict(self)}, ensure_ascii=False, indent=2)

    def to_text(self, texts: Texts, naming: Callable[[], Naming]) -> str:
        """The lines for a person; empty sentences are left out. A rule's sentence has the agencies by their names."""
        why = self.why if self.clause is None else naming()(self.why)
        lines = [texts("error_frame.what", text=_sentence(self.what))]
        for key, text in (("error_frame.why", why), ("error_frame.next", self.next_step)):
            if text:
                lines.append(texts(key, text=_sentence(text)))
        return "\n".join(lines)


def explain(error: BaseException, texts: Texts, place: Mapping[str, Any]) -> Explanation:
    """Explain an error; `place` fills what a text may name beside the error's own fields (`agency`, `folder`).

    Of what failed together the first is explained: the others were cancelled by it, or have its cause.
    """
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    name, own = type(error).__name__, _own_sentences(error, texts)
    values: dict[str, Any] = dict(place) | {"message": str(error)} | own | _fields(error)
    own = in_words(error, texts, values) or own
    return Explanation(
        name, own["what"], own["why"], own["next_step"], exit_code(error), getattr(error, "clause", None)
    )


def _own_sentences(error: BaseException, texts: Texts) -> dict[str, str]:
    if isinstance(error, ExplainedError):
        return {"what": error.what, "why": error.why, "next_step": error.next_step}
    if vi := getattr(error, "explanation_vi", None):  # NotLawful: the rules speak both languages
        why = vi if texts.lang == "vi" else getattr(error, "explanation_en", vi)
        return {"what": str(error), "why": why, "next_step": ""}
    if isinstance(error, click.ClickException):
        return {"what": error.format_message(), "why": "", "next_step": ""}
    return {"what": str(error) or type(error).__name__, "why": "", "next_step": ""}


def _fields(error: BaseException) -> dict[str, Any]:
    fields = fields_of(error)
    if isinstance(error, click.MissingParameter | click.BadParameter):
        fields["param"] = error.param_hint or (error.param.get_error_hint(error.ctx) if error.param else "")
    return fields


def _sentence(text: str) -> str:
    text = text.strip()
    first = text.partition(" ")[0]
    # A path, a file's name or an id is another one with a capital.
    begins = text[:1].upper() + text[1:] if first.rstrip(".,:;").isalpha() else text
    return begins + ("" if text.endswith((".", "?", "!")) else ".")
