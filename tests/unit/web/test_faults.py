"""What is wrong with a form is said in the clerk's language, at the field, whatever was typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from events.catalogue import CATALOGUE
from events.content import Content
from events.schema import json_schema
from services.web.acting.field import FormOf, Offered, faulty, with_row
from services.web.acting.filled_in import validate
from services.web.faults import PATTERNS, fault_text
from services.web.texts import page_entries
from tests.contract.samples import SAMPLES

DOCUMENTS = [content for content in SAMPLES if not content.PROTOCOL]

NONSENSE: tuple[Any, ...] = (
    None, "", " ", "x" * 30_000, -1, 10**12, True, [], {}, "zzz", "2026-13-45", "2026-11-21T10:04", "\x01", "\u202ea",
    ["a", "a"],
)  # fmt: skip


def spoilt(value: Any) -> Iterator[Any]:
    """The value with one thing wrong in it, in every place."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield {other: one for other, one in value.items() if other != name}
            for other in (*NONSENSE, *spoilt(part)):
                yield value | {name: other}
    elif isinstance(value, list):
        yield value + value
        for place, part in enumerate(value):
            for other in (*NONSENSE, *spoilt(part)):
                yield [*value[:place], other, *value[place + 1 :]]


def faults_of(content: Content) -> Iterator[dict[str, Any]]:
    for values in spoilt(json.loads(content.to_bytes())):
        try:
            type(content).model_validate_json(json.dumps(values))
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                yield dict(fault)


@pytest.mark.parametrize("content", DOCUMENTS, ids=lambda content: type(content).__name__)
def test_every_fault_has_its_words_in_both_languages(content: Content) -> None:
    said = {fault["type"]: fault for fault in faults_of(content)}
    assert len(said) >= 3
    for fault in said.values():
        texts = [fault_text(fault, lang) for lang in ("vi", "en")]
        assert texts != [page_entries(lang)["fault.other"] for lang in ("vi", "en")], fault
        assert not [text for text in texts if "{" in text], fault


def test_every_form_that_a_text_may_have_is_described() -> None:
    asked: set[str] = set()

    def look(part: Any) -> None:
        for name, value in part.items() if isinstance(part, dict) else enumerate(part):
            if name == "pattern" and isinstance(value, str):
                asked.add(value)
            elif isinstance(value, dict | list):
                look(value)

    for (event_type, version), model in CATALOGUE.items():
        if not model.PROTOCOL:
            look(json_schema(event_type, version))
    assert asked <= PATTERNS.keys()
    for lang in ("vi", "en"):
        assert {f"fault.form.{name}" for name in PATTERNS.values()} <= page_entries(lang).keys()


def test_the_summary_names_the_field_and_what_it_stands_in() -> None:
    schema = json_schema("SuspicionReported", 1)
    values = {"subject": "V/v", "persons": [{"name": "Nguyễn Văn Ánh", "involvement": "suspect", "phone": "0912 345"}]}
    _, errors = validate("SuspicionReported", values, "vi")
    told = {field.id: field for field in faulty(FormOf(schema, "vi", Offered()).fields(values, errors))}
    phone = told["f-persons-0-phone"]
    assert phone.label.count("›") == 1
    assert phone.error == "số điện thoại viết theo dạng quốc tế, liền nhau: +84912345678"
    assert told["f-category"].error == "chưa điền"
    assert set(told) == {"f-" + path.replace(".", "-") for path in errors}


def test_a_fault_in_one_of_several_values_is_shown_at_their_field() -> None:
    schema = json_schema("DifficultyReported", 1)
    values = {"clauses": ["LC-7.2b", "điều 7"]}
    _, errors = validate("DifficultyReported", values, "en")
    told = {field.name: field.error for field in faulty(FormOf(schema, "en", Offered()).fields(values, errors))}
    assert told["clauses"] == "a clause is written like LC-7.2b"


def test_a_new_row_bears_the_first_free_number() -> None:
    schema = json_schema("InfoRequested", 1)
    values = with_row({"questions": [{"id": "2"}, {"id": ""}]}, ["questions"], remove=False)
    (rows,) = [one for one in FormOf(schema, "vi", Offered()).fields(values, {}) if one.name == "questions"]
    ids = [part.value for row in rows.parts for part in row.parts if part.name.endswith(".id")]
    assert ids == ["2", "1", "3"]
