"""Every command of the command line, found by walking the tables."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import click

from services.cli.frame import LazyGroup
from services.cli.main import root


def every_command(
    group: LazyGroup = root, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, module in group.modules.items():
        command = importlib.import_module(module).command
        yield (*path, name), command
        if isinstance(command, LazyGroup):
            yield from every_command(command, (*path, name))


PATHS = [path for path, _ in every_command()]
