"""Identifiers that contents hold: agencies, events, digests, counts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from events.canonical import MAX_INTEGER
from events.names import SLUG

AgencyId = Annotated[str, StringConstraints(pattern=f"^{SLUG}$")]
"""An agency's id, `[a-z0-9-]{2,32}`."""

EventId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
"""An event's id: a UUID in lower case."""

Digest = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$")]
"""SHA-256 of an envelope, 32 bytes in base64url without padding. The last character has no stray bits."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of a file's bytes in lower-case hexadecimal, as `sha256sum` prints it."""

Base64Url = Annotated[str, StringConstraints(max_length=1_250_000, pattern=r"^[A-Za-z0-9_-]+$")]
"""Bytes in base64url without padding."""

Natural = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
"""A whole number from 0."""

Positive = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
"""A whole number from 1."""
