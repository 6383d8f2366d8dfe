"""An enterprise's answer to an order: executed or impossible, lawful over the service's key, done once."""

from __future__ import annotations

import json
import stat
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from events.decision import decide
from events.draft import Draft
from events.facts import Facts
from events.known_event import KnownEvent
from events.types.suspension import ImpossibleReason, SuspensionExecuted, SuspensionImpossible
from events.values.service import Service, ServiceKind, ServiceTarget
from services.agency.policies import PolicySettings, policies_for
from services.agency.policies.execution import SuspensionExecution
from services.agency.policies.switch import (
    CommandSwitch,
    Done,
    Impossible,
    RecordOnlySwitch,
    SwitchAnswer,
    SwitchTask,
    SwitchUnavailable,
)
from services.agency.reactor import CallHook, SendByService
from tests.scenarios.story import Story

AT = datetime(2012, 3, 5, 4, 0, tzinfo=UTC)


@dataclass
class Switch:
    """Answers as told, and remembers what it was asked."""

    answer: SwitchAnswer = field(default_factory=lambda: Done(AT))
    asked: list[SwitchTask] = field(default_factory=list)

    async def __call__(self, task: SwitchTask) -> SwitchAnswer:
        self.asked.append(task)
        return self.answer


def trunk(provider: str | None = "vnpt") -> ServiceTarget:
    return ServiceTarget(service=Service(kind=ServiceKind.SIP_TRUNK, provider=provider))


def ordered(story: Story, *targets: ServiceTarget) -> tuple[str, KnownEvent]:
    case, opening = story.opened()
    event = story.given(
        "police", "SuspensionOrdered", "vnpt", "LC-10.3", case=case, basis=opening, targets=targets or (trunk(),)
    )
    return case, event


def facts_of(story: Story, me: str, case: str, event: KnownEvent) -> Facts:
    state = story.cases.get((me, case))
    basis = story.held[me].get(state.basis_of(me) or "") if state else None
    return Facts(me, story.clock, story.directory, story.rules, state, basis=basis, cause=event)


async def answer_to(story: Story, switch: Switch, case: str, event: KnownEvent) -> Draft:
    (wish,) = SuspensionExecution(switch).react(event, facts_of(story, "vnpt", case, event))
    if isinstance(wish, SendByService):
        return wish.draft
    assert isinstance(wish, CallHook)
    draft = await wish.hook(event)
    assert draft is not None
    return draft


@pytest.mark.clause("LC-10.3")
async def test_an_order_carried_out_is_reported_to_who_ordered_it_over_the_services_key() -> None:
    story, switch = Story("lao-cai-29-2008"), Switch()
    case, event = ordered(story)
    draft = await answer_to(story, switch, case, event)
    assert isinstance(draft.content, SuspensionExecuted)
    assert (draft.recipients, draft.cause, draft.case) == (("police",), event.id, case)
    assert draft.content.executed_at == AT
    assert draft.content.order == event.id
    assert decide(draft, "service", facts_of(story, "vnpt", case, event)).clause == "LC-10.3"
    assert [task.action for task in switch.asked] == ["suspend"]


@pytest.mark.clause("LC-10.3")
async def test_an_order_that_cannot_be_carried_out_is_answered_with_the_reason() -> None:
    story = Story("lao-cai-29-2008")
    switch = Switch(Impossible(ImpossibleReason.UNKNOWN_SUBSCRIBER, "Không có thuê bao này."))
    case, event = ordered(story)
    draft = await answer_to(story, switch, case, event)
    assert isinstance(draft.content, SuspensionImpossible)
    assert draft.content.reason is ImpossibleReason.UNKNOWN_SUBSCRIBER
    assert decide(draft, "service", facts_of(story, "vnpt", case, event)).clause == "LC-10.3"


async def test_only_own_services_are_switched() -> None:
    story, switch = Story("lao-cai-29-2008"), Switch()
    case, opening = story.opened(others="dic viettel vnpt")
    targets = (trunk(), trunk("viettel"), trunk(None))
    event = story.given(
        "police", "SuspensionOrdered", "vnpt viettel", "LC-10.3", case=case, basis=opening, targets=targets
    )
    draft = await answer_to(story, switch, case, event)
    assert isinstance(draft.content, SuspensionExecuted)
    assert draft.content.targets == switch.asked[0].targets == (targets[0], targets[2])


async def test_an_order_that_names_none_of_our_services_is_impossible_and_switches_nothing() -> None:
    story, switch = Story("lao-cai-29-2008"), Switch()
    case, opening = story.opened(others="dic viettel vnpt")
    event = story.given(
        "police", "SuspensionOrdered", "vnpt viettel", "LC-10.3", case=case, basis=opening, targets=(trunk("viettel"),)
    )
    draft = await answer_to(story, switch, case, event)
    assert isinstance(draft.content, SuspensionImpossible)
    assert draft.content.reason is ImpossibleReason.NOT_OUR_SERVICE
    assert switch.asked == []
    assert decide(draft, "service", facts_of(story, "vnpt", case, event)).clause == "LC-10.3"


