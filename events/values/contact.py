"""How an office is reached."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

EmailAddress = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
]
"""An e-mail address (RFC 5321's length; ASCII alone, unquoted, as offices write theirs)."""
