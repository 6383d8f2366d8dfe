"""A step of a scenario: one event that somebody sends, signs or is waited for, or a change of the directory.

    [[step]]
    label = "report"            # how later steps speak of this event; once in all files of the province
    by = "vnpt"                 # the agency that acts
    as = "head"                 # whose key signs: a signatory's id; "head" if absent
    type = "SuspicionReported"
    to = ["dic", "police"]
    after = "3h"                # simulated time since the step before; 20 minutes if absent
    case = "first"              # the case of that step's event; absent: the event begins one, or belongs to none
    cause = "first"             # steps whose events it answers, rests on
    basis = "opening"
    due = "2d"                  # from the moment of signing
    clause = "LC-10.1"          # absent: the first clause that allows it
    role = "enterprise"
    expect = "refused"          # a wrong step: `refused_clause` must be the clause that stands against it
    raw = true                  # sent past the sender's own judgement, so that its recipients refuse it
    waits = [{ agency = "dic", holds = "first" }]   # with `files = true`: and has confirmed its attachments
    [step.content]
    subject = "…"
    request = "{question}"      # the event id of step `question`
    discovered_at = "{now-3h}"  # a moment, from that of signing; "{today-2d}" is a calendar day

`does` says what a step is:

send         the default
sign         its actor's signatory signs the draft that a policy laid for the event in `cause`
await        the actor's own service does it, and the scenario waits for it
report       the actor's report on `period` (as `phoihop report` reads it), filled from its own views
consolidate  the focal point's report, built from those that it received
succeed      the role `role` passes from `by` to the one agency in `to`, which takes over the record: no event
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from events.catalogue import EVENT_TYPES, PROTOCOL_TYPES

REFERENCE = re.compile(r"\{([a-z][a-z0-9-]*)\}")
MOMENT = re.compile(r"\{(now|today)(?:([+-])(\d+)([mhd]))?\}")
SPAN = re.compile(r"(\d+)([mhd])")
Label = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,40}$")]
_Span = Annotated[str, Field(pattern=rf"^{SPAN.pattern}$")]
SUCCESSION = "DirectoryPublished"
"""What a step that passes a role is called: the directory's new version is what everybody hears of it."""


class Part(BaseModel):
    """A part of a scenario file; an unknown member is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Awaited(Part):
    """A condition: an agency holds the event of a step, with `files` also its attachments, confirmed to the sender."""

    agency: str
    holds: Label
    files: bool = False


class Step(Part):
    """One step; its members are those of the file."""

    label: Label
    by: str
    as_: str = Field(default="head", alias="as")
    does: Literal["send", "sign", "await", "report", "consolidate", "succeed"] = "send"
    type: str
    to: tuple[str, ...] = ()
    after: _Span = "20m"
    case: Label | None = None
    cause: Label | None = None
    basis: Label | None = None
    due: _Span | None = None
    clause: str | None = None
    role: str | None = None
    expect: Literal["admitted", "refused"] = "admitted"
    refused_clause: str | None = None
    raw: bool = False
    period: str | None = None
    waits: tuple[Awaited, ...] = ()
    note_vi: str
    note_en: str
    content: dict[str, Any] = {}

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.does == "succeed":
            if self.type != SUCCESSION or len(self.to) != 1 or self.role is None or self.content:
                raise ValueError(f"{self.label}: a role passes as {SUCCESSION}, with `role` and one agency in `to`")
            return self
        if self.type not in EVENT_TYPES or self.type in PROTOCOL_TYPES:
            raise ValueError(f"{self.label}: no document type {self.type}")
        if (self.does == "send") != bool(self.to and self.content):
            raise ValueError(
                f"{self.label}: what is sent has `to` and `content`; what is signed or awaited has neither"
            )
        if self.does in ("sign", "await") and self.cause is None:
            raise ValueError(f"{self.label}: what a service drafts or does by itself has a `cause`")
        if (self.expect == "refused") != (self.refused_clause is not None):
            raise ValueError(f"{self.label}: a step that is to be refused, and no other, has a `refused_clause`")
        if self.raw and (self.expect != "refused" or self.clause is None or self.role is None):
            raise ValueError(f"{self.label}: a raw step names clause and role itself and expects to be refused")
        return self

    @property
    def is_event(self) -> bool:
        """Whether it ends in a signed event: not if the sender itself refuses, nor if a role passes."""
        return self.does != "succeed" and (self.expect == "admitted" or self.raw)

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
