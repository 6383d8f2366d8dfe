"""Attempts to enter: counted before the password is looked at, and locked after too many wrong ones.

Whoever only knows a name can lock it, and must not shut out the person whose it is. So a browser by which somebody has
entered is known from then on, by a token of its own, and its attempts at that account are counted apart: strangers lock
the account for strangers. https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from __future__ import annotations

import secrets
import sqlite3
from datetime import datetime, timedelta

from events.instants import format_instant, parse_instant
from services.accounts.file import AccountsFile, token_hash

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
BROWSER_KNOWN_FOR = timedelta(days=180)
_MOST_BROWSERS = 20
"""Of one account; of more the oldest is forgotten."""
_TOKEN_BYTES = 32


class Attempts:
    """The attempts at one agency's accounts. Everything here blocks."""

    def __init__(self, file: AccountsFile) -> None:
        self._file = file

    def begin(self, name: str, browser: str, now: datetime) -> bool:
        """Count an attempt as failed until it has succeeded; whether it may succeed, or is locked.

        Something is written whether the account is there or not: the time it takes tells nothing.
        """
        with self._file.change() as connection:
            place, key = self._counted_at(connection, name, browser, now)
            found = connection.execute(f"SELECT failures, locked_until FROM {place}", key).fetchone()  # noqa: S608 - ours
            locked = found is not None and found[1] is not None and parse_instant(found[1]) > now
            if found is None or locked:
                # Another value each time: SQLite writes nothing where nothing changes.
                connection.execute(
                    "INSERT INTO about VALUES ('uncounted', '1') ON CONFLICT DO UPDATE SET value = 1 - value"
                )
                return not locked
            failures, until = found[0] + 1, None
            if failures >= MAX_FAILURES:
                failures, until = 0, format_instant(now + LOCKED_FOR)
            self._keep(connection, place, key, failures, until)
            return True

    def succeeded(self, connection: sqlite3.Connection, name: str, browser: str, now: datetime) -> None:
        """Whoever tried is let in: forget the failures that were counted there."""
        place, key = self._counted_at(connection, name, browser, now)
        self._keep(connection, place, key, 0, None)

    def know(self, name: str, browser: str, now: datetime) -> str:
        """The token by which a browser is known, by which somebody has entered: the one that it has, or a new one."""
        with self._file.change() as connection:
            if self._is_known(connection, name, browser, now):
                return browser
            token = secrets.token_urlsafe(_TOKEN_BYTES)
            connection.execute(
                "INSERT INTO browsers (token_hash, account, since) VALUES (?,?,?)",
                (token_hash(token), name, format_instant(now)),
            )
            connection.execute(
                "DELETE FROM browsers WHERE account = :name AND token_hash NOT IN "
                "(SELECT token_hash FROM browsers WHERE account = :name ORDER BY since DESC LIMIT :most)",
                {"name": name, "most": _MOST_BROWSERS},
            )
        return token

    def forget_browsers(self, connection: sqlite3.Connection, name: str) -> None:
        """No browser is known for an account any more."""
        connection.execute("DELETE FROM browsers WHERE account = ?", (name,))

    def _counted_at(
        self, connection: sqlite3.Connection, name: str, browser: str, now: datetime
    ) -> tuple[str, tuple[object, ...]]:
        """Where an attempt is counted, as table with condition and its values."""
        if self._is_known(connection, name, browser, now):
            return "browsers WHERE token_hash = ? AND account = ?", (token_hash(browser), name)
        return "accounts WHERE name = ?", (name,)

    @staticmethod
    def _is_known(connection: sqlite3.Connection, name: str, browser: str, now: datetime) -> bool:
        found = connection.execute(
            "SELECT since FROM browsers WHERE token_hash = ? AND account = ?", (token_hash(browser), name)
        ).fetchone()
        return found is not None and now - parse_instant(found[0]) <= BROWSER_KNOWN_FOR

    @staticmethod
    def _keep(
        connection: sqlite3.Connection, place: str, key: tuple[object, ...], failures: int, until: str | None
    ) -> None:
        table, condition = place.split(" ", 1)
        connection.execute(f"UPDATE {table} SET failures = ?, locked_until = ? {condition}", (failures, until, *key))  # noqa: S608 - ours
