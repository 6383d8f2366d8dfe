"""Reading a regulation's rule file: `rules/<regulation>.toml`, validated word by word against the vocabulary.

Whatever a row says must exist: its clause, event type, roles, categories, conditions and their parameters. A row that
contradicts another is refused too. Every failure is a `RulesInvalid` that names file, row and problem.
docs/rules.md describes each member.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from events.case_parts import CaseStatus
from events.errors import RulesInvalid

Kind = Literal[
    "scope", "principle", "duty", "order", "information", "exchange", "content", "escalation", "report", "protocol"
]
"""As clauses.csv sorts the clauses; `order` is our word for what binds its recipient."""

Signatory = Literal["head", "head_or_deputy", "any", "service"]

CAPACITIES: Mapping[str, frozenset[str]] = {
    "head": frozenset({"head"}),
    "head_or_deputy": frozenset({"head", "deputy"}),
    "any": frozenset({"head", "deputy", "service"}),
    "service": frozenset({"service"}),
}

Words = Annotated[list[str], Field(min_length=1)]


def _sentence(text: str) -> str:
    if text != text.strip() or not text.isprintable():
        raise ValueError("is a sentence in one line, without blanks at its ends")
    return text


Sentence = Annotated[str, Field(min_length=10), AfterValidator(_sentence)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CheckEntry(_Entry):
    """A condition of a row, by the name of its function in `events.regulation.conditions`."""

    check: str
    params: dict[str, Any] = {}
    by: Literal["both", "sender", "auditor"] = "both"
    origin: Literal["text", "ours"] = "text"
    clause: str | None = None


class AlwaysEntry(CheckEntry):
    """A condition of every document row, or of those of some types."""

    clause: str
    types: list[str] = []


class IncludeEntry(_Entry):
    """A group of roles that must be among the recipients."""

    roles: Words
    all: bool = False


class RowEntry(_Entry):
    """A row as it stands in the file."""

    clause: str | None = None
    type: str
    variant: str = Field(default="", pattern=r"^([a-z][a-z0-9-]*)?$")
    kind: Kind
    origin: Literal["text", "ours"] = "text"
    senders: Words
    recipients: Words
    include: list[IncludeEntry] = []
    outside: list[str] = []
    signatory: Signatory = "head_or_deputy"
    case: Literal["optional", "required", "new"] = "optional"
    status: list[str] = []
    addressed: Literal["", "all_parties"] = ""
    categories: Words | None = None
    yields_to: list[str] = []
    yields_in_category_to: list[str] = []
    text_vi: Sentence
    text_en: Sentence
    conditions: list[CheckEntry] = []

    @property
    def id(self) -> str:
        """The row's id, such as `LC-10.1/SuspicionReported`."""
        return "/".join(part for part in (self.clause or self.kind, self.type, self.variant) if part)

    @property
    def statuses(self) -> frozenset[CaseStatus]:
        """The states of the case that allow it."""
        return frozenset(CaseStatus(status) for status in self.status)


class ForbiddenEntry(_Entry):
    """What no row lets some roles send."""

    clause: str
    type: str
    roles: Words = ["any"]
    origin: Literal["text", "ours"] = "text"
    text_vi: Sentence
    text_en: Sentence


class RuleFile(_Entry):
    """A whole file. `groups` names sets of roles, which rows use as `@name`."""

    regulation: str
    party_clause: str | None = None
    signatory_clauses: dict[Signatory, str] = {}
    groups: dict[str, Words] = {}
    always: list[AlwaysEntry] = []
    row: list[RowEntry] = []
    forbidden: list[ForbiddenEntry] = []


def parse_rule_file(name: str, text: str) -> RuleFile:
    """Read a rule file's text; raises `RulesInvalid` that names the row at fault."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesInvalid(name, "-", f"not TOML: {error}") from error
    try:
        return RuleFile.model_validate(data)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        location = ".".join(str(step) for step in fault["loc"])
        raise RulesInvalid(name, _row_name(data, fault["loc"]), f"{location}: {fault['msg']}") from error


def _row_name(data: Mapping[str, Any], location: tuple[Any, ...]) -> str:
    if len(location) >= 2 and isinstance(location[1], int):
        entry = data[location[0]][location[1]]
        if isinstance(entry, dict):
            about = entry.get("type", entry.get("check", "-"))
            number = f"{location[1] + 1} ({entry.get('clause', '-')}/{about})"
            return number if location[0] == "row" else f"{location[0]} {number}"
    return "-"
