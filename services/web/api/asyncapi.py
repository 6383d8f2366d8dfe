"""The bus itself as an AsyncAPI 3 document: a channel for each event type's subjects, a message for each version.

https://www.asyncapi.com/docs/reference/specification/v3.0.0. Built from the catalogue, the directory and the rules, so
it says nothing that the program does not hold to. docs/wire-format.md has the whole format in words.
"""

from __future__ import annotations

from typing import Any

from events.catalogue import CATALOGUE, EVENT_TYPES, PROTOCOL_TYPES, meaning
from events.directory import Directory
from events.names import SLUG, ce_type, dataschema
from events.regulation.table import RuleTable
from events.schema import json_schema
from events.subjects import stream_name
from services.agency.copies import SIGNATURE_HEADER
from services.web.api.components import within

_VERSION = "3.0.0"
_BASE64URL = r"^[A-Za-z0-9_-]+$"
_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"
_FORMAT = "application/schema+json;version=2020-12"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def asyncapi_document(directory: Directory, rules: RuleTable, program_version: str) -> dict[str, Any]:
    """The document for a province, as its directory stands."""
    return {
        "asyncapi": _VERSION,
        "id": f"urn:phoihop:{directory.province}",
        "defaultContentType": "application/cloudevents+json",
        "info": {
            "title": f"phoihop {directory.province}",
            "version": program_version,
            "description": (
                f"{directory.name}. Signed events between agencies over NATS JetStream, stream "
                f"{stream_name(directory.province)}, under {rules.regulation}. A copy for each recipient; of a "
                "document the auditor's is the envelope alone, without `data`."
            ),
        },
        "channels": {name: _channel(name, directory) for name in EVENT_TYPES},
        "operations": {
            f"{action}{name}": _operation(action, name, rules) for name in EVENT_TYPES for action in ("send", "receive")
        },
        "components": {
            "messages": {f"{name}.{version}": _message(name, version) for name, version in CATALOGUE},
            "parameters": {
                "sender": _agency("The agency that signs and publishes.", directory),
                "recipient": _agency("An agency to which the event is addressed, or the auditor.", directory),
            },
            "schemas": {
                "envelope": {"schemaFormat": _FORMAT, "schema": _envelope()},
                **{
                    f"{name}.{version}": {
                        "schemaFormat": _FORMAT,
                        "schema": _payload(name, version),
                    }
                    for name, version in CATALOGUE
                },
            },
        },
    }


def _agency(description: str, directory: Directory) -> dict[str, Any]:
    return {"description": description, "enum": sorted(directory.agencies)}


def _channel(name: str, directory: Directory) -> dict[str, Any]:
    versions = [version for known, version in CATALOGUE if known == name]
    return {
        "address": f"coord.{directory.province}.{{sender}}.{{recipient}}.{name}",
        "title": name,
        "description": f"{meaning(name, 'vi')}. {meaning(name, 'en')}.",
        "parameters": {which: {"$ref": f"#/components/parameters/{which}"} for which in ("sender", "recipient")},
        "messages": {f"v{version}": {"$ref": f"#/components/messages/{name}.{version}"} for version in versions},
    }


def _operation(action: str, name: str, rules: RuleTable) -> dict[str, Any]:
    clauses = sorted({row.clause for row in rules.by_type.get(name, ()) if row.clause})
    if name in PROTOCOL_TYPES:
        summary = "Signed with the service's key; outside registers and pair chains."
    else:
        summary = f"By {', '.join(clauses)}." if clauses else "No clause of this regulation lets anybody send it."
    return {"action": action, "channel": {"$ref": f"#/channels/{name}"}, "summary": summary}


def _message(name: str, version: int) -> dict[str, Any]:
    return {
        "name": ce_type(name, version),
        "title": meaning(name, "vi"),
        "summary": f"{meaning(name, 'en')}.",
        "contentType": "application/cloudevents+json",
        "headers": {
            "type": "object",
            "required": [SIGNATURE_HEADER],
            "properties": {
                SIGNATURE_HEADER: {
                    "type": "string",
                    "pattern": r"^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]+$",
                    "description": "Detached JWS (RFC 7515, RFC 7797) over the envelope: the payload without `data`.",
                },
                "Nats-Msg-Id": {"type": "string", "pattern": _BASE64URL},
            },
        },
        "payload": {"$ref": f"#/components/schemas/{name}.{version}"},
    }


def _payload(name: str, version: int) -> dict[str, Any]:
    """The envelope with `data`: one schema on its own, as tools read it."""
    envelope = _envelope()
    attributes: dict[str, Any] = envelope["properties"] | {
        "type": {"const": ce_type(name, version)},
        "dataschema": {"const": dataschema(name, version)},
    }
    content = within(json_schema(name, version), "#/properties/data/properties/content")
    data = {
        "type": "object",
        "additionalProperties": False,
        "required": ["salt", "content"],
        "properties": {"salt": {"type": "string", "pattern": r"^[A-Za-z0-9_-]{43}$"}, "content": content},
    }
    return envelope | {
        # References inside begin here, whatever the schema stands in.
        "$id": f"urn:phoihop:payload:{name}:{version}",
        "title": name,
        "required": [*envelope["required"], "data"],
        "properties": attributes | {"data": data},
    }


def _envelope() -> dict[str, Any]:
    """The attributes of docs/wire-format.md, each a string."""
    always = {
        "specversion": {"const": "1.0"},
        "type": {"type": "string", "pattern": r"^vn\.phoihop\.[A-Z][A-Za-z]{2,63}\.v[1-9][0-9]{0,3}$"},
        "source": {"type": "string", "pattern": rf"^urn:phoihop:{SLUG}:{SLUG}$"},
        "dataschema": {"type": "string", "pattern": r"^urn:phoihop:schema:[A-Z][A-Za-z]{2,63}:[1-9][0-9]{0,3}$"},
        "datacontenttype": {"const": "application/json"},
        "id": {"type": "string", "pattern": _UUID},
        "time": {"type": "string", "pattern": _INSTANT},
        "role": {"type": "string", "pattern": r"^[a-z_]{2,32}$"},
        "recipients": {"type": "string", "minLength": 2},
        "contentdigest": {"type": "string", "pattern": r"^[A-Za-z0-9_-]{43}$"},
        "nonce": {"type": "string", "pattern": r"^[A-Za-z0-9_-]{22}$"},
    }
    optional = {
        "clause": {"type": "string", "pattern": r"^[A-Z]{2}-[0-9A-Za-z.]{1,12}$"},
        "docnumber": {"type": "string", "pattern": r"^(0[1-9]|[1-9][0-9]{1,8})$"},
        "docsymbol": {"type": "string", "maxLength": 41},
        "case": {"type": "string", "pattern": _UUID},
        "causationid": {"type": "string", "pattern": _UUID},
        "basis": {"type": "string", "pattern": _UUID},
        "dueat": {"type": "string", "pattern": _INSTANT},
    }
    return {
        "$schema": _DIALECT,
        "title": "envelope",
        "description": "The attributes of a CloudEvents 1.0 event without data: what is signed, as canonical JSON.",
        "type": "object",
        "additionalProperties": False,
        "required": list(always),
        "properties": always | optional,
    }