async def test_a_lifted_order_restores_and_sends_nothing() -> None:
    story, switch = Story("lao-cai-29-2008"), Switch()
    case, event = ordered(story)
    lifted = story.given("police", "SuspensionLifted", "vnpt", "LC-10.3", case=case, cause=event, suspension=event.id)
    (wish,) = SuspensionExecution(switch).react(lifted, facts_of(story, "vnpt", case, lifted))
    assert isinstance(wish, CallHook)
    assert await wish.hook(lifted) is None
    assert [(task.action, task.order) for task in switch.asked] == [("restore", event.id)]


async def test_whoever_is_no_enterprise_switches_nothing() -> None:
    story = Story("lao-cai-29-2008")
    case, event = ordered(story)
    assert SuspensionExecution(Switch()).react(event, facts_of(story, "police", case, event)) == ()


def test_without_a_switch_orders_are_left_to_people(tmp_path: Path) -> None:
    by_itself = ["routing-proposal", "lookup-answers", "dossier-receipts"]
    assert [policy.name for policy in policies_for(PolicySettings())] == by_itself
    simulated = policies_for(PolicySettings.simulated(tmp_path))
    assert [policy.name for policy in simulated] == [*by_itself, "suspension-execution"]
    assert policies_for(PolicySettings(False, None, False, False)) == ()


# --- switches ---


def task() -> SwitchTask:
    story = Story("lao-cai-29-2008")
    _, event = ordered(story)
    return SwitchTask("suspend", event.id, "vnpt", event.envelope, event.content, (trunk(),))  # type: ignore[arg-type]


async def test_the_simulated_switch_notes_a_task_once_and_answers_the_same_again(tmp_path: Path) -> None:
    file, what = tmp_path / "switch.json", task()
    first = await RecordOnlySwitch(file)(what)
    again = await RecordOnlySwitch(file)(what)
    assert first == again
    (line,) = json.loads(file.read_text("utf-8"))
    assert (line["action"], line["order"]) == ("suspend", what.order)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def program(tmp_path: Path, body: str) -> CommandSwitch:
    script = tmp_path / "switch.py"
    script.write_text(f"import json, sys\ntask = json.load(sys.stdin)\n{body}\n", "utf-8")
    return CommandSwitch((sys.executable, str(script)), timeout_seconds=20)


async def test_a_program_gets_the_order_as_json_and_carries_it_out(tmp_path: Path) -> None:
    seen = tmp_path / "seen.json"
    switch = program(tmp_path, f"json.dump(task, open({str(seen)!r}, 'w'))")
    what = task()
    assert isinstance(await switch(what), Done)
    told = json.loads(seen.read_text("utf-8"))
    assert (told["action"], told["order"], told["sender"], told["agency"]) == ("suspend", what.order, "police", "vnpt")
    assert told["targets"] == [{"service": {"kind": "sip_trunk", "provider": "vnpt"}}]
    assert told["content"]["measure"] == "pause"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "print(json.dumps({'reason': 'already_stopped', 'explanation': 'Đã cắt hôm qua'})); sys.exit(1)",
            Impossible(ImpossibleReason.ALREADY_STOPPED, "Đã cắt hôm qua"),
        ),
        ("print('no route'); sys.exit(1)", Impossible(ImpossibleReason.TECHNICALLY_IMPOSSIBLE, "no route")),
        (
            "print(json.dumps({'reason': 'made up', 'explanation': 'x'})); sys.exit(1)",
            Impossible(ImpossibleReason.TECHNICALLY_IMPOSSIBLE, "x"),
        ),
        (
            "sys.exit(1)",
            Impossible(ImpossibleReason.TECHNICALLY_IMPOSSIBLE, ImpossibleReason.TECHNICALLY_IMPOSSIBLE.vi),
        ),
    ],
)
async def test_a_program_says_why_it_cannot(tmp_path: Path, body: str, expected: Impossible) -> None:
    assert await program(tmp_path, body)(task()) == expected


async def test_a_program_that_fails_has_given_no_answer(tmp_path: Path) -> None:
    with pytest.raises(SwitchUnavailable, match="code 3"):
        await program(tmp_path, "sys.exit(3)")(task())
    with pytest.raises(SwitchUnavailable, match="cannot be run"):
        await CommandSwitch((str(tmp_path / "nothing"),))(task())


async def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    hanging = program(tmp_path, f"import os, signal; open({str(pid)!r}, 'w').write(str(os.getpid())); signal.pause()")
    with pytest.raises(SwitchUnavailable, match="no answer"):
        await CommandSwitch(hanging._program, timeout_seconds=2)(task())
    assert not psutil.pid_exists(int(pid.read_text("utf-8")))
