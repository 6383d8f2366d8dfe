"""Parameters that several operations take, each with what it may be."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
SHA256 = r"^[0-9a-f]{64}$"
SLUG = r"^[a-z0-9-]{2,32}$"
EVENT_TYPE = r"^[A-Z][A-Za-z]{2,63}$"
_LARGEST = 2**53 - 1

EventId = Annotated[str, Path(pattern=UUID, description="The whole id of an event.")]
CaseId = Annotated[str, Path(pattern=UUID, description="The whole id of a case.")]
DraftId = Annotated[str, Path(pattern=UUID, description="The whole id of a draft.")]
Revision = Annotated[
    int, Query(ge=1, le=_LARGEST, description="The draft's revision that was read: if it is another now, 409.")
]
Digest = Annotated[str, Path(pattern=SHA256, description="SHA-256 of the file, in hexadecimal.")]

WantedCase = Annotated[str | None, Query(pattern=UUID, description="Of this case alone.")]
WantedEvent = Annotated[str | None, Query(pattern=UUID, description="Of this event alone.")]
Agency = Annotated[str | None, Query(pattern=SLUG)]
EventType = Annotated[str | None, Query(alias="type", pattern=EVENT_TYPE, description="An event type's name.")]
MOMENT_PATTERN = (
    r"^(\+[0-9]{1,4}[dhm]|(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?)?)$"
)
MOMENT = Query(
    pattern=MOMENT_PATTERN,
    description="`2026-11-25`, `2026-11-25T16:00` (in Vietnam), with a zone, or from now: `+3d`, `+2h`, `+30m`.",
)
Moment = Annotated[str | None, MOMENT]
NamedMoment = Annotated[str, MOMENT]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most; `Link` names where the list goes on.")]
After = Annotated[int, Query(ge=0, le=_LARGEST, description="Only what stands behind this position of the record.")]
Before = Annotated[int | None, Query(ge=1, le=_LARGEST, description="Only what stands before this position.")]
Mark = Annotated[
    str | None, Query(min_length=1, max_length=200, description="As the `Link` of the page before names it.")
]
Check = Annotated[bool, Query(description="Only judge it: nothing is kept.")]
