"""Informants: who a citizen is that reported something stays with the agency that took the report in (LC-12.1).

The identity lies in a file of its own, outside the record, which travels in no event, no repair and no succession:

    agencies/<id>/informants/<reference>.json     mode 0600, one JSON object

What travels is the reference (`SuspicionReported.informant_reference`): drawn at random, so it says nothing of who it
is. Each look at an identity is a local entry of the record, by reference alone.
"""

from __future__ import annotations

import base64
import json
import os
import re
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from events.content import Value
from events.errors import Malformed
from events.instants import whole_milliseconds
from events.values.instant import Instant
from events.values.person import IdentityDocument, PhoneNumber, Place
from events.values.text import Line, Text
from services.errors import UsageFault
from services.identity.disk import PRIVATE, create_file, make_private_folder, read_private

_REFERENCE = re.compile(r"NTT-[A-Z2-7]{16}")
_RANDOM_BYTES = 10


class InformantUnknown(UsageFault):
    """This agency took in no informant under that reference."""


class Identity(Value):
    """Who reported. Only the name is needed; whoever will not give it is not entered at all."""

    name: Line
    phone: PhoneNumber | None = None
    identity: IdentityDocument | None = None
    address: Place | None = None
    note: Text | None = None


class Informant(Value):
    """An identity as it is kept: by whom and when it was taken in."""

    reference: Line
    who: Identity
    taken_by: Line
    taken_at: Instant


class Informants:
    """The informants of one agency, in its folder `path` (`AgencyFolder.path`)."""

    def __init__(self, path: Path) -> None:
        self._folder = path / "informants"

    def take_in(self, members: object, taken_by: str, now: datetime) -> str:
        """Keep an identity; gives the reference that may travel. Raises `Malformed`, naming no value."""
        reference = f"NTT-{base64.b32encode(os.urandom(_RANDOM_BYTES)).decode('ascii')}"
        try:
            who = Identity.model_validate_json(json.dumps(members))
            kept = Informant(reference=reference, who=who, taken_by=taken_by, taken_at=whole_milliseconds(now))
        except ValidationError as error:
            # Only where the fault lies: the values are what must not show anywhere.
            where = ", ".join(sorted({".".join(map(str, one["loc"])) for one in error.errors()}))
            raise Malformed("informant", f"the identity cannot be read: see {where or 'the whole'}") from None
        make_private_folder(self._folder)
        data = kept.model_dump_json(exclude_none=True).encode("utf-8")
        create_file(self._folder / f"{reference}.json", data, PRIVATE)
        return reference

    def look_up(self, reference: str) -> Informant:
        """The identity behind a reference of this agency; raises `InformantUnknown`. Note who looked beside it."""
        file = self._folder / f"{reference}.json"
        if _REFERENCE.fullmatch(reference) is None or not file.is_file():
            raise InformantUnknown(
                what=f"there is no informant {reference[:40]!r} here",
                why="an identity is only with the agency that took it in",
                next_step="ask the agency that sent the report",
            )
        return Informant.model_validate_json(read_private(file))
