"""A session as the accounts' file keeps it, and what makes it stand for nobody."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.instants import format_instant, parse_instant
from services.accounts.account import Account, Role
from services.accounts.file import AccountsFile

SESSION_IDLE = timedelta(hours=1)
SESSION_LONGEST = timedelta(hours=12)
SESSION_KEPT = timedelta(days=7)
"""From its beginning. Until then a refusal can say whose a session was, though it stands no more."""
_FORGOTTEN_AT_ONCE = 100
"""More than the one that begins then, so that the oldest go however many there are, and nobody waits for all."""


class SessionFault(StrEnum):
    """Why a session stands for nobody."""

    UNKNOWN = "unknown"
    ENDED = "ended"
    """Its person left, the password was changed, or the account was disabled."""
    DISABLED = "disabled"
    OLD = "old"
    IDLE = "idle"


@dataclass(frozen=True)
class KeptSession:
    """One session: whose it is, since when, when it was last used, and whether it was ended."""

    account: Account
    began_at: datetime
    seen_at: datetime
    ended: bool
    disabled: bool

    def fault(self, now: datetime) -> SessionFault | None:
        """Why it stands for nobody at an instant; None if it stands."""
        if self.disabled:
            return SessionFault.DISABLED
        if self.ended:
            return SessionFault.ENDED
        if now - self.began_at > SESSION_LONGEST:
            return SessionFault.OLD
        return SessionFault.IDLE if now - self.seen_at > SESSION_IDLE else None


def kept_session(file: AccountsFile, key: bytes) -> KeptSession | None:
    """The session of a token's digest, whether it stands or not. Blocks."""
    rows = file.rows(
        "SELECT name, full_name, role, signatory, began_at, seen_at, ended_at, disabled_at "
        "FROM sessions JOIN accounts ON name = account WHERE token_hash = ?",
        (key,),
    )
    if not rows:
        return None
    name, full_name, role, signatory, began, seen, ended, disabled = rows[0]
    account = Account(
        file.agency, str(name), str(full_name), Role(str(role)), None if signatory is None else str(signatory)
    )
    return KeptSession(
        account, parse_instant(str(began)), parse_instant(str(seen)), ended is not None, disabled is not None
    )


def forget_sessions(connection: sqlite3.Connection, now: datetime) -> None:
    """Delete sessions that began longer than `SESSION_KEPT` ago, the oldest first; a bounded number of them. Blocks."""
    connection.execute(
        "DELETE FROM sessions WHERE token_hash IN "
        "(SELECT token_hash FROM sessions WHERE began_at < ? ORDER BY began_at LIMIT ?)",
        (format_instant(now - SESSION_KEPT), _FORGOTTEN_AT_ONCE),
    )
