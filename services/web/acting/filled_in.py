"""From what a browser sent to the content's JSON: the inverse of the form, by the same schema.

What was left empty is absent. Nothing is corrected: validation by the content's own model says what is wrong, at the
field's path.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from events.catalogue import content_model, newest_version
from events.content import Content
from events.values.text import without_invisible
from services.web.acting.field import LEFT_OUT, FormOf, kind_of
from services.web.acting.moment_field import read_moment_field
from services.web.faults import fault_text

MAX_ROWS = 200
"""As many as any list of a content may have."""

Sent = Mapping[str, list[str]]
"""Field name → the values that the browser sent."""


def read(form: FormOf, schema: Mapping[str, Any], sent: Sent) -> dict[str, Any]:
    """The content's members as they were filled in."""
    return _members(form, "", schema, sent)


def validate(event_type: str, values: Mapping[str, Any], lang: str) -> tuple[Content | None, dict[str, str]]:
    """The content, or what is wrong by the path of the field, in words; what concerns several fields has no path."""
    model = content_model(event_type, newest_version(event_type))
    try:
        return model.model_validate_json(json.dumps(values)), {}
    except ValidationError as error:
        faults: dict[str, str] = {}
        for fault in error.errors(include_url=False, include_input=False)[:MAX_ROWS]:
            faults.setdefault(".".join(str(step) for step in fault["loc"]), fault_text(fault, lang))
        return None, faults


def _members(form: FormOf, prefix: str, schema: Mapping[str, Any], sent: Sent) -> dict[str, Any]:
    found = {}
    required = set(schema.get("required", ()))
    for name, part in schema["properties"].items():
        if not prefix and name in LEFT_OUT:
            continue
        value = _value(form, f"{prefix}{name}", form.resolved(part), sent, required=name in required)
        if value is not None:
            found[name] = value
    return found


def _value(form: FormOf, path: str, schema: Mapping[str, Any], sent: Sent, *, required: bool) -> Any:
    given = [without_invisible(text).strip() for text in sent.get(path, [])]
    first = given[0] if given else ""
    match kind_of(form, schema):
        case "group":
            return _members(form, f"{path}.", schema, sent) or None
        case "rows":
            return _rows(form, path, form.resolved(schema["items"]), sent)
        case "choices":
            return [one for one in given if one] or None
        case "lines":
            return [line.strip() for line in first.splitlines() if line.strip()] or None
        case "flag":
            # A browser sends nothing for a box that is not ticked: said, where it must be said.
            return True if any(given) else (False if required and path in sent else None)
        case "number":
            return _number(first)
        case "moment":
            return read_moment_field(first) if first else None
        case _:
            return first.replace("\r\n", "\n") or None


def _rows(form: FormOf, path: str, item: Mapping[str, Any], sent: Sent) -> list[Any] | None:
    steps = (name[len(path) + 1 :].partition(".")[0] for name in sent if name.startswith(f"{path}."))
    places = {int(step) for step in steps if step.isdecimal()}
    found = [_members(form, f"{path}.{place}.", item, sent) for place in sorted(places)[:MAX_ROWS]]
    return found or None


def _number(text: str) -> int | str | None:
    plain = text.replace(".", "").replace(" ", "")
    return int(plain) if plain.lstrip("-").isdecimal() and len(plain) <= 16 else (text or None)
