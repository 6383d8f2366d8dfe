"""What an agency knows when it judges an event: the directory, the rules, the case, the events that the event cites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from events.case_state import CaseState
from events.known_event import KnownEvent

if TYPE_CHECKING:
    from events.regulation.table import RuleTable


class RoleDirectory(Protocol):
    """What the rules ask of a directory; `events.directory.Directory` is one."""

    @property
    def province(self) -> str:
        """The province's slug."""

    @property
    def version(self) -> int:
        """The version's number."""

    @property
    def agencies(self) -> Mapping[str, Any]:
        """The agencies by id."""

    def roles_of(self, agency: str, at: datetime) -> frozenset[str]:
        """The roles that the agency holds at an instant; none for an agency that is not listed."""

    def agencies_with_role(self, role: str, at: datetime) -> tuple[str, ...]:
        """The agencies that hold the role at an instant, sorted."""

    def heirs_at(self, at: datetime) -> Mapping[str, str]:
        """Agency → the one that stands in its place at an instant, where one does."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The knowledge of one agency, `me`, at one moment, `now`.

    `case` is this agency's state of the case that the event names, before the event. `basis` and `cause` are the
    events that the envelope cites, if this agency holds them (sent, admitted or refused). `files` are the digests of
    the attachments, of the event and of its cause, that lie here whole and verified; None where nobody has looked.
    `untold` are events that the judged one's sender has stated, signed, not to have been addressed to this agency.
    Where a deputy signs, `signatory` is whose key it is, and `delegations` what is held of its agency's delegations and
    their ends.
    """

    me: str
    now: datetime
    directory: RoleDirectory
    rules: RuleTable
    case: CaseState | None = None
    basis: KnownEvent | None = None
    cause: KnownEvent | None = None
    files: frozenset[str] | None = None
    untold: frozenset[str] = frozenset()
    signatory: str | None = None
    delegations: tuple[KnownEvent, ...] = ()
