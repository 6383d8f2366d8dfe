"""JSON Schemas (draft 2020-12) of the contents, made from their models. They describe what travels.

A schema's `$id` is the event's `dataschema`. A member with a default is absent where it has that default, and never
null. The files under `events/schemas/` hold these texts.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from events.catalogue import content_model
from events.names import dataschema
from events.values.labelled import Labelled


class _WireSchema(GenerateJsonSchema):
    """Pydantic's schema, with null taken out: on the wire a member that says nothing is absent."""

    schema_dialect = "https://json-schema.org/draft/2020-12/schema"

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        if "default" in made and made["default"] is None:
            del made["default"]
        return made

    def field_title_should_be_set(self, _schema: Any) -> bool:
        return False

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        made = super().enum_schema(schema)
        members = [m for m in schema["members"] if isinstance(m, Labelled)]
        if members:
            made.pop("enum", None)
            made.pop("const", None)
            made["oneOf"] = [{"const": m.value, "title": m.vi, "description": m.en} for m in members]
        return made


class _ReadingSchema(_WireSchema):
    """The same with members as their models declare them: the wire has them by name, a reader has the subject first."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        declared = schema["cls"].model_fields
        made["properties"] = {name: made["properties"][name] for name in declared if name in made["properties"]}
        return made


def json_schema(event_type: str, version: int) -> dict[str, Any]:
    """The JSON Schema of an event type's content; raises `UnknownEventType`."""
    return _schema(event_type, version, _WireSchema)


def reading_schema(event_type: str, version: int) -> dict[str, Any]:
    """The same schema with members in the order in which people read them; raises `UnknownEventType`."""
    return _schema(event_type, version, _ReadingSchema)


def _schema(event_type: str, version: int, generator: type[_WireSchema]) -> dict[str, Any]:
    model = content_model(event_type, version)
    made = model.model_json_schema(mode="serialization", schema_generator=generator)
    head = {
        "$schema": _WireSchema.schema_dialect,
        "$id": dataschema(event_type, version),
        "title": event_type,
        "description": f"{model.MEANING_VI}. {model.MEANING_EN}.",
    }
    return head | {name: part for name, part in made.items() if name not in head}


def schema_file_name(event_type: str, version: int) -> str:
    """The name of the schema's file under `events/schemas/`."""
    return f"{event_type}.{version}.json"


def schema_text(event_type: str, version: int) -> str:
    """The text of the schema's file."""
    return json.dumps(json_schema(event_type, version), ensure_ascii=False, indent=2) + "\n"
