"""An account: who it is, and what its role lets it do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.errors import ExplainedError, UsageFault


class Role(StrEnum):
    """What a person's account may do."""

    CLERK = "clerk"
    """Văn thư, chuyên viên: sees the agency's cases, writes drafts."""
    HEAD = "head"
    """Thủ trưởng, or a deputy: as a clerk, and signs with the key of the directory's signatory."""
    AUDITOR = "auditor"
    """Kiểm tra: sees, and asks; writes nothing."""
    ADMINISTRATOR = "administrator"
    """Quản trị: keeps accounts and looks after the service; sees no case."""


class Power(StrEnum):
    """What a page or an API call needs."""

    SEE = "see"
    DRAFT = "draft"
    SIGN = "sign"
    ADMINISTER = "administer"


POWERS: dict[Role, frozenset[Power]] = {
    Role.CLERK: frozenset({Power.SEE, Power.DRAFT}),
    Role.HEAD: frozenset({Power.SEE, Power.DRAFT, Power.SIGN}),
    Role.AUDITOR: frozenset({Power.SEE}),
    Role.ADMINISTRATOR: frozenset({Power.ADMINISTER}),
}
"""Role → what it may. The two-person way: a clerk drafts, the head signs."""


MACHINE_PREFIX = "token:"
"""Begins the name of a machine's account; no person's name may have a colon."""


@dataclass(frozen=True)
class Account:
    """A person's account at one agency. `signatory` is the directory's id of whose key a head signs with."""

    agency: str
    name: str
    full_name: str
    role: Role
    signatory: str | None = None

    @property
    def author(self) -> str:
        """How the record names this person: `<name>@<agency>`."""
        return f"{self.name}@{self.agency}"

    @property
    def machine(self) -> bool:
        """Whether a token stands behind it, and no person."""
        return self.name.startswith(MACHINE_PREFIX)

    def may(self, power: Power) -> bool:
        """Whether the role gives a power."""
        return power in POWERS[self.role]


class EntryRefused(ExplainedError):
    """Name or password is wrong, the account is disabled, or it is locked: which of them is not told to the caller.

    `reason` (`unknown`, `password`, `disabled`, `locked`) is for the record alone.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(
            what="you were not let in",
            why="name or password is wrong, or the account is locked for a while after too many attempts",
            next_step="try again in a quarter of an hour, or ask your administrator",
        )
        self.reason = reason


class AccountFault(UsageFault):
    """An account or token that cannot be made, or is not there. The classes under it have their words in the texts."""


class NameUnfit(AccountFault):
    """No account can have this name."""


class NameTaken(AccountFault):
    """The name is an account's or a token's already."""


class SignatoryMisplaced(AccountFault):
    """A head's account without a signatory, or another with one."""


class RoleUnfit(AccountFault):
    """No machine may have this role."""


class PasswordUnfit(AccountFault):
    """Too short, or absurdly long."""


class NameUnknown(AccountFault):
    """Nothing has this name here."""
