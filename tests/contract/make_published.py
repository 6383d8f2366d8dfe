"""Write what is derived from the models: `events/schemas/*.json` and `docs/events.md`.

Run as `python -m tests.contract.make_published`; the tests say when it is due.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from events.catalogue import CATALOGUE
from events.schema import json_schema, schema_file_name, schema_text

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "events" / "schemas"
TABLE = ROOT / "docs" / "events.md"

_HEAD = """# Event types

Made from the models by `python -m tests.contract.make_published`; do not edit.

Each type's data is a JSON object of the members below, in canonical form (see wire-format.md). A member that has its
default is left out. Instants are `2026-11-21T03:04:05.678Z`, days `2026-11-21`, amounts integers in the unit that the
member's name ends in. The JSON Schema of each type stands in `events/schemas/`.
"""


def schema_texts() -> dict[str, str]:
    """File name → text of every schema."""
    return {schema_file_name(name, version): schema_text(name, version) for name, version in CATALOGUE}


def table_text() -> str:
    """The text of docs/events.md."""
    lines = [_HEAD, "| type | ý nghĩa | meaning | |", "| --- | --- | --- | --- |"]
    for (name, version), model in CATALOGUE.items():
        kind = "protocol" if model.PROTOCOL else "document"
        lines.append(f"| [{name}](#{name.lower()}-{version}) | {model.MEANING_VI} | {model.MEANING_EN} | {kind} |")
    values: dict[str, dict[str, Any]] = {}
    for name, version in CATALOGUE:
        schema = json_schema(name, version)
        values |= schema.get("$defs", {})
        lines += ["", f"## {name} {version}", "", *_members(schema)]
    lines += ["", "# Values", ""]
    for name, schema in sorted(values.items()):
        lines += [f"## {name}", "", _one_line(schema.get("description", "")), ""]
        if "oneOf" in schema:
            lines += ["| word | tên | name |", "| --- | --- | --- |"]
            lines += [f"| `{o['const']}` | {o['title']} | {o['description']} |" for o in schema["oneOf"]]
        else:
            lines += _members(schema)
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _members(schema: dict[str, Any]) -> list[str]:
    required = set(schema.get("required", ()))
    rows = ["| member | type | | |", "| --- | --- | --- | --- |"]
    for name, member in schema["properties"].items():
        presence = "required" if name in required else _default(member)
        rows.append(f"| `{name}` | {_type(member)} | {presence} | {_one_line(member.get('description', ''))} |")
    return rows


def _default(member: dict[str, Any]) -> str:
    default = member.get("default")
    return "optional" if default is None or default == [] else f"default `{default}`"


def _type(member: dict[str, Any]) -> str:
    if "$ref" in member:
        name = member["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if member["type"] == "array":
        return f"{member.get('minItems', 0)}–{member['maxItems']} × {_type(member['items'])}"
    if "format" in member:
        return {"date-time": "instant", "date": "day"}[str(member["format"])]
    if member["type"] == "string":
        return (
            f"text ≤ {member['maxLength']}"
            if "maxLength" in member
            else f"`{member['pattern'].replace('|', chr(92) + '|')}`"
        )
    if member["type"] == "integer":
        return f"{member['minimum']}–{member['maximum']}"
    return str(member["type"])


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    SCHEMAS.mkdir(exist_ok=True)
    texts = schema_texts()
    for stale in {p.name for p in SCHEMAS.glob("*.json")} - set(texts):
        (SCHEMAS / stale).unlink()
    for name, text in texts.items():
        (SCHEMAS / name).write_text(text, encoding="utf-8")
    TABLE.write_text(table_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
