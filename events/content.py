"""The base of every event type's content: a frozen model that is strict about what it does not know.

A content has one spelling: the canonical JSON of its members, those that have their default left out (None for what
is not said, an empty list, `normal` urgency). `from_bytes` refuses any other spelling, so no two readers can take one
content for two different things (a repeated key, for example).

A version may therefore gain members with a default, and older contents stay exact; a default never changes.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, PydanticSerializationError

from events.canonical import parse_canonical
from events.errors import Malformed

_FAULTS_TOLD = 100
"""With more than so many faults the members are not named one by one."""


class Value(BaseModel):
    """A value inside a content: frozen, no unknown members, no silent conversions."""

    # A type's validator is built when it is first wanted: a process wants a few of the hundred, and building all of
    # them is a quarter of the time that a command takes to start.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True, defer_build=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[BaseModel], handler: GetCoreSchemaHandler, /) -> CoreSchema:
        # Members are validated and so written in the order of their names: the serializer's plain output is then
        # canonical JSON already, at a fifth of the cost of sorting each object again.
        schema = handler(source)
        part: Any = schema
        while part["type"] != "model-fields":
            if "schema" not in part:
                return schema
            part = part["schema"]
        part["fields"] = dict(sorted(part["fields"].items()))
        return schema

    @classmethod
    def model_construct(  # type: ignore[override]  # the plugin for mypy writes a narrower one into each class
        cls, _fields_set: set[str] | None = None, **values: Any
    ) -> Self:
        """Make one without validation; its members keep the order in which they are written."""
        made = super().model_construct(_fields_set, **values)
        object.__setattr__(made, "__dict__", dict(sorted(made.__dict__.items())))
        return made


class Content(Value):
    """The typed data of one event type. The class's name is the event type, `VERSION` its version.

    Members that have their default are left out of the JSON. `MEANING_VI` and `MEANING_EN` say in a line what the
    event states.
    """

    VERSION: ClassVar[int] = 1
    MEANING_VI: ClassVar[str] = ""
    MEANING_EN: ClassVar[str] = ""
    PROTOCOL: ClassVar[bool] = False
    """True for messages of the protocol itself, which carry no document number and are not receipted."""

    def to_bytes(self) -> bytes:
        """The canonical JSON of the content."""
        try:
            return self.__pydantic_serializer__.to_json(self, exclude_defaults=True)
        except PydanticSerializationError as error:
            raise Malformed("json", f"{type(self).__name__} cannot be written as JSON: {error}") from error

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read content bytes as they travelled.

        Raises `Malformed`: `content`, naming each member at fault; `duplicate-key` or `not-canonical` if the bytes are
        not exactly what `to_bytes` writes.
        """
        content = cls.from_json(data)
        if content.to_bytes() != data:
            parse_canonical(data)
            raise Malformed(
                "not-canonical",
                f"{cls.__name__}: the content is not what its own members would be written as: members in the order of "
                "their names, no blanks, and those that have their default (or are null) left out",
            )
        return content

    @classmethod
    def from_json(cls, data: bytes | str) -> Self:
        """Read a draft's JSON, in any order and spacing and without the members that have a default.

        Raises `Malformed` (`content`) that names each member at fault. For bytes that were signed, use `from_bytes`.
        """
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            if error.error_count() > _FAULTS_TOLD:
                # A hostile content has hundreds of thousands: to list them costs more than to find them.
                raise Malformed("content", f"{cls.__name__}: {error.error_count()} members are at fault") from None
            faults = "; ".join(
                f"{_path(e['loc'])}: {e['msg']}" for e in error.errors(include_url=False, include_input=False)[:5]
            )
            raise Malformed("content", f"{cls.__name__}: {faults}") from error


def _path(location: tuple[Any, ...]) -> str:
    return ".".join(str(step) for step in location) or "content"
