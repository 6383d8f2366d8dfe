"""A step of an event's proof: what was checked, by which values, and what was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from events.audit.finding import Finding

Value = str | int | datetime | None


class StepName(StrEnum):
    """The steps in their order: each rests on those before it."""

    SIGNATURE = "signature"
    """These bytes are what was signed, and the content that is open is the one whose digest was signed."""
    KEY = "key"
    """The directory binds the key to the sender, and it was valid."""
    RULE = "rule"
    """A clause lets this sender say this to these recipients, as far as an auditor sees."""
    CHAIN = "chain"
    """It stands in its pairs' chains between the document before it and the one behind."""
    RECEIPTS = "receipts"
    """What its recipients have signed about it."""
    INCLUSION = "inclusion"
    """The log's tree holds its entries."""
    CHECKPOINT = "checkpoint"
    """The log signed that tree, and has only grown since."""
    COSIGNATURES = "cosignatures"
    """As many witnesses as the policy asks for have cosigned it."""


class Standing(StrEnum):
    """How a step stands."""

    PASSED = "passed"
    FAILED = "failed"
    OPEN = "open"
    """It cannot be said yet, or not by what is here."""
    APART = "apart"
    """It does not concern this event."""


@dataclass(frozen=True)
class Fact:
    """A value that was checked: the name of its label, and whom it is about where there are several."""

    name: str
    value: Value
    about: str = ""


@dataclass(frozen=True)
class Step:
    """One step. `why` names the text that says why it is open."""

    name: StepName
    standing: Standing
    facts: tuple[Fact, ...] = ()
    findings: tuple[Finding, ...] = ()
    why: str = ""


def step(name: StepName, facts: Iterable[Fact], findings: Iterable[Finding], *, why: str = "") -> Step:
    """A step that failed if anything was found, and is open if there is a reason for it."""
    found = tuple(findings)
    standing = Standing.FAILED if found else Standing.OPEN if why else Standing.PASSED
    return Step(name, standing, tuple(fact for fact in facts if fact.value is not None), found, "" if found else why)
