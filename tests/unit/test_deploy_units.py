"""The service units set what the commands that they start read."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from services.cli.main import root

UNITS = Path(__file__).resolve().parents[2] / "deploy/systemd"
_VARIABLE = re.compile(r"^#?(?:Environment=)?(PHOIHOP_\w+)=", re.MULTILINE)


def variables_of(*names: str) -> set[str]:
    """The environment variables of a command's options, those that every command shares included."""
    command: click.Command = root
    read = set()
    for name in (*names, None):
        read |= {option.envvar for option in command.params if isinstance(option.envvar, str)}
        if name is not None:
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), name)
            assert found is not None
            command = found
    return read


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("phoihop-agency@.service", ("agency", "run")),
        ("agency.env.example", ("agency", "run")),
        ("phoihop-auditor.service", ("auditor", "run")),
    ],
)
def test_what_a_unit_sets_its_command_reads(file: str, names: tuple[str, str]) -> None:
    text = (UNITS / file).read_text("utf-8")
    named = set(_VARIABLE.findall(text))
    assert named
    assert named <= variables_of(*names) | {"PHOIHOP_DIR"}
    if file.endswith(".service"):
        assert f"phoihop {' '.join(names)}" in text
