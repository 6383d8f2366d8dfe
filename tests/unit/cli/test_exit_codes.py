from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import string
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click
import pytest

import events
import projections
import services
from events.decision import NotLawful
from events.errors import DirectoryInvalid, InvalidValue, Malformed, PhoihopError
from events.regulation.verdict import Unlawful
from projections.errors import ViewsOfNewerVersion
from services.agency.folder import AgencyUnknown
from services.agency.issuing import SigningHeld
from services.broker.errors import BrokerError, BrokerUnreachable, PortTaken, UnknownAgency
from services.cli.exit_codes import CANNOT_RUN, INTERRUPTED, REFUSED, USAGE, exit_code
from services.cli.explanation import explain
from services.errors import ExplainedError
from services.identity.errors import KeyFileMissing, KeyFileOpenToOthers, PassphraseUnusable
from services.texts import Texts
from services.texts.catalogue import entries
from services.texts.naming import nobody_named

NAMELESS = partial(nobody_named, "vi")
PLACE = {"agency": "dic", "folder": Path("/state")}
UNLAWFUL = NotLawful(
    Unlawful(None, "LC-10.3", "not-authorised", "Hải quan không được yêu cầu.", "Customs may not.", "text")
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UNLAWFUL, REFUSED),
        (Malformed("json", "not JSON"), REFUSED),
        (SigningHeld(what="a", why="b", next_step="c"), REFUSED),
        (InvalidValue("no slug"), USAGE),
        (click.UsageError("no"), USAGE),
        (UnknownAgency("dic"), USAGE),
        (PassphraseUnusable(what="a", why="b", next_step="c"), USAGE),
        (KeyFileMissing(Path("/k")), CANNOT_RUN),
        (DirectoryInvalid("wrong"), CANNOT_RUN),
        (ViewsOfNewerVersion(Path("v"), 9, 1), CANNOT_RUN),
        (PortTaken(4222), CANNOT_RUN),
        (OSError(28, "No space left on device"), CANNOT_RUN),
        (RuntimeError("a bug"), CANNOT_RUN),
        (KeyboardInterrupt(), INTERRUPTED),
    ],
)  # fmt: skip
def test_codes(error: BaseException, code: int) -> None:
    assert exit_code(error) == code


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("thư mục này trống", "Thư mục này trống."),
        ("đường dẫn sai.", "Đường dẫn sai."),
        ("phoihop-demo/lao-cai không có", "phoihop-demo/lao-cai không có."),
        ("report.json is missing", "report.json is missing."),
    ],
)
def test_a_sentence_begins_with_a_capital_and_a_path_stays_as_it_is(said: str, shown: str) -> None:
    told = explain(SigningHeld(what=said, why="", next_step=""), Texts("en"), PLACE)
    assert told.to_text(Texts("en"), NAMELESS).endswith(shown)


def test_an_unknown_agency_is_told_of_in_ones_own_language() -> None:
    error = AgencyUnknown(what="there is no agency 'x'", why="the directory lists dic, police", next_step="name one")
    told = explain(error, Texts("vi"), PLACE | {"agency": "x"})
    assert "lists" not in told.why
    assert "phoihop directory show" in told.next_step


def test_a_refusal_names_its_clause_in_both_languages() -> None:
    vi, en = (explain(UNLAWFUL, Texts(lang), PLACE) for lang in ("vi", "en"))
    assert (vi.clause, vi.why) == ("LC-10.3", "Hải quan không được yêu cầu.")
    assert "LC-10.3" in en.what
    assert en.why == "Customs may not."


def test_the_language_decides_the_words() -> None:
    error = KeyFileOpenToOthers(Path("/keys/service.key"), 0o644)
    vi = explain(error, Texts("vi"), PLACE).to_text(Texts("vi"), NAMELESS)
    en = explain(error, Texts("en"), PLACE).to_text(Texts("en"), NAMELESS)
    assert vi.startswith("Lỗi: Người khác đọc được /keys/service.key.")
    assert "chmod 600 /keys/service.key" in vi
    assert "0644" in vi
    assert en.startswith("Error: /keys/service.key is open to others.")
    assert "chmod 600 /keys/service.key" in en


def test_the_same_as_json() -> None:
    document = json.loads(explain(BrokerUnreachable("nats://x", "refused"), Texts("en"), PLACE).to_json())["error"]
    assert document["error"] == "BrokerUnreachable"
    assert document["exit_code"] == CANNOT_RUN
    assert "nats://x" in document["what"]
    assert document["next_step"]


def every_error() -> Iterator[type[BaseException]]:
    for package in (events, projections, services):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    waiting: list[type[BaseException]] = [PhoihopError, BrokerError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        yield kind


def test_texts_name_only_what_their_error_has() -> None:
    """A text with a place that its error cannot fill would hide the error behind another one."""
    kinds = {kind.__name__: kind for kind in every_error()}
    always = {"agency", "folder", "message", "what", "why", "next_step", "kind", "param"}
    click_fields = {"option_name", "command", "known"}
    for lang in ("vi", "en"):
        for key, text in entries(lang).items():
            if not key.startswith("error."):
                continue
            name = key.split(".")[1]
            own: set[str] = set()
            if name in kinds:
                own = set(inspect.signature(kinds[name].__init__).parameters) | {
                    line.split(".")[1].split("=")[0].split(":")[0].split(",")[0].strip()
                    for line in inspect.getsource(kinds[name]).splitlines()
                    if line.strip().startswith("self.")
                }
            elif hasattr(click, name) or name in {"UnknownCommand", "OSError", "Exception"}:
                own = click_fields
            else:
                pytest.fail(f"{lang}.toml speaks of {name}, which is no error of ours")
            places = {place for _, place, _, _ in string.Formatter().parse(text) if place}
            assert places <= always | own, f"{lang}.toml {key}"


def test_every_error_can_be_explained_in_both_languages() -> None:
    explained = 0
    for kind in every_error():
        made_by: Any = kind
        if vars(ExplainedError)["__init__"] is getattr(made_by, "__init__"):  # noqa: B009 - mypy knows it too well
            error: BaseException = made_by(what="the thing", why="the reason", next_step="the step")
        elif not any("__init__" in vars(base) for base in kind.__mro__ if issubclass(base, PhoihopError | BrokerError)):
            error = made_by("the reason")
        else:
            continue
        for lang in ("vi", "en"):
            explanation = explain(error, Texts(lang), PLACE)
            assert explanation.what
            assert explanation.why or explanation.next_step, kind
            assert "{" not in explanation.to_text(Texts(lang), NAMELESS)
        explained += 1
    assert explained > 30


def test_what_failed_together_is_explained_by_the_first() -> None:
    alone = BrokerUnreachable("nats://127.0.0.1:4222", "no answer")
    together = ExceptionGroup("unhandled errors in a TaskGroup", [ExceptionGroup("inner", [alone]), ValueError("x")])
    assert explain(together, Texts("vi"), PLACE) == explain(alone, Texts("vi"), PLACE)
