"""What a caller sends to have something said: a draft's members, and which drafts are to be signed."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr

from events.catalogue import EVENT_TYPES, PROTOCOL_TYPES
from events.draft import Draft, draft_from_json
from services.agency.drafts import LONGEST_REMARK
from services.web.api.parameters import UUID

_DOCUMENTS: list[JsonValue] = [name for name in EVENT_TYPES if name not in PROTOCOL_TYPES]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class DraftMembers(_Body):
    """A draft, as `phoihop draft` reads it from a file. Ids are whole, instants as on the wire."""

    type: str = Field(max_length=64, description="The event type.", json_schema_extra={"enum": _DOCUMENTS})
    recipients: list[str] = Field(min_length=1, max_length=1000, description="Agencies, each by its id.")
    content: dict[str, Any] = Field(description="As `/api/schemas/<type>.<version>.json` has it.")
    version: int | None = Field(default=None, ge=1, le=9999, description="Of the type; the newest without it.")
    case: str | None = Field(default=None, pattern=UUID, description="Without it a case that begins gets a new id.")
    cause: str | None = Field(default=None, pattern=UUID, description="The event that this one answers or follows.")
    basis: str | None = Field(default=None, pattern=UUID, description="Found from the case where it is not named.")
    due: str | None = Field(
        default=None, max_length=40, description="By when an answer is asked for: `2026-11-21T03:04:05.678Z`."
    )
    clause: str | None = Field(default=None, max_length=16, description="Without it the first that lets it go.")
    role: str | None = Field(default=None, max_length=32, description="In which the agency acts, where it has several.")

    def draft(self) -> Draft:
        """The draft itself. Raises `InvalidValue`, `Malformed` or `UnknownEventType`."""
        members = self.model_dump()
        return draft_from_json({name: value for name, value in members.items() if value is not None})


class DraftToReturn(_Body):
    """A draft is sent back as it was read, with what is to be changed."""

    remark: str = Field(min_length=1, max_length=LONGEST_REMARK, description="What is to be changed.")
    revision: int = Field(ge=1, description="The revision that was read.")


class DraftsToSign(_Body):
    """Which drafts, and the passphrase of the signatory whose key signs. The passphrase is kept nowhere."""

    drafts: list[str] = Field(min_length=1, max_length=100, description="The drafts' whole ids.")
    passphrase: SecretStr = Field(max_length=1024)


EXAMPLE_DRAFT = {
    "type": "SuspicionReported",
    "recipients": ["dic", "police"],
    "content": {
        "subject": "Báo cáo nghi vấn trộm cắp cước viễn thông qua SIM box",
        "category": "charge_theft",
        "fields": ["telecom"],
        "summary": "Lưu lượng quốc tế bất thường từ 40 thuê bao trả trước.",
        "discovered_at": "2026-11-20T01:02:03.000Z",
        "attestation": True,
    },
}
