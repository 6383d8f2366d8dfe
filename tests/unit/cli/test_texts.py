from __future__ import annotations

import ast
import re
import string
from enum import StrEnum
from pathlib import Path

import click
import pytest

from events.case import CaseStatus
from events.catalogue import EVENT_TYPES
from events.record_entry import EntryKind
from projections.inbox import InboxState
from projections.ledger import Outcome
from projections.obligations import ObligationKind, Standing
from services.cli.frame import TextOption
from services.texts import LANGUAGES, Texts
from services.texts.catalogue import entries
from tests.unit.cli.commands import every_command

SOURCES = sorted((Path(__file__).resolve().parents[3] / "services/cli").rglob("*.py"))
COLUMN_LISTS = re.compile(r"[a-z_]+!?")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def shared(lang: str) -> dict[str, str]:
    return {key: text for key, text in entries(lang).items() if not key.startswith("error.")}


def test_both_languages_have_the_same_keys() -> None:
    assert set(shared("vi")) == set(shared("en"))


def test_errors_without_english_of_their_own_have_it_in_the_catalogue() -> None:
    english = {key for key in entries("en") if key.startswith("error.")}
    vietnamese = {key for key in entries("vi") if key.startswith("error.")}
    assert english <= vietnamese


def test_both_languages_have_the_same_places() -> None:
    differing = [key for key in shared("vi") if places(entries("vi")[key]) != places(entries("en")[key])]
    assert differing == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_empty_or_untrimmed(lang: str) -> None:
    indented = {"frame.usage", "error_frame.why", "error_frame.next"}
    loose = [key for key, text in entries(lang).items() if not text or (text != text.strip() and key not in indented)]
    assert loose == []


def literal_keys() -> set[str]:
    """The keys that the sources pass to a function as a plain string, such as `texts("frame.yes")`."""
    tables = {key.partition(".")[0] for key in entries("en")} - {"error", "event"}
    found = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                head, dot, tail = node.value.partition(".")
                if dot and head in tables and re.fullmatch(r"[a-z_.]+", tail):
                    found.add(node.value)
    return found


def listed_columns() -> set[str]:
    found = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            names = node.value if isinstance(node, ast.Assign) and _named(node, "columns") else None
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "draw_table" and len(node.args) == 4:
                names = node.args[2]
            if isinstance(names, ast.Tuple):
                found |= {str(getattr(one, "value", "")).removesuffix("!") for one in names.elts}
    return found


def _named(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def test_every_text_that_the_sources_name_exists() -> None:
    named = literal_keys() | {f"column.{name}" for name in listed_columns()}
    assert len(named) > 80
    assert sorted(named - set(entries("vi"))) == []


def test_every_option_and_command_has_its_text() -> None:
    wanted = {"help.text"}
    for path, command in every_command():
        wanted.add(".".join(("help", *path, "text")))
        for param in command.params:
            if isinstance(param, click.Option):
                assert isinstance(param, TextOption), f"{path}: {param.name} bypasses the catalogue"
                wanted.add(param.text_key)
    assert sorted(wanted - set(entries("vi"))) == []
    there = {key for key in entries("vi") if key.startswith(("help.", "option."))}
    assert sorted(there - wanted - {"option.help"}) == [], "texts that nothing shows"


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("event", EVENT_TYPES), ("case_status", CaseStatus), ("inbox_state", InboxState), ("outcome", Outcome),
        ("entry_kind", EntryKind), ("standing", Standing), ("obligation", ObligationKind),
    ],
)  # fmt: skip
def test_every_value_of_a_closed_list_has_a_name(table: str, values: tuple[str, ...] | type[StrEnum]) -> None:
    named = {key.removeprefix(f"{table}.") for key in entries("vi") if key.startswith(f"{table}.")}
    assert named == {str(value) for value in values}


def test_a_text_names_what_is_missing() -> None:
    with pytest.raises(LookupError, match=r"en\.toml has no text 'frame\.nonsense'"):
        Texts("en")("frame.nonsense")
    assert Texts("en").word("event", "TypeOfANewerPeer") == "TypeOfANewerPeer"


def test_event_names_are_those_of_the_glossary() -> None:
    glossary = (Path(__file__).resolve().parents[3] / "docs/glossary.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([A-Z][A-Za-z]+)` \| ([^|]+) \|", glossary, flags=re.MULTILINE))
    assert len(rows) > 15
    foreign = {
        name: Texts("vi").word("event", name)
        for name, term in rows.items()
        if not _of_term(Texts("vi").word("event", name), term)
    }
    assert foreign == {}


def _of_term(shown: str, term: str) -> bool:
    """The name shown is made of the official term's words, in which it may leave some out."""
    words = set(re.findall(r"\w+", term.lower()))
    return all(word in words | {"đã"} for word in re.findall(r"\w+", shown.lower()))
