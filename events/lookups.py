"""What an online look-up finds (LC-4.1b): which documents may be drawn on for whom, and what they say of a record.

The holder answers from its own view of one case, without a person. So it passes on what its own agency has said in the
case, and what the asking agency has in any way; what others told the holder alone is theirs to give. Where the holder
has withheld information from the asking agency in the case (LC-7.2b), only what it has already is drawn on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from events.known_event import KnownEvent
from events.types.correction import EventRecalled
from events.types.information import InfoWithheld
from events.types.lookup import LookupAnswered, LookupRequested, LookupResult, RecordConsulted, RecordKey, RecordKind
from events.values.goods import Exhibit, Parcel
from events.values.person import Person
from events.values.service import Service, Subscriber

MAX_VALUES = 20
"""So many different statements on one record are given, the newest first."""

_NO_SOURCE = (LookupRequested, LookupAnswered, RecordConsulted)


def withheld_from(events: Iterable[KnownEvent], me: str, asker: str, taken_back: Collection[str] = ()) -> bool:
    """Whether the holder has withheld information from the asking agency in the case, and not recalled that."""
    return any(
        isinstance(event.content, InfoWithheld)
        and event.envelope.sender == me
        and asker in event.envelope.agencies
        and event.id not in taken_back
        for event in events
    )


def recalled(events: Iterable[KnownEvent]) -> frozenset[str]:
    """The documents of the case that their senders have recalled."""
    return frozenset(event.content.event for event in events if isinstance(event.content, EventRecalled))


def may_be_drawn_on(event: KnownEvent, *, me: str, asker: str, withheld: bool) -> bool:
    """Whether a document of the case may be drawn on for an agency that looks something up."""
    envelope = event.envelope
    if event.refused or envelope.is_protocol or isinstance(event.content, _NO_SOURCE):
        return False
    if asker == envelope.sender or asker in envelope.agencies:
        return True
    return envelope.sender == me and not withheld


def result_of(key: RecordKey, sources: Iterable[KnownEvent]) -> LookupResult:
    """What documents say of a record: each statement once, in the order of the documents."""
    if key.kind is RecordKind.EVENT:
        events = tuple(event.id for event in sources if event.id == key.identifier)[:1]
        return LookupResult(record=key.id, found=bool(events), events=events)
    statements = dict.fromkeys(value for event in sources for value in _statements(event.content, key))
    values: Any = tuple(statements)[:MAX_VALUES]
    return LookupResult(record=key.id, found=bool(values), **({_MEMBER[key.kind]: values} if values else {}))


_MEMBER = {
    RecordKind.SUBSCRIBER: "subscribers",
    RecordKind.SERVICE: "services",
    RecordKind.PARCEL: "parcels",
    RecordKind.EXHIBIT: "exhibits",
    RecordKind.PERSON: "persons",
}


def _statements(content: BaseModel, key: RecordKey) -> Iterator[BaseModel]:
    return (value for value in _values_in(content) if _is_about(value, key))


def _is_about(value: BaseModel, key: RecordKey) -> bool:
    names: tuple[str | None, ...]
    match key.kind, value:
        case RecordKind.SUBSCRIBER, Subscriber():
            names = (value.identifier,)
        case RecordKind.SERVICE, Service():
            names = (value.reference,)
        case RecordKind.PARCEL, Parcel():
            names = (value.number,)
        case RecordKind.EXHIBIT, Exhibit():
            names = (value.identifier, value.serial)
        case RecordKind.PERSON, Person():
            names = (value.phone, value.identity.number if value.identity else None)
        case _:
            return False
    return key.identifier in names


def _values_in(value: Any) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from _values_in(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _values_in(one)
