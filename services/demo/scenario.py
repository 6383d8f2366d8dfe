"""A province's quarter as it is told: chapters of steps, each chapter a file, on a simulated clock.

`services/demo/scenarios/<province>/NN-name.toml`, in the order of their names:

    province = "lao-cai"
    title_vi = "…"
    title_en = "…"
    begins = 2026-10-05T08:00:00+07:00      # the simulated instant of its first step
    [[step]]                                # see services/demo/step.py
    …

A step begins when its moment has come and its actor holds every event that it names: conditions, never pauses.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from importlib import resources
from typing import Self

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from events.errors import InvalidValue
from services.demo.script import span
from services.demo.step import Part, Step
from services.errors import UsageFault


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


class Chapter(Part):
    """One file of a scenario: a case, or what goes with several of them."""

    province: str
    title_vi: str
    title_en: str
    begins: AwareDatetime
    steps: tuple[Step, ...] = Field(alias="step", min_length=1)

    def title(self, lang: str) -> str:
        """The chapter's title."""
        return self.title_en if lang == "en" else self.title_vi


class Scenario(Part):
    """All chapters of a province, in order."""

    chapters: tuple[Chapter, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _refers_backwards(self) -> Self:
        known: set[str] = set()
        labels: set[str] = set()
        last = self.begins
        for chapter in self.chapters:
            if chapter.province != self.province:
                raise ValueError(f"{chapter.title_en}: of {chapter.province}, among chapters of {self.province}")
            if chapter.begins < last:
                raise ValueError(f"{chapter.title_en}: begins before the chapter before it has ended")
            for step in chapter.steps:
                if unknown := sorted(step.references - known):
                    raise ValueError(f"{step.label}: no earlier step has an event {', '.join(unknown)}")
                if step.label in labels:
                    raise ValueError(f"{step.label}: the label stands twice")
                labels.add(step.label)
                if step.is_event:
                    known.add(step.label)
            last = _moments(chapter)[-1]
        return self

    @property
    def province(self) -> str:
        """Whose quarter it is."""
        return self.chapters[0].province

    @property
    def begins(self) -> datetime:
        """The simulated instant at which the network is set up."""
        return self.chapters[0].begins

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of all chapters."""
        return tuple(step for chapter in self.chapters for step in chapter.steps)

    @cached_property
    def moments(self) -> dict[str, datetime]:
        """When each step is played, by its label."""
        return {
            step.label: moment
            for chapter in self.chapters
            for step, moment in zip(chapter.steps, _moments(chapter), strict=True)
        }

    def opened_by(self, step: Step) -> Chapter | None:
        """The chapter that a step opens; None within one."""
        return next((chapter for chapter in self.chapters if chapter.steps[0].label == step.label), None)

    @property
    def agencies(self) -> frozenset[str]:
        """Everybody who acts or is written to."""
        return frozenset(agency for step in self.steps for agency in (step.by, *step.to))


def _moments(chapter: Chapter) -> list[datetime]:
    moment, found = chapter.begins, []
    for index, step in enumerate(chapter.steps):
        moment += span(step.after) if index else timedelta()
        found.append(moment)
    return found


def read_chapter(text: str, file: str) -> Chapter:
    """Read a file's TOML; raises `ScenarioInvalid`, which names the step at fault."""
    try:
        return Chapter.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioInvalid(f"{file} is not TOML: {error}") from error
    except ValidationError as error:
        raise _invalid(file, error) from error


def scenario_of(chapters: Iterable[Chapter], place: str) -> Scenario:
    """The scenario of some chapters, in order; raises `ScenarioInvalid`."""
    try:
        return Scenario(chapters=tuple(chapters))
    except ValidationError as error:
        raise _invalid(place, error) from error


def load_scenario(province: str) -> Scenario:
    """The shipped scenario of a province; raises `ScenarioUnknown`."""
    folder = resources.files("services.demo") / "scenarios"
    known = sorted(place.name for place in folder.iterdir() if place.is_dir())
    if province not in known:
        raise ScenarioUnknown(province, tuple(known))
    files = sorted(
        (file for file in (folder / province).iterdir() if file.name.endswith(".toml")), key=lambda f: f.name
    )
    return scenario_of((read_chapter(file.read_text("utf-8"), file.name) for file in files), province)


def _invalid(file: str, error: ValidationError) -> ScenarioInvalid:
    faults = "; ".join(
        f"{'.'.join(str(part) for part in fault['loc'])}: {str(fault['msg']).removeprefix('Value error, ')}"
        for fault in error.errors()[:3]
    )
    return ScenarioInvalid(f"{file}: {faults}")
