"""The conditions that rule rows name: small pure functions `(situation, *, parameters) -> Problem | Waiting | None`.

They stand in modules by theme. A new one is a public function in one of these modules; rule files then name it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType, ModuleType
from typing import Any, get_type_hints

from events.catalogue import EVENT_TYPES
from events.regulation.conditions import (
    answers,
    assessments,
    disclosures,
    dossiers,
    form,
    inspections,
    leadership,
    offices,
    parties,
    references,
    steering,
    suspensions,
    suspicions,
    withholding,
)
from events.regulation.row import Condition
from events.regulation.vocabulary import REGULATIONS, named_roles

_ROLES = frozenset[str]().union(*(named_roles(regulation) for regulation in REGULATIONS))

_MODULES: tuple[ModuleType, ...] = (
    answers, assessments, disclosures, dossiers, form, inspections, leadership, offices, parties, references, steering,
    suspensions, suspicions, withholding,
)  # fmt: skip


def _collect() -> dict[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {}
    for module in _MODULES:
        for name, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_"):
                if name in found:
                    raise AssertionError(f"condition {name} is defined twice")
                found[name] = value
    return found


CONDITIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(_collect())
"""Every condition by name."""


def bind(name: str, params: Mapping[str, object]) -> Condition:
    """The named condition with its parameters. Raises `ValueError` that says which word is wrong."""
    function = CONDITIONS.get(name)
    if function is None:
        raise ValueError(f"no condition {name!r} in events.regulation.conditions")
    wanted = {p.name: p for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY}
    hints = get_type_hints(function)
    if unknown := sorted(set(params) - set(wanted)):
        raise ValueError(f"condition {name} has no parameter {', '.join(unknown)}")
    if missing := sorted(p for p, spec in wanted.items() if spec.default is spec.empty and p not in params):
        raise ValueError(f"condition {name} needs parameter {', '.join(missing)}")
    if not params:
        return function
    return partial(function, **{p: _value(name, p, value, hints[p]) for p, value in params.items()})


def _value(condition: str, parameter: str, value: object, kind: object) -> object:
    if kind == tuple[str, ...] and isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        if parameter == "types" and (unknown := sorted(set(value) - set(EVENT_TYPES))):
            raise ValueError(f"condition {condition}: no event type {', '.join(unknown)} in the catalogue")
        if parameter == "roles" and (unknown := sorted(set(value) - _ROLES)):
            raise ValueError(f"condition {condition}: no role {', '.join(unknown)} in roles.csv")
        return tuple(value)
    if isinstance(kind, type) and type(value) is kind and kind in (str, bool, int, date):
        return value
    raise ValueError(f"condition {condition}: parameter {parameter} is {value!r}, which is no {kind}")
