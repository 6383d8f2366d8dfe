"""Tokens of machines: each opens one agency's API, by a role, until it expires or is revoked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from events.instants import format_instant, parse_instant
from services.accounts.account import MACHINE_PREFIX, Account, NameTaken, Role, RoleUnfit
from services.accounts.file import AccountsFile, must_exist, token_hash

_TOKEN_BYTES = 32


@dataclass(frozen=True)
class MachineToken:
    """A machine's token as it is listed; the token itself is shown once, when it is made."""

    label: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class Tokens:
    """The tokens in an accounts file. Everything here blocks."""

    def __init__(self, file: AccountsFile) -> None:
        self._file = file

    def make(self, label: str, role: Role, now: datetime, *, expires_at: datetime | None = None) -> str:
        """A machine's token, shown this once. Raises `NameTaken`, `RoleUnfit`."""
        if role not in {Role.CLERK, Role.AUDITOR}:
            raise RoleUnfit(
                what="the token is not made", why="a machine drafts and sees (clerk) or sees alone (auditor)",
                next_step="choose one of these roles",
            )  # fmt: skip
        token = f"phoihop_{secrets.token_urlsafe(_TOKEN_BYTES)}"
        with self._file.change() as connection:
            made = connection.execute(
                "INSERT OR IGNORE INTO tokens VALUES (?,?,?,?,?,NULL)",
                (token_hash(token), label, role, format_instant(now), expires_at and format_instant(expires_at)),
            ).rowcount
        if not made:
            raise NameTaken(
                what=f"there is a token {label!r} already", why="labels are unique", next_step="choose another label"
            )
        return token

    def machine(self, token: str, now: datetime) -> Account | None:
        """Who a machine's token stands for, if it holds."""
        account, fault = self.token_fault(token, now)
        return account if fault is None else None

    def token_fault(self, token: str, now: datetime) -> tuple[Account | None, str | None]:
        """Who a token stands or stood for, and why it does not (`unknown`, `revoked`, `expired`); None if it does."""
        rows = self._file.rows(
            "SELECT label, role, expires_at, revoked_at FROM tokens WHERE token_hash = ?", (token_hash(token),)
        )
        if not rows:
            return None, "unknown"
        label, role, expires_at, revoked_at = rows[0]
        account = Account(self._file.agency, f"{MACHINE_PREFIX}{label}", str(label), Role(str(role)))
        if revoked_at is not None:
            return account, "revoked"
        expired = expires_at is not None and parse_instant(str(expires_at)) <= now
        return account, "expired" if expired else None

    def revoke(self, label: str, now: datetime) -> None:
        """Let a machine's token open nothing any more. Raises `NameUnknown`."""
        with self._file.change() as connection:
            done = connection.execute(
                "UPDATE tokens SET revoked_at = coalesce(revoked_at, ?) WHERE label = ?", (format_instant(now), label)
            ).rowcount
        must_exist(label, done)

    def listed(self) -> list[MachineToken]:
        """Every token by label."""
        rows = self._file.rows("SELECT label, role, created_at, expires_at, revoked_at FROM tokens ORDER BY label")
        return [
            MachineToken(str(label), Role(str(role)), parse_instant(str(made)), _instant(expires), _instant(revoked))
            for label, role, made, expires, revoked in rows
        ]


def _instant(text: object) -> datetime | None:
    return None if text is None else parse_instant(str(text))
