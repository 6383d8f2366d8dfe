"""The menu: which pages a role finds there. (address, key of its text, the power it needs)."""

from __future__ import annotations

from services.accounts.account import Account, Power
from services.broker.names import AUDITOR

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

AUDIT_MENU: tuple[tuple[str, str, Power], ...] = (
    ("/audit/ledger", "menu.audit_ledger", Power.SEE),
    ("/audit/knowledge", "menu.audit_knowledge", Power.SEE),
    ("/audit/silences", "menu.audit_silences", Power.SEE),
    ("/audit/network", "menu.audit_network", Power.SEE),
    ("/audit/completeness", "menu.audit_completeness", Power.SEE),
    ("/audit/verify", "menu.audit_verify", Power.SEE),
    ("/audit/looks", "menu.audit_looks", Power.SEE),
    ("/formats/api", "menu.audit_api", Power.SEE),
)


def menu_of(person: Account | None) -> list[tuple[str, str]]:
    """The menu's lines for a person."""
    if person is None:
        return []
    menu = AUDIT_MENU if person.agency == AUDITOR else MENU
    return [(address, key) for address, key, power in menu if person.may(power)]
