"""The menu: which pages a role finds there. (address, key of its text, the power it needs)."""

from __future__ import annotations

from services.accounts.account import Account, Power

MENU: tuple[tuple[str, str, Power], ...] = (
    ("/", "menu.day", Power.SEE),
    ("/cases", "menu.cases", Power.SEE),
    ("/write", "menu.write", Power.DRAFT),
    ("/drafts", "menu.drafts", Power.SEE),
    ("/requests", "menu.requests", Power.SEE),
    ("/suspensions", "menu.suspensions", Power.SEE),
    ("/inbox", "menu.inbox", Power.SEE),
    ("/sent", "menu.sent", Power.SEE),
    ("/reports", "menu.reports", Power.SEE),
    ("/directory", "menu.directory", Power.SEE),
    ("/log", "menu.log", Power.SEE),
    ("/formats", "menu.formats", Power.SEE),
)


def menu_of(person: Account | None) -> list[tuple[str, str]]:
    """The menu's lines for a person."""
    return [(address, key) for address, key, power in MENU if person is not None and person.may(power)]
