"""The menu: which pages a role finds there. (address, key of its text, the power it needs)."""

from __future__ import annotations

from services.accounts.account import Account, Power

MENU: tuple[tuple[str, str, Power], ...] = (
    ("/", "menu.day", Power.SEE),
    ("/cases", "menu.cases", Power.SEE),
)


def menu_of(person: Account | None) -> list[tuple[str, str]]:
    """The menu's lines for a person."""
    return [(address, key) for address, key, power in MENU if person is not None and person.may(power)]
