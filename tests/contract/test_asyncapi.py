"""The AsyncAPI 3 document against AsyncAPI's own schema, and against what really travels.

`vendor/asyncapi/3.0.0.json` is `schemas/3.0.0-without-$id.json` of the npm package @asyncapi/specs 6.11.1 (Apache-2.0).
"""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from events.catalogue import CATALOGUE, EVENT_TYPES
from events.envelope import ATTRIBUTES
from events.regulation.regulations import load_rules
from services.agency.copies import SIGNATURE_HEADER, copies
from services.web.api.asyncapi import asyncapi_document
from tests.contract.directory_versions import first
from tests.contract.test_golden import FILES, event_of, load

SPECIFICATION = Path(__file__).parent / "vendor" / "asyncapi" / "3.0.0.json"


@cache
def document() -> Any:
    directory = first()
    made = asyncapi_document(directory, load_rules(directory.regulation), "1.2.3")
    return json.loads(json.dumps(made))


@cache
def specification() -> Draft7Validator:
    return Draft7Validator(json.loads(SPECIFICATION.read_text("utf-8")))


def resolved(reference: dict[str, str]) -> Any:
    place = document()
    for step in reference["$ref"].removeprefix("#/").split("/"):
        place = place[step]
    return place


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [one for part in node for one in references(part)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [one for part in node.values() for one in references(part)]


def test_the_document_is_as_asyncapi_has_it() -> None:
    faults = [
        f"{list(fault.absolute_path)}: {fault.message[:200]}" for fault in specification().iter_errors(document())
    ]
    assert faults == []


def test_the_specification_would_notice() -> None:
    for path in (("info", "title"), ("channels", "CaseOpened", "address"), ("operations", "sendCaseOpened", "action")):
        broken = copy.deepcopy(document())
        place = broken
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = 1
        assert not specification().is_valid(broken), path


def test_every_type_and_version_stands_in_it_and_every_reference_leads_somewhere() -> None:
    made = document()
    assert set(made["channels"]) == set(EVENT_TYPES)
    assert set(made["components"]["messages"]) == {f"{name}.{version}" for name, version in CATALOGUE}
    assert {operation["action"] for operation in made["operations"].values()} == {"send", "receive"}
    outside = {one for one in references({k: v for k, v in made.items() if k != "components"}) if one.startswith("#/")}
    for reference in outside:
        resolved({"$ref": reference})


def test_an_operation_names_its_clauses() -> None:
    assert "LC-10.3" in document()["operations"]["sendSuspensionOrdered"]["summary"]
    assert "service's key" in document()["operations"]["sendEventReceived"]["summary"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_travels_is_what_the_document_says(path: Path) -> None:
    event = event_of(load(path))
    envelope = event.envelope
    message = document()["components"]["messages"][f"{envelope.event_type}.{envelope.version}"]
    payload = resolved(message["payload"])
    assert payload["schemaFormat"].startswith("application/schema+json")
    validator = Draft202012Validator(payload["schema"])
    sent = json.loads(event.payload)
    validator.validate(sent)
    assert not validator.is_valid(sent | {"more": "1"})
    assert not validator.is_valid({name: value for name, value in sent.items() if name != "data"})
    assert not validator.is_valid(sent | {"type": "vn.phoihop.Other.v1"})
    assert message["name"] == sent["type"]
    Draft202012Validator(message["headers"]).validate({SIGNATURE_HEADER: event.signature})
    address = document()["channels"][envelope.event_type]["address"]
    pattern = re.escape(address).replace(r"\{sender\}", "[a-z0-9-]+").replace(r"\{recipient\}", "[a-z0-9-]+")
    assert all(re.fullmatch(pattern, one.subject) for one in copies(event))


def test_the_envelope_has_every_attribute() -> None:
    schema = document()["components"]["schemas"]["envelope"]["schema"]
    assert set(schema["properties"]) == set(ATTRIBUTES)
