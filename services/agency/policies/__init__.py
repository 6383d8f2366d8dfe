"""The policies that phoihop brings along, and their choice for an agency.

A policy looks at the roles that its agency holds when it reacts, so one list serves whatever the directory says later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.agency.clock import Clock, system_now
from services.agency.policies.dossier_receipts import DossierReceipts
from services.agency.policies.execution import SuspensionExecution
from services.agency.policies.lookup import LookupAnswers
from services.agency.policies.routing import RoutingProposals
from services.agency.policies.switch import CommandSwitch, RecordOnlySwitch, SuspensionSwitch
from services.agency.reactor import Policy

__all__ = ["PolicySettings", "policies_for"]


@dataclass(frozen=True)
class PolicySettings:
    """What an agency lets its service do by itself.

    `propose_routing`: the focal point's service drafts where a suspicion should go. `switch`: what carries out orders
    to suspend services; None leaves them to people. `answer_lookups`: online look-ups are answered from the record.
    `draft_dossier_receipts`: a dossier whose files are here is drafted as received, for the head to sign.
    """

    propose_routing: bool = True
    switch: SuspensionSwitch | None = None
    answer_lookups: bool = True
    draft_dossier_receipts: bool = True

    @classmethod
    def with_command(cls, program: Sequence[str], timeout_seconds: float = 60.0) -> PolicySettings:
        """Orders are carried out by a program of the enterprise's own."""
        return cls(switch=CommandSwitch(tuple(program), timeout_seconds))

    @classmethod
    def simulated(cls, agency_folder: Path, now: Clock = system_now) -> PolicySettings:
        """For demonstrations: orders are noted in `switch.json` in the agency's folder and count as carried out."""
        return cls(switch=RecordOnlySwitch(agency_folder / "switch.json", now))


def policies_for(settings: PolicySettings) -> tuple[Policy, ...]:
    """The policies of an agency under these settings."""
    chosen: list[Policy] = []
    if settings.propose_routing:
        chosen.append(RoutingProposals())
    if settings.answer_lookups:
        chosen.append(LookupAnswers())
    if settings.draft_dossier_receipts:
        chosen.append(DossierReceipts())
    if settings.switch is not None:
        chosen.append(SuspensionExecution(settings.switch))
    return tuple(chosen)
