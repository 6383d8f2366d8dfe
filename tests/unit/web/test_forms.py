"""Forms are the exact inverse of contents: what a content shows in its form comes back as the same content."""

from __future__ import annotations

import json

import pytest

from events.content import Content
from events.schema import json_schema, reading_schema
from services.web.acting.field import Choice, Field, FormOf, Offered, with_row
from services.web.acting.filled_in import read, validate
from services.web.acting.moment_field import read_moment_field, shown_moment
from tests.contract.samples import SAMPLES

DOCUMENTS = [content for content in SAMPLES if not content.PROTOCOL]
AGENCIES = tuple(Choice(agency, agency) for agency in ("dic", "police"))


def posted(fields: tuple[Field, ...]) -> dict[str, list[str]]:
    """What a browser sends for a form: nothing for boxes that are not ticked."""
    sent: dict[str, list[str]] = {}
    for field in fields:
        if field.kind in {"group", "rows"}:
            sent |= posted(field.parts)
        elif field.kind == "choices":
            sent[field.name] = list(field.values)
        elif field.kind == "flag":
            sent[field.name] = ["", "1"] if field.value else [""]
        else:
            sent[field.name] = [field.value]
    return sent


def flat(fields: tuple[Field, ...]) -> list[Field]:
    """The fields and those inside them."""
    return [one for field in fields for one in (field, *flat(field.parts))]


@pytest.mark.parametrize("content", DOCUMENTS, ids=lambda content: type(content).__name__)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_content_goes_through_its_form_unchanged(content: Content, lang: str) -> None:
    event_type = type(content).__name__
    schema = reading_schema(event_type, 1)
    values = {n: v for n, v in json.loads(content.to_bytes()).items() if n != "attachments"}
    form = FormOf(schema, lang, Offered(AGENCIES))
    fields = form.fields(values, {})
    assert all(field.label for field in fields)
    if lang == "vi":
        assert not [one.name for one in flat(fields) if one.label == one.name.rpartition(".")[2].replace("_", " ")]
    back = read(form, schema, posted(fields))
    made, errors = validate(event_type, back, lang)
    assert errors == {}
    assert made is not None
    assert json.loads(made.to_bytes()) == values


def test_what_nobody_sees_in_a_pasted_text_is_left_out() -> None:
    schema = json_schema("InfoShared", 1)
    pasted = {"subject": ["\ufeffTh\u00f4ng b\u00e1o\u200b "], "text": ["So\u00adi\u200d"], "title": ["\u200b"]}
    back = read(FormOf(schema, "vi", Offered(AGENCIES)), schema, pasted)
    assert (back["subject"], back["text"], back.get("title")) == ("Thông báo", "Soi", None)


def test_an_error_stands_at_its_field_and_what_was_typed_stays() -> None:
    schema = json_schema("SuspicionReported", 1)
    form = FormOf(schema, "vi", Offered(AGENCIES))
    values = {"subject": "V/v", "persons": [{"name": "Nguyễn Văn Ánh", "involvement": "nonsense"}]}
    _, errors = validate("SuspicionReported", values, "vi")
    assert {"category", "persons.0.involvement"} <= errors.keys()
    fields = {field.name: field for field in form.fields(values, errors)}
    assert fields["category"].error
    person = {part.name: part for part in fields["persons"].parts[0].parts}
    assert person["persons.0.involvement"].error
    assert person["persons.0.name"].value == "Nguyễn Văn Ánh"


def test_rows_are_added_and_taken_out_wherever_they_stand() -> None:
    values = with_row({}, ["persons"], remove=False)
    assert values == {"persons": [{}]}
    values = with_row({"persons": [{"name": "A"}, {"name": "B"}]}, ["persons", "0"], remove=True)
    assert values == {"persons": [{"name": "B"}]}
    deep = {"persons": [{"name": "A"}]}
    assert with_row(deep, ["persons", "0", "phones"], remove=False) == {"persons": [{"name": "A", "phones": [{}]}]}
    assert with_row(deep, ["persons", "7"], remove=True) == deep


def test_a_form_asks_in_the_order_in_which_the_document_is_read_required_fields_first() -> None:
    fields = FormOf(reading_schema("SuspicionReported", 1), "vi", Offered()).fields({}, {})
    required = [field.name for field in fields if field.required]
    assert required == ["subject", "category", "fields", "summary", "discovered_at", "attestation"]
    assert [field.name for field in fields[: len(required)]] == required


@pytest.mark.parametrize("content", DOCUMENTS, ids=lambda content: type(content).__name__)
def test_what_people_read_is_the_schema_that_is_published(content: Content) -> None:
    event_type = type(content).__name__
    assert reading_schema(event_type, content.VERSION) == json_schema(event_type, content.VERSION)


@pytest.mark.parametrize(
    ("instant", "field"),
    [
        ("2026-11-20T01:02:00.000Z", "2026-11-20T08:02"),
        ("2026-11-20T01:02:03.000Z", "2026-11-20T08:02:03"),
        ("2026-11-20T01:02:03.045Z", "2026-11-20T08:02:03.045"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_moment_stands_in_its_field_as_exactly_as_it_was_written(instant: str, field: str) -> None:
    assert shown_moment(instant) == field
    assert read_moment_field(field) == instant


def test_what_was_chosen_once_stays_chosen_though_it_is_offered_no_longer() -> None:
    schema = reading_schema("CaseOpened", 1)
    form = FormOf(schema, "vi", Offered(AGENCIES))
    fields = form.fields({"participants": ["dic", "customs"]}, {})
    [participants] = [field for field in fields if field.name == "participants"]
    assert participants.values == ("dic", "customs")
    assert [one.value for one in participants.choices] == ["dic", "police", "customs"]
