"""A form's fields, built from an event type's JSON Schema: labels, choices and limits are the schema's own.

Contents use few shapes, and each has a kind here: `text`, `long` (several lines), `number`, `flag`, `choice` (one of a
closed list), `choices` (several), `lines` (several texts, one a line), `day`, `moment`, `group` (members inside) and
`rows` (several groups). A field's `name` is its path: `persons.0.name`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from events.names import SLUG
from services.web.acting.moment_field import shown_moment
from services.web.content_view import member_label

LONG_FROM = 300
"""A text that may have more characters gets several lines."""
_AGENCY = f"^{SLUG}$"
_ITEM = "^[A-Za-z0-9][A-Za-z0-9._-]*$"
_EVENT = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
LEFT_OUT = frozenset({"attachments"})
"""Members with a part of the page of their own."""


@dataclass(frozen=True)
class Choice:
    """One of a closed list: what is sent, and its name."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """One field as the template draws it: `values` are the chosen of `choices`, `parts` a group's or rows' fields."""

    name: str
    label: str
    kind: str
    required: bool
    value: str = ""
    values: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    parts: tuple[Field, ...] = ()
    error: str = ""
    longest: int | None = None
    filled: bool = False

    @property
    def id(self) -> str:
        """The element's id."""
        return "f-" + self.name.replace(".", "-")


@dataclass(frozen=True)
class Offered:
    """What closed lists outside the schema offer: the directory's agencies, and the events that can be named."""

    agencies: tuple[Choice, ...] = ()
    events: tuple[Choice, ...] = ()


class FormOf:
    """The form of one event type in one language."""

    def __init__(self, schema: Mapping[str, Any], lang: str, offered: Offered) -> None:
        self._definitions: Mapping[str, Any] = schema.get("$defs", {})
        self._schema = schema
        self._lang = lang
        self._offered = offered

    def fields(self, values: Mapping[str, Any], errors: Mapping[str, str]) -> tuple[Field, ...]:
        """The fields with what was filled in, required ones first, each with its error."""
        return self._members("", self._schema, values, errors)

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """A schema with its reference followed; what stands beside the reference wins."""
        while "$ref" in schema:
            beside = {name: part for name, part in schema.items() if name != "$ref"}
            schema = {**self._definitions[schema["$ref"].rpartition("/")[2]], **beside}
        return schema

    def _members(
        self, prefix: str, schema: Mapping[str, Any], values: Mapping[str, Any], errors: Mapping[str, str]
    ) -> tuple[Field, ...]:
        required = set(schema.get("required", ()))
        found = [
            self._field(f"{prefix}{name}", name, part, values.get(name), errors, required=name in required)
            for name, part in schema["properties"].items()
            if prefix or name not in LEFT_OUT
        ]
        return tuple(sorted(found, key=lambda field: not field.required))

    def _field(
        self, path: str, name: str, schema: Mapping[str, Any], value: Any, errors: Mapping[str, str], *, required: bool
    ) -> Field:
        label = member_label(name, schema.get("description"), self._lang)
        schema = self.resolved(schema)
        kind = kind_of(self, schema)
        error = errors.get(path, "")
        if not error and kind not in {"group", "rows"}:
            # What is wrong with one of several values is shown at their field.
            error = next((one for place, one in errors.items() if place.startswith(f"{path}.")), "")
        common: dict[str, Any] = {"name": path, "label": label, "kind": kind, "required": required, "error": error}
        match kind:
            case "group":
                inside = value if isinstance(value, dict) else {}
                parts = self._members(f"{path}.", schema, inside, errors)
                return Field(**common, parts=parts, filled=bool(inside) or _inside(path, errors))
            case "rows":
                rows = value if isinstance(value, list) else []
                item = self.resolved(schema["items"])
                parts = tuple(
                    Field(
                        f"{path}.{number}", f"{label} {number + 1}", "group", required=True,
                        parts=self._members(f"{path}.{number}.", item, row, errors),
                        error=errors.get(f"{path}.{number}", ""),
                    )
                    for number, row in enumerate(_named(rows, item))
                )  # fmt: skip
                return Field(**common, parts=parts, filled=bool(rows))
            case "choices":
                chosen = tuple(str(one) for one in value) if isinstance(value, list) else ()
                choices = self._choices(self.resolved(schema["items"]))
                known = {one.value for one in choices}
                # What was chosen once and is offered no longer stays chosen until somebody takes it out.
                choices += tuple(Choice(one, one) for one in chosen if one not in known)
                return Field(**common, values=chosen, choices=choices)
            case "choice":
                return Field(**common, value=_text(value), choices=self._choices(schema))
            case "lines":
                lines = "\n".join(str(one) for one in value) if isinstance(value, list) else ""
                return Field(**common, value=lines)
            case "moment":
                return Field(**common, value=shown_moment(_text(value)))
            case "flag":
                return Field(**common, value="1" if value is True else "")
            case _:
                return Field(**common, value=_text(value), longest=schema.get("maxLength"))

    def _choices(self, schema: Mapping[str, Any]) -> tuple[Choice, ...]:
        if schema.get("pattern") == _AGENCY:
            return self._offered.agencies
        if schema.get("pattern") == _EVENT:
            return self._offered.events
        name = "title" if self._lang == "vi" else "description"
        return tuple(Choice(one["const"], one[name]) for one in schema["oneOf"])


