"""NATS subjects: `coord.<province>.<sender>.<recipient>.<EventType>`.

The broker lets an agency publish only where it is the sender and read only where it is the recipient; what stands
in the subject must therefore agree with what is signed (admission checks it).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from events.errors import InvalidValue
from events.names import SLUG

_SUBJECT = re.compile(rf"coord\.({SLUG})\.({SLUG})\.({SLUG})\.([A-Z][A-Za-z]{{2,63}})")


class Subject(NamedTuple):
    """The parts of a subject."""

    province: str
    sender: str
    recipient: str
    event_type: str

    def __str__(self) -> str:
        return f"coord.{self.province}.{self.sender}.{self.recipient}.{self.event_type}"


@lru_cache(maxsize=4096)
def parse_subject(text: str) -> Subject:
    """The parts of a subject; raises `InvalidValue` if it is not one of ours."""
    if not (match := _SUBJECT.fullmatch(text)):
        raise InvalidValue(
            f"subject {text[:160]!r} is not of the form coord.<province>.<sender>.<recipient>.<EventType>"
        )
    return Subject(*match.groups())


def inbox_filter(province: str, agency: str) -> str:
    """The filter of an agency's durable consumer: everything addressed to it."""
    return f"coord.{province}.*.{agency}.>"


def stream_name(province: str) -> str:
    """The province's one stream."""
    return f"COORD_{province}"
