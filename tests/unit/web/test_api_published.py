"""What is published about the API and the bus: the OpenAPI and AsyncAPI documents, the schemas; and schemathesis."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from events.catalogue import CATALOGUE
from events.schema import json_schema, schema_file_name
from services.accounts.account import Role
from services.web.api.app import Api, make_api
from services.web.api.components import components, within
from services.web.api.pace import Pace
from services.web.app import make_web
from services.web.house import House
from tests.unit.web.api_campaign import machine, person, try_out
from tests.unit.web.conftest import PASSWORD, enter
from tests.unit.web.test_api import web

__all__ = ["web"]  # a fixture


@pytest.mark.broker
async def test_openapi_describes_every_operation_and_every_reference_leads_somewhere(web: httpx.AsyncClient) -> None:
    answer = await web.get("/api/openapi.json")
    assert answer.status_code == 200, "what describes the API is no secret"
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    operations = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    assert len(operations) >= 30
    for path, method, operation in operations:
        assert operation["summary"], path
        assert "application/problem+json" in operation["responses"]["default"]["content"], (path, method)
        secured = bool(operation.get("security"))
        assert secured == (operation["tags"] != ["published"]), path
    for reference in _references(document):
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            place = place[int(name)] if isinstance(place, list) else place[name]


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [one for part in node for one in _references(part)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [one for part in node.values() for one in _references(part)]


@pytest.mark.broker
async def test_schemas_and_asyncapi_are_served(web: httpx.AsyncClient, houses: dict[str, House]) -> None:
    for name, version in CATALOGUE:
        answer = await web.get(f"/api/schemas/{schema_file_name(name, version)}")
        assert answer.json() == json.loads(json.dumps(json_schema(name, version)))
        assert answer.headers["content-type"] == "application/schema+json"
    for unknown in ("RumourSpread.1.json", "CaseOpened.99.json"):
        assert (await web.get(f"/api/schemas/{unknown}")).status_code == 404
    assert (await web.get("/api/schemas/..%2f..%2fsecret")).status_code in {404, 422}
    document = await web.get("/api/asyncapi.json")
    assert document.json()["asyncapi"] == "3.0.0"
    assert "coord.lao-cai." in document.json()["channels"]["CaseOpened"]["address"]
    again = await web.get("/api/asyncapi.json", headers={"if-none-match": document.headers["etag"]})
    assert again.status_code == 304


def test_a_schema_within_another_document_refers_to_itself_there() -> None:
    inner = {"$id": "urn:inner", "$defs": {"a/b": {"type": "string"}}, "items": {"$ref": "#/$defs/a~1b"}}
    schema = {
        "$id": "urn:x",
        "$schema": "…",
        "$defs": {"n": {"type": "integer"}},
        "oneOf": [{"$ref": "#/$defs/n"}, inner],
    }
    moved = within(schema, "#/components/schemas/x")
    assert moved["oneOf"][0] == {"$ref": "#/components/schemas/x/$defs/n"}
    assert moved["oneOf"][1]["items"] == {"$ref": "#/components/schemas/x/oneOf/1/$defs/a~1b"}
    assert "$id" not in moved
    whole = {"components": {"schemas": {"x": moved}}, "$ref": "#/components/schemas/x"}
    validator = Draft202012Validator(whole)
    assert validator.is_valid(["text"]) != validator.is_valid([1])


def test_every_component_is_a_schema() -> None:
    for schema in components().values():
        Draft202012Validator.check_schema(schema)


def test_a_bucket_empties_fills_again_and_is_each_callers_own() -> None:
    at = 100.0
    pace = Pace(2.0, 3, clock=lambda: at)
    assert [pace.take("a") for _ in range(3)] == [0, 0, 0]
    assert pace.take("a") == pytest.approx(0.5)
    assert pace.take("b") == 0
    at += 0.5
    assert pace.take("a") == 0
    assert pace.take("a") > 0
    at += 1_000
    assert [pace.take("a") > 0 for _ in range(4)] == [False, False, False, True]


@pytest.mark.broker
@pytest.mark.slow
async def test_schemathesis_finds_nothing(houses: dict[str, House]) -> None:
    options = ("--phases", "examples,fuzzing", "--max-examples", "2", "--seed", "7")
    house = houses["vnpt"]
    callers = [machine(house, Role.CLERK), await person(house, "thu.truong", PASSWORD)]
    web = make_web(houses)
    for ended in await try_out(web, callers, options):
        assert ended.code == 0, ended.output
        assert f"{called_of(make_api(houses))} passed" in ended.output


def called_of(api: Api) -> int:
    """How many operations schemathesis calls: all that the document describes, but the one that gives it."""
    return sum(len(methods) for path, methods in api.openapi()["paths"].items() if path != "/openapi.json")


@pytest.mark.broker
@pytest.mark.parametrize("lang", ["vi", "en"])
async def test_the_page_of_the_api_names_every_call_in_words(
    client: httpx.AsyncClient, web: httpx.AsyncClient, lang: str
) -> None:
    await enter(client, "vnpt", "kiem.tra")
    page = await client.get(f"/formats/api?lang={lang}")
    assert page.status_code == 200
    document = (await web.get("/api/openapi.json")).json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            listed = f"{method.upper()} /api{path}" in page.text
            assert listed == (operation["tags"] != ["published"]), path
    assert 'href="/api/openapi.json"' in page.text
    assert 'href="/formats/api"' in (await client.get("/formats")).text
    assert 'href="/api/schemas/CaseOpened.1.json"' in (await client.get("/formats/CaseOpened")).text


@pytest.mark.broker
@pytest.mark.parametrize("lang", ["vi", "en"])
async def test_every_link_of_the_formats_answers(client: httpx.AsyncClient, lang: str) -> None:
    await enter(client, "vnpt", "kiem.tra")
    page = await client.get(f"/formats?lang={lang}")
    links = set(re.findall(r'href="(/(?:api|formats)/[^"]+)"', page.text))
    schemas = {f"/api/schemas/{schema_file_name(name, version)}" for name, version in CATALOGUE}
    assert schemas | {"/api/openapi.json", "/api/asyncapi.json", "/formats/api"} <= links
    for link in sorted(links):
        answer = await client.get(link)
        assert answer.status_code == 200, link
        if link in schemas:
            Draft202012Validator.check_schema(answer.json())