def kind_of(form: FormOf, schema: Mapping[str, Any]) -> str:
    """The kind of field that a resolved schema asks for."""
    if "oneOf" in schema or schema.get("pattern") in {_AGENCY, _EVENT}:
        return "choice"
    match schema.get("type"):
        case "object":
            return "group"
        case "array":
            item = form.resolved(schema["items"])
            return {"group": "rows", "choice": "choices"}.get(kind_of(form, item), "lines")
        case "integer":
            return "number"
        case "boolean":
            return "flag"
        case _:
            if schema.get("format") == "date":
                return "day"
            if schema.get("format") == "date-time":
                return "moment"
            return "long" if schema.get("maxLength", 0) > LONG_FROM else "text"


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _named(rows: Sequence[Any], item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows, each with an id where they have ids: the first number that none bears. A clerk need not invent one."""
    found = [dict(row) if isinstance(row, dict) else {} for row in rows]
    if item["properties"].get("id", {}).get("pattern") != _ITEM:
        return found
    borne = {row.get("id") for row in found}
    free = (str(number) for number in range(1, len(found) + 1) if str(number) not in borne)
    return [row if row.get("id") else row | {"id": next(free)} for row in found]


def faulty(fields: Sequence[Field], within: str = "") -> tuple[Field, ...]:
    """The fields with something wrong, those inside others too, each labelled with what it stands in."""
    found: list[Field] = []
    for field in fields:
        label = f"{within} › {field.label}" if within else field.label
        if field.error:
            found.append(replace(field, label=label))
        # A row's label names its list already.
        found.extend(faulty(field.parts, within if field.kind == "rows" else label))
    return tuple(found)


def _inside(path: str, errors: Mapping[str, str]) -> bool:
    return any(name.startswith(f"{path}.") for name in errors)


def with_row(values: Any, path: Sequence[str], *, remove: bool) -> Any:
    """The values with an empty row added at the end of `path`, or the row that it names taken out."""
    if not path:
        rows = list(values) if isinstance(values, list) else []
        return [*rows, {}]
    step, rest = path[0], path[1:]
    if isinstance(values, list):
        index = int(step) if step.isdecimal() else -1
        if not 0 <= index < len(values):
            return values
        if remove and not rest:
            return [one for place, one in enumerate(values) if place != index]
        return [with_row(one, rest, remove=remove) if place == index else one for place, one in enumerate(values)]
    members = dict(values) if isinstance(values, dict) else {}
    if remove and not rest:
        return members
    return members | {step: with_row(members.get(step), rest, remove=remove)}
