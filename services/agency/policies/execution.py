"""An enterprise's service carries out orders to suspend, through a switch, and reports with its own key.

LC-10.3, whose rows accept the service's signature on `SuspensionExecuted` and `SuspensionImpossible`. When the order is
lifted the switch is told, and nothing is sent: no clause asks for a report. Orders do not wait for one another; what
concerns one order is done in its order, so that nothing is stopped after it was restored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from events.draft import Draft
from events.facts import Facts
from events.known_event import KnownEvent
from events.types.suspension import (
    ImpossibleReason,
    SuspensionExecuted,
    SuspensionImpossible,
    SuspensionLifted,
    SuspensionOrdered,
)
from events.values.service import ServiceTarget
from services.agency.policies.switch import Done, SuspensionSwitch, SwitchTask
from services.agency.reactor import CallHook, SendByService, Wish

ENTERPRISE = "enterprise"


@dataclass(frozen=True)
class _Reply:
    """Where the answer to an order goes, and on what it rests."""

    me: str
    recipients: tuple[str, ...]
    basis: str | None


class SuspensionExecution:
    """Has orders carried out by `switch` and answers them."""

    name = "suspension-execution"
    event_types = frozenset({SuspensionOrdered.__name__, SuspensionLifted.__name__})
    own_event_types: frozenset[str] = frozenset()

    def __init__(self, switch: SuspensionSwitch) -> None:
        self._switch = switch

    def react(self, event: KnownEvent, facts: Facts) -> Sequence[Wish]:
        """A task for the switch where the event orders this enterprise to act, or lifts such an order."""
        if ENTERPRISE not in facts.directory.roles_of(facts.me, facts.now):
            return ()
        match event.content:
            case SuspensionOrdered() as order:
                targets = _own_targets(order.targets, facts.me)
                reply = _reply_to(event, facts)
                if not targets:
                    return (SendByService(_not_ours(event, reply)),)
                task = SwitchTask("suspend", event.id, facts.me, event.envelope, order, targets)
                return (CallHook(event, partial(self._suspend, task, order, reply), turn=task.order),)
            case SuspensionLifted() as lifted:
                task = SwitchTask("restore", lifted.suspension, facts.me, event.envelope, lifted, ())
                return (CallHook(event, partial(self._restore, task), turn=task.order),)
            case _:
                return ()

    async def _suspend(self, task: SwitchTask, order: SuspensionOrdered, reply: _Reply, event: KnownEvent) -> Draft:
        answer = await self._switch(task)
        if isinstance(answer, Done):
            executed = SuspensionExecuted(
                subject=f"Đã thực hiện: {order.subject}"[:500],
                order=event.id,
                executed_at=answer.at,
                targets=task.targets,
                measure=order.measure,
                scope=order.scope,
            )
            return _draft(executed, event, reply)
        impossible = SuspensionImpossible(
            subject=f"Không thực hiện được: {order.subject}"[:500],
            order=event.id,
            reason=answer.reason,
            explanation=answer.explanation,
        )
        return _draft(impossible, event, reply)

    async def _restore(self, task: SwitchTask, _event: KnownEvent) -> None:
        await self._switch(task)


def _own_targets(targets: tuple[ServiceTarget, ...], me: str) -> tuple[ServiceTarget, ...]:
    """The targets that are ours, or that name nobody as provider."""
    return tuple(target for target in targets if target.service.provider in {None, me})


def _reply_to(event: KnownEvent, facts: Facts) -> _Reply:
    envelope, case = event.envelope, facts.case
    recipients = {envelope.sender}
    if case is not None and case.lead is not None and case.lead in envelope.agencies and case.lead != facts.me:
        recipients.add(case.lead)
    basis = case.basis_of(facts.me, recipients) if case is not None else None
    return _Reply(facts.me, tuple(sorted(recipients)), basis)


def _not_ours(event: KnownEvent, reply: _Reply) -> Draft:
    content = SuspensionImpossible(
        subject="Không thực hiện được: dịch vụ không phải của doanh nghiệp",
        order=event.id,
        reason=ImpossibleReason.NOT_OUR_SERVICE,
        explanation="Không dịch vụ nào nêu trong văn bản yêu cầu do doanh nghiệp này cung cấp.",
    )
    return _draft(content, event, reply)


def _draft(content: SuspensionExecuted | SuspensionImpossible, event: KnownEvent, reply: _Reply) -> Draft:
    return Draft(content, reply.recipients, case=event.envelope.case, cause=event.id, basis=reply.basis)
