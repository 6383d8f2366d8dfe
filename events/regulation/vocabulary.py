"""The words a rule may use: the regulations' roles, clauses and categories, read from the CSV files beside this module.

`data/clauses.csv` lists every clause with the events that carry it, `data/roles.csv` the roles and which regulation
names them, `data/competence.csv` which roles are competent to lead each category of violation.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

REGULATIONS = ("lao-cai-29-2008", "dak-lak-39-2010")
"""The regulations' ids."""

_DATA = resources.files("events.regulation") / "data"


@dataclass(frozen=True)
class Clause:
    """One clause: what it asks (`rule`) and what this design adds to it (`ours`), and the event types that carry it."""

    id: str
    regulation: str
    kind: str
    duty: str
    events: frozenset[str]
    rule: str
    ours: str


@dataclass(frozen=True)
class Role:
    """A role, with its official Vietnamese name, and its standing under one regulation.

    `standing` is `party`, `hub`, `superior`, or `reader` (the auditor, whom no regulation names).
    """

    id: str
    vietnamese: str
    english: str
    standing: str


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((_DATA / name).read_text(encoding="utf-8").splitlines()))


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


@cache
def clauses(regulation: str) -> Mapping[str, Clause]:
    """The regulation's clauses by id, e.g. `LC-10.3`."""
    return MappingProxyType(
        {
            row["clause"]: Clause(
                row["clause"],
                regulation,
                row["kind"],
                row["duty"],
                frozenset(_several(row["events"])),
                row["rule"],
                row["ours"],
            )
            for row in _rows("clauses.csv")
            if row["regulation"] == regulation
        }
    )


@cache
def roles(regulation: str) -> Mapping[str, Role]:
    """The roles that the regulation names, by id, and the reader that this design adds."""
    return MappingProxyType(
        {
            row["role"]: Role(row["role"], row["vietnamese"], row["english"], row[regulation])
            for row in _rows("roles.csv")
            if row[regulation]
        }
    )


@cache
def named_roles(regulation: str) -> frozenset[str]:
    """The roles that can be a party: all but readers."""
    return frozenset(role.id for role in roles(regulation).values() if role.standing != "reader")


@cache
def competence(regulation: str) -> Mapping[str, tuple[str, ...]]:
    """For each category of violation the roles competent to lead, in the order of competence.csv."""
    return MappingProxyType(
        {
            row["category"]: _several(row["competent"])
            for row in _rows("competence.csv")
            if row["regulation"] == regulation
        }
    )


def competent_roles(regulation: str, category: str) -> tuple[str, ...]:
    """The roles competent to lead a case of the category; empty if the regulation does not know the category."""
    return competence(regulation).get(category, ())


@cache
def condition_texts() -> Mapping[str, tuple[str, str]]:
    """What each condition asks, by its name: in Vietnamese and in English, as part of a sentence."""
    return MappingProxyType({row["check"]: (row["vi"], row["en"]) for row in _rows("conditions.csv")})
