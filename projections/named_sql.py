"""SQL kept outside the Python: a file of named, commented statements.

    -- name: insert_event
    -- Why this statement is as it is.
    INSERT INTO event …;

The comment lines travel with the statement, so a slow query in a trace names itself. What several statements of a file
share stands in it once, as a part, and is named in braces where it belongs:

    -- part: wanted
    (:sender IS NULL OR sender = :sender)

    -- name: told
    SELECT … WHERE log_index > :after AND {wanted}
"""

from __future__ import annotations

import re
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"^-- (name|part): ([a-z_]+)\n", re.MULTILINE)
_PART = re.compile(r"\{([a-z_]+)\}")


def read_sql(file_name: str) -> str:
    """The text of one file of `projections/sql`."""
    return (files("projections") / "sql" / file_name).read_text("utf-8")


def named_sql(file_name: str) -> Mapping[str, str]:
    """The statements of one file of `projections/sql` by name; raises as `named_statements`."""
    return named_statements(read_sql(file_name), file_name)


def named_statements(text: str, file_name: str) -> Mapping[str, str]:
    """The statements of a file's text by name.

    Raises `ValueError` if a name stands twice, a part is not there or is used by nobody, or the file has text before
    its first name: a fault of the program.
    """
    head, *pieces = _NAME.split(text)
    if any(line and not line.startswith("--") for line in head.splitlines()):
        raise ValueError(f"{file_name}: a statement stands before the first '-- name:' line")
    kinds, names, bodies = pieces[::3], pieces[1::3], [body.strip() for body in pieces[2::3]]
    if len(set(names)) != len(names):
        raise ValueError(f"{file_name}: a statement's name stands twice")
    found = list(zip(kinds, names, bodies, strict=True))
    parts = {name: _without_comment(body) for kind, name, body in found if kind == "part"}
    used = {name for body in bodies for name in _PART.findall(body)}
    if used != parts.keys():
        raise ValueError(f"{file_name}: parts and their uses differ: {', '.join(sorted(used ^ parts.keys()))}")
    return MappingProxyType(
        {name: _PART.sub(lambda use: parts[use[1]], body) for kind, name, body in found if kind == "name"}
    )


def _without_comment(part: str) -> str:
    """A part as it is put into a statement's line: a comment would swallow what follows it there."""
    return "\n".join(line for line in part.splitlines() if not line.startswith("--"))
