"""What the commands of `phoihop delegate` share: deputies by name, delegations by id."""

from __future__ import annotations

from datetime import datetime

from events.regulation.delegation import Delegation
from services.agency.delegations import held_delegations
from services.cli.desk import Desk
from services.cli.prefixes import event_id
from services.errors import ExplainedError, UsageFault
from services.moments import show_moment


class NoDeputy(UsageFault):
    """Signing is delegated to a signatory whom the directory lists as a deputy, and to nobody else."""

    def __init__(self, agency: str, signatory: str, deputies: str) -> None:
        self.signatory, self.deputies = signatory, deputies or "-"
        super().__init__(
            what=f"{agency} has no deputy {signatory!r}",
            why=f"its deputies in the directory are: {self.deputies}",
            next_step="name one of them, or ask whoever keeps the province's directory to enter the deputy",
        )


class NoDelegation(UsageFault):
    """The event is no delegation that this agency granted."""


class DelegationOver(ExplainedError):
    """The delegation ends no later than it was asked to end."""

    def __init__(self, ends_at: datetime) -> None:
        self.ends_at = show_moment(ends_at)
        super().__init__(
            what="there is nothing to end",
            why=f"this delegation ends at {self.ends_at} already",
            next_step="name an earlier moment with --at, if it is to end sooner",
        )


def deputy_title(desk: Desk, signatory: str) -> str:
    """The official title of a deputy of the agency; raises `NoDeputy`."""
    listed = desk.directory.agencies[desk.me].signatories
    deputies = {one.id: one.title for one in listed if one.capacity == "deputy"}
    if signatory not in deputies:
        raise NoDeputy(desk.me, signatory, ", ".join(deputies))
    return deputies[signatory]


def delegation_to_end(desk: Desk, prefix: str, ends_at: datetime) -> Delegation:
    """An own delegation by the beginning of its id.

    Raises `NoDelegation`, `DelegationOver`, `IdUnknown`, `IdUnclear`.
    """
    wanted = event_id(desk.record, prefix)
    held = next((one for one in held_delegations(desk.record, desk.me) if one.grant.id == wanted), None)
    if held is None:
        raise NoDelegation(
            what=f"{wanted} is no delegation of {desk.me}",
            why="the document with this id lets no deputy of this agency sign",
            next_step="look it up with `phoihop delegate list`",
        )
    if held.ends_at <= ends_at:
        raise DelegationOver(held.ends_at)
    return held
