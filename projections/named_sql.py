"""SQL kept outside the Python: a file of named, commented statements.

    -- name: insert_event
    -- Why this statement is as it is.
    INSERT INTO event …;

The comment lines travel with the statement, so a slow query in a trace names itself.
"""

from __future__ import annotations

import re
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"^-- name: ([a-z_]+)\n", re.MULTILINE)


def read_sql(file_name: str) -> str:
    """The text of one file of `projections/sql`."""
    return (files("projections") / "sql" / file_name).read_text("utf-8")


def named_sql(file_name: str) -> Mapping[str, str]:
    """The statements of one file of `projections/sql` by name; raises as `named_statements`."""
    return named_statements(read_sql(file_name), file_name)


def named_statements(text: str, file_name: str) -> Mapping[str, str]:
    """The statements of a file's text by name.

    Raises `ValueError` if a name stands twice or the file has text before its first name: a fault of the program.
    """
    head, *parts = _NAME.split(text)
    if any(line and not line.startswith("--") for line in head.splitlines()):
        raise ValueError(f"{file_name}: a statement stands before the first '-- name:' line")
    names, bodies = parts[::2], parts[1::2]
    if len(set(names)) != len(names):
        raise ValueError(f"{file_name}: a statement's name stands twice")
    return MappingProxyType(dict(zip(names, (body.strip() for body in bodies), strict=True)))
