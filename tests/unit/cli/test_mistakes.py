"""Mistakes that people often make are explained in their language, with what to do next and the documented code."""

from __future__ import annotations

import json

import pytest

from services.cli.exit_codes import USAGE
from services.texts.catalogue import entries
from tests.unit.cli.office import Office

ADD = ("account", "add")
WHO = ("--role", "clerk", "--full-name", "Nguyễn Văn An")
MISTAKES: tuple[tuple[tuple[str, ...], str], ...] = (
    ((*ADD, "x", *WHO), "NameUnfit"),
    (("account", "password", "nobody"), "NameUnknown"),
    (("account", "disable", "nobody"), "NameUnknown"),
    (("token", "revoke", "nobody"), "NameUnknown"),
    (("token", "add", "gateway", "--until", "gestern"), "MomentUnclear"),
    (("ledger", "--since", "yesterday"), "MomentUnclear"),
)


@pytest.mark.parametrize(("arguments", "error"), MISTAKES, ids=lambda one: one if isinstance(one, str) else one[0])
def test_a_mistake_is_explained_in_vietnamese(office: Office, arguments: tuple[str, ...], error: str) -> None:
    password = (
        ("--password-file", str(office.passphrase_file)) if arguments[:2] in {ADD, ("account", "password")} else ()
    )
    told = office.run(*arguments, *password, "--as", "dic", "--lang", "vi")
    assert told.exit_code == USAGE
    for part in ("what", "why", "next_step"):
        said = entries("vi")[f"error.{error}.{part}"]
        assert said[1:] in told.stderr
    document = json.loads(office.run(*arguments, *password, "--as", "dic", "--json").stderr)["error"]
    assert (document["error"], document["exit_code"]) == (error, USAGE)


def test_a_sentence_that_begins_with_an_id_keeps_its_letters(office: Office) -> None:
    told = office.run("agency", "revoke", "nobody", "--lang", "vi")
    assert "Cơ quan nobody không có tài khoản" in told.stderr
