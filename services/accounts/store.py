"""The accounts of one agency, in a file of their own beside its record.

Everything here blocks (SQLite, argon2): call it through `asyncio.to_thread` from a loop.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from events.instants import format_instant
from services.accounts.account import (
    Account,
    EntryRefused,
    NameTaken,
    NameUnfit,
    PasswordUnfit,
    Role,
    SignatoryMisplaced,
)
from services.accounts.attempts import Attempts
from services.accounts.file import AccountsFile, must_exist, token_hash
from services.accounts.sessions import SessionFault, forget_sessions, kept_session
from services.accounts.tokens import Tokens

MIN_PASSWORD = 12
MAX_PASSWORD = 1024
_NAME = re.compile(r"[a-z][a-z0-9.-]{1,31}")
_SEEN_STEP = timedelta(minutes=1)
_TOKEN_BYTES = 32


@dataclass(frozen=True)
class PersonSession:
    """A person who has entered. `key` names the session without letting anybody in."""

    account: Account
    key: str
    began_at: datetime


class Accounts:
    """People and machines that may enter one agency's pages and API. Thread-safe.

    `session_clock` tells how long sessions last and locks hold, where the network's own clock is simulated and leaps;
    without it the `now` that is passed in does.
    """

    def __init__(
        self,
        path: Path,
        agency: str,
        *,
        hasher: PasswordHasher | None = None,
        session_clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.agency = agency
        self._session_clock = session_clock
        self._file = AccountsFile(path, agency)
        self.tokens = Tokens(self._file)
        self._attempts = Attempts(self._file)
        self._hasher = hasher or PasswordHasher()
        # What an unknown name is measured against: a wrong name takes as long as a wrong password.
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    # --- accounts ---

    def add(
        self, name: str, full_name: str, role: Role, password: str, now: datetime, *, signatory: str | None = None
    ) -> Account:
        """A new account. Raises `AccountFault` for a name that stands already or is none, or a weak password."""
        if not _NAME.fullmatch(name):
            raise NameUnfit(
                what=f"{name[:40]!r} is no account name", why="a name is [a-z][a-z0-9.-], 2 to 32 characters",
                next_step="choose another",
            )  # fmt: skip
        if (signatory is None) == (role is Role.HEAD):
            raise SignatoryMisplaced(
                what="the account is not made", why="a head's account, and no other, names a signatory",
                next_step="name the directory's signatory whose key it signs with",
            )  # fmt: skip
        hashed = self._hashed(password)
        with self._file.change() as connection:
            made = connection.execute(
                "INSERT OR IGNORE INTO accounts (name, full_name, role, signatory, password, created_at) "
                "VALUES (?,?,?,?,?,?)",
                (name, full_name, role, signatory, hashed, format_instant(now)),
            ).rowcount
        if not made:
            raise NameTaken(
                what=f"there is an account {name!r} already", why="names are unique", next_step="choose another"
            )
        return Account(self.agency, name, full_name, role, signatory)

    def set_password(self, name: str, password: str, now: datetime) -> None:
        """A new password; every session of the account ends. Raises `AccountFault`."""
        hashed = self._hashed(password)
        with self._file.change() as connection:
            done = connection.execute(
                "UPDATE accounts SET password = ?, failures = 0, locked_until = NULL WHERE name = ?", (hashed, name)
            ).rowcount
            self._attempts.forget_browsers(connection, name)
            self._end_sessions(connection, name, now)
        must_exist(name, done)

    def disable(self, name: str, now: datetime) -> None:
        """Let nobody in by this account any more; its sessions end. Raises `AccountFault`."""
        with self._file.change() as connection:
            done = connection.execute(
                "UPDATE accounts SET disabled_at = coalesce(disabled_at, ?) WHERE name = ?", (format_instant(now), name)
            ).rowcount
            self._end_sessions(connection, name, now)
        must_exist(name, done)

    def accounts(self) -> list[tuple[Account, bool]]:
        """Every account by name, and whether it is enabled."""
        rows = self._file.rows("SELECT name, full_name, role, signatory, disabled_at FROM accounts ORDER BY name")
        return [
            (Account(self.agency, str(n), str(f), Role(str(r)), None if s is None else str(s)), disabled is None)
            for n, f, r, s, disabled in rows
        ]

    # --- entering ---

    def enter(self, name: str, password: str, now: datetime, *, browser: str = "") -> str:
        """Begin a session; gives its token. `browser` is the token by which the browser is known, if it is.

        Raises `EntryRefused`, the same for every reason.
        """
        now = self._at_the_door(now)
        rows = self._file.rows("SELECT password, disabled_at FROM accounts WHERE name = ?", (name,))
        hashed, disabled = rows[0] if rows else (self._nobody, None)
        # All of it whatever comes of it: how long it takes tells neither who has an account nor whose is locked.
        unlocked = self._attempts.begin(name, browser, now)
        right = self._fits(str(hashed), password)
        if not rows:
            raise EntryRefused("unknown")
        if not unlocked:
            raise EntryRefused("locked")
        if not right:
            raise EntryRefused("password")
        if disabled is not None:
            raise EntryRefused("disabled")
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        at = format_instant(now)
        with self._file.change() as connection:
            if not connection.execute(
                "SELECT 1 FROM accounts WHERE name = ? AND password = ? AND disabled_at IS NULL", (name, hashed)
            ).fetchone():
                # Changed while this one was tried: the sessions that ended then do not go on in a new one.
                raise EntryRefused("password")
            self._attempts.succeeded(connection, name, browser, now)
            connection.execute("INSERT INTO sessions VALUES (?,?,?,?,NULL)", (token_hash(token), name, at, at))
            forget_sessions(connection, now)
        return token

    def know_browser(self, name: str, browser: str, now: datetime) -> str:
        """The token by which the browser of whoever has just entered is known from now on."""
        return self._attempts.know(name, browser, self._at_the_door(now))

    def session(self, token: str, now: datetime, *, used: bool = True) -> PersonSession | None:
        """The session of a token, if it stands: neither ended, idle too long nor too old, its account enabled.

        With `used` false nobody does anything by it, as a page that is left open: it grows idle all the same.
        """
        key, now = token_hash(token), self._at_the_door(now)
        found = kept_session(self._file, key)
        if found is None or found.fault(now) is not None:
            return None
        if used and now - found.seen_at > _SEEN_STEP:
            with self._file.change() as connection:
                connection.execute("UPDATE sessions SET seen_at = ? WHERE token_hash = ?", (format_instant(now), key))
        return PersonSession(found.account, key.hex()[:16], found.began_at)

    def stands(self, key: bytes, now: datetime) -> bool:
        """Whether the session of a token's digest stands. To ask is no use of it: it grows idle all the same."""
        found = kept_session(self._file, key)
        return found is not None and found.fault(self._at_the_door(now)) is None

    def session_fault(self, token: str, now: datetime) -> tuple[Account | None, SessionFault | None]:
        """Whose session a token was, as far as it is known, and why it stands for nobody; None if it stands."""
        found = kept_session(self._file, token_hash(token))
        if found is None:
            return None, SessionFault.UNKNOWN
        return found.account, found.fault(self._at_the_door(now))

    def leave(self, token: str, now: datetime) -> None:
        """End a session."""
        with self._file.change() as connection:
            connection.execute(
                "UPDATE sessions SET ended_at = ? WHERE token_hash = ? AND ended_at IS NULL",
                (format_instant(now), token_hash(token)),
            )

    def end_sessions(self, name: str, now: datetime) -> None:
        """End every session of an account."""
        with self._file.change() as connection:
            self._end_sessions(connection, name, now)

    # --- inside ---

    def _at_the_door(self, now: datetime) -> datetime:
        return now if self._session_clock is None else self._session_clock()

    def _hashed(self, password: str) -> str:
        if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
            raise PasswordUnfit(
                what="the password is not taken",
                why=f"it has {len(password)} characters, wanted are {MIN_PASSWORD} to {MAX_PASSWORD}",
                next_step="choose a longer one, such as five words",
            )
        return self._hasher.hash(_one_spelling(password))

    def _fits(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, _one_spelling(password[: MAX_PASSWORD + 1]))
        except (VerificationError, InvalidHashError):
            return False

    @staticmethod
    def _end_sessions(connection: sqlite3.Connection, name: str, now: datetime) -> None:
        connection.execute(
            "UPDATE sessions SET ended_at = ? WHERE account = ? AND ended_at IS NULL", (format_instant(now), name)
        )


def _one_spelling(password: str) -> str:
    """Unicode NFC (RFC 8265): input methods spell 'ế' in several ways."""
    return unicodedata.normalize("NFC", password)
