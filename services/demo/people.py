"""The people of the demonstration's pages: an account of each role at every agency, all with one password.

The password is made once and kept as `password` (mode 0600) in the demonstration's folder; it is printed, since here
everybody may be anybody. Real agencies make their own accounts: `phoihop account add`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from argon2 import PasswordHasher

from services.accounts.account import Role
from services.accounts.store import Accounts
from services.agency.clock import system_now
from services.agency.folder import AgencyFolder
from services.identity.disk import PRIVATE, create_file, read_private

_FILE = "password"
_BYTES = 12
_CHEAP = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
"""A demonstration's cost, as for its keys: the password is on the screen."""


@dataclass(frozen=True)
class Person:
    """Somebody at every agency."""

    name: str
    full_name: str
    role: Role
    signatory: str | None = None


PEOPLE = (
    Person("chuyen.vien", "Nguyễn Thị Chuyên Viên", Role.CLERK),
    Person("thu.truong", "Trần Văn Thủ Trưởng", Role.HEAD, "head"),
    Person("kiem.tra", "Lê Thị Kiểm Tra", Role.AUDITOR),
    Person("quan.tri", "Phạm Văn Quản Trị", Role.ADMINISTRATOR),
)


def password_of(folder: Path) -> str:
    """The password of all; made if it is not there yet. Raises as `services.identity.disk` does."""
    file = folder / _FILE
    if not file.exists():
        create_file(file, f"{secrets.token_urlsafe(_BYTES)}\n".encode("ascii"), PRIVATE)
    return read_private(file).decode("ascii").removesuffix("\n")


def open_accounts(folder: Path, agencies: list[str], now: datetime, stack: AsyncExitStack) -> Mapping[str, Accounts]:
    """The accounts of some agencies, made where they are missing; closed with the stack. Blocks."""
    password = password_of(folder)
    opened = {}
    for agency in agencies:
        place = AgencyFolder(folder, agency)
        # People sit at their screens by the real clock, however the play's clock leaps.
        accounts = stack.enter_context(Accounts(place.accounts, agency, hasher=_CHEAP, session_clock=system_now))
        known = {account.name for account, _ in accounts.accounts()}
        for person in PEOPLE:
            if person.name not in known:
                accounts.add(
                    person.name, person.full_name, person.role, password, now, signatory=person.signatory
                )  # fmt: skip
        opened[agency] = accounts
    return opened
