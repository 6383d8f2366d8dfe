"""A scenario file: a whole case told as steps, each an event that somebody sends, signs, or is waited for.

TOML, `services/demo/scenarios/<province>.toml`:

    province = "lao-cai"
    title_vi = "…"
    title_en = "…"

    [[step]]
    label = "report"            # how later steps speak of this event
    by = "vnpt"                 # the agency that acts
    as = "head"                 # whose key signs: a signatory's id; "head" if absent
    type = "SuspicionReported"
    to = ["dic", "police"]
    case = "first"              # the case of that step's event; absent: the event begins one, or belongs to none
    cause = "first"             # steps whose events it answers, rests on
    basis = "opening"
    due = "2d"                  # from the moment of signing
    clause = "LC-10.1"          # absent: the first clause that allows it
    role = "enterprise"
    expect = "refused"          # a wrong step: `refused_clause` must be the clause that stands against it
    raw = true                  # sent past the sender's own judgement, so that its recipients refuse it
    waits = [{ agency = "dic", holds = "first" }]
    [step.content]
    subject = "…"
    request = "{question}"      # the event id of step `question`
    discovered_at = "{now-3h}"  # a moment, from that of signing; "{today-2d}" is a calendar day

`does` says what a step is: `send` (the default); `sign`: its actor's signatory signs the draft that a policy laid for
the event in `cause`; `await`: the actor's own service does it, and the scenario waits for it.
A step begins when its actor holds every event that it names: conditions, never pauses.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cached_property
from importlib import resources
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from events.catalogue import EVENT_TYPES, PROTOCOL_TYPES
from events.errors import InvalidValue
from services.errors import UsageFault

REFERENCE = re.compile(r"\{([a-z][a-z0-9-]*)\}")
MOMENT = re.compile(r"\{(now|today)(?:([+-])(\d+)([mhd]))?\}")
SPAN = re.compile(r"(\d+)([mhd])")
Label = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,40}$")]


class ScenarioInvalid(InvalidValue):
    """A scenario file contradicts itself: names the file and what is wrong."""


class ScenarioUnknown(UsageFault):
    """No scenario is shipped for a province."""

    def __init__(self, province: str, known: tuple[str, ...]) -> None:
        super().__init__(
            what=f"no scenario is told for {province!r}",
            why=f"there are scenarios for {', '.join(known)}",
            next_step="name one of them with --province",
        )
        self.province, self.known = province, known


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Awaited(_Part):
    """A condition: an agency holds the event of a step."""

    agency: str
    holds: Label


class Step(_Part):
    """One step; its members are those of the file."""

    label: Label
    by: str
    as_: str = Field(default="head", alias="as")
    does: Literal["send", "sign", "await"] = "send"
    type: str
    to: tuple[str, ...] = ()
    case: Label | None = None
    cause: Label | None = None
    basis: Label | None = None
    due: Annotated[str, Field(pattern=SPAN.pattern)] | None = None
    clause: str | None = None
    role: str | None = None
    expect: Literal["admitted", "refused"] = "admitted"
    refused_clause: str | None = None
    raw: bool = False
    waits: tuple[Awaited, ...] = ()
    note_vi: str
    note_en: str
    content: dict[str, Any] = {}

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.type not in EVENT_TYPES or self.type in PROTOCOL_TYPES:
            raise ValueError(f"{self.label}: no document type {self.type}")
        if (self.does == "send") != bool(self.to and self.content):
            raise ValueError(
                f"{self.label}: what is sent has `to` and `content`; what is signed or awaited has neither"
            )
        if self.does != "send" and self.cause is None:
            raise ValueError(f"{self.label}: what a service drafts or does by itself has a `cause`")
        if (self.expect == "refused") != (self.refused_clause is not None):
            raise ValueError(f"{self.label}: a step that is to be refused, and no other, has a `refused_clause`")
        if self.raw and (self.expect != "refused" or self.clause is None or self.role is None):
            raise ValueError(f"{self.label}: a raw step names clause and role itself and expects to be refused")
        return self

    @property
    def is_event(self) -> bool:
        """Whether it ends in a signed event: not if the sender itself refuses."""
        return self.expect == "admitted" or self.raw

    @cached_property
    def must_hold(self) -> frozenset[str]:
        """The labels of the steps whose events the actor has to hold: what it answers, rests on or speaks of."""
        return frozenset({label for label in (self.cause, self.basis) if label} | set(_labels_in(self.content)))

    @property
    def references(self) -> frozenset[str]:
        """The labels of all steps that this one names; of `case` the actor need not hold the event, only its case."""
        awaited = {wait.holds for wait in self.waits}
        return self.must_hold | awaited | ({self.case} if self.case else set())

    def note(self, lang: str) -> str:
        """What happens in this step, in a line."""
        return self.note_en if lang == "en" else self.note_vi


class Scenario(_Part):
    """A case as it is told, in order."""

    province: str
    title_vi: str
    title_en: str
    steps: tuple[Step, ...] = Field(alias="step", min_length=1)

    @model_validator(mode="after")
    def _refers_backwards(self) -> Self:
        known: set[str] = set()
        for step in self.steps:
            if unknown := sorted(step.references - known):
                raise ValueError(f"{step.label}: no earlier step has an event {', '.join(unknown)}")
            if step.label in known:
                raise ValueError(f"{step.label}: the label stands twice")
            if step.is_event:
                known.add(step.label)
        return self

    def title(self, lang: str) -> str:
        """The case's title."""
        return self.title_en if lang == "en" else self.title_vi

    @property
    def agencies(self) -> frozenset[str]:
        """Everybody who acts or is written to."""
        return frozenset(agency for step in self.steps for agency in (step.by, *step.to))


def _labels_in(value: object) -> Iterator[str]:
    match value:
        case str() if (found := REFERENCE.fullmatch(value)) and not MOMENT.fullmatch(value):
            yield found[1]
        case dict():
            for member in value.values():
                yield from _labels_in(member)
        case list() | tuple():
            for member in value:
                yield from _labels_in(member)
        case _:
            return


def read_scenario(text: str, file: str) -> Scenario:
    """Read a scenario's TOML; raises `ScenarioInvalid`, which names the step at fault."""
    try:
        return Scenario.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioInvalid(f"{file} is not TOML: {error}") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {str(fault['msg']).removeprefix('Value error, ')}"
            for fault in error.errors()[:3]
        )
        raise ScenarioInvalid(f"{file}: {faults}") from error


def load_scenario(province: str) -> Scenario:
    """The shipped scenario of a province; raises `ScenarioUnknown`."""
    folder = resources.files("services.demo") / "scenarios"
    known = sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))
    if province not in known:
        raise ScenarioUnknown(province, tuple(known))
    file = folder / f"{province}.toml"
    return read_scenario(file.read_text("utf-8"), file.name)
