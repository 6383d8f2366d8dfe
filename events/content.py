"""The base of every event type's content: a frozen model that is strict about what it does not know."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from events.canonical import canonical_json
from events.errors import Malformed


class Value(BaseModel):
    """A value inside a content: frozen, no unknown members, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)


class Content(Value):
    """The typed data of one event type. The class's name is the event type, `VERSION` its version.

    Members that are None are left out of the JSON. `MEANING_VI` and `MEANING_EN` say in a line what the event states.
    """

    VERSION: ClassVar[int] = 1
    MEANING_VI: ClassVar[str] = ""
    MEANING_EN: ClassVar[str] = ""
    PROTOCOL: ClassVar[bool] = False
    """True for messages of the protocol itself, which carry no document number and are not receipted."""

    def to_bytes(self) -> bytes:
        """The canonical JSON of the content."""
        return canonical_json(self.model_dump(mode="json", exclude_none=True))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read content bytes; raises `Malformed` (`content`) that names each member at fault."""
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            faults = "; ".join(
                f"{_path(e['loc'])}: {e['msg']}" for e in error.errors(include_url=False, include_input=False)[:5]
            )
            raise Malformed("content", f"{cls.__name__}: {faults}") from error


def _path(location: tuple[Any, ...]) -> str:
    return ".".join(str(step) for step in location) or "content"
