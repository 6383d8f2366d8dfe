"""Plays a scenario through running services: each step by its actor's real key and the real decision.

What a step came to is noted in its actor's record, in the commit of the event itself (`ScenarioStep`), so a scenario
that was interrupted goes on with the step that comes next, and none is played twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from events.decision import NotLawful
from events.draft import Draft
from events.errors import PhoihopError
from events.record_entry import RecordEntry
from events.signature import Signer
from events.signed_event import SignedEvent
from services.agency.drafts import sign_draft
from services.agency.issuing import issue
from services.agency.record_transaction import RecordTransaction
from services.agency.service import AgencyService
from services.agency.simulated_clock import SimulatedClock
from services.demo.board import Board
from services.demo.enclosures import lay_ready
from services.demo.handover import hand_over
from services.demo.readiness import LONGEST_WAIT_SECONDS, proposed_draft, refusal_clause, until_held
from services.demo.reporting import report_draft
from services.demo.scenario import Scenario
from services.demo.script import draft_of
from services.demo.step import Step
from services.demo.unjudged import issue_unjudged
from services.demo.watching import Watch
from services.errors import CannotRun

MARK = "ScenarioStep"


class ScenarioBroken(CannotRun):
    """A step did not come out as its scenario says: the rules or the scenario are wrong."""

    def __init__(self, step: Step, why: str) -> None:
        super().__init__(
            what=f"step {step.label} ({step.type} by {step.by}) did not come out as told",
            why=why,
            next_step="correct the scenario file or the rule row that it rests on",
        )
        self.step = step


@dataclass(frozen=True)
class Outcome:
    """What a step came to: its event, or the refusal that its own sender gave (None for one of an earlier run)."""

    step: Step
    event: RecordEntry | None = None
    refusal: NotLawful | None = None


class Player:
    """Plays one scenario in a state folder, its clock set to each step's moment.

    `signer_of` opens an agency's signatory's key.
    """

    def __init__(
        self,
        scenario: Scenario,
        services: Mapping[str, AgencyService],
        watch: Watch,
        board: Board,
        folder: Path,
        clock: SimulatedClock,
        signer_of: Callable[[str, str], Signer],
        told: Callable[[Outcome], None] = lambda _: None,
    ) -> None:
        self._scenario = scenario
        self._services = services
        self._watch = watch
        self._board = board
        self._folder = folder
        self._clock = clock
        self._signer_of = signer_of
        self._told = told
        self.events: dict[str, SignedEvent] = {}
        """The events of the steps played so far, by label."""

    async def play(self) -> int:
        """Play what has not been played yet, and wait until every delivery is receipted; the number of steps played."""
        played = 0
        done = self._done()
        for step in self._scenario.steps:
            mark = done.get(step.label)
            if mark is not None and self._recall(step, mark):
                continue
            await self._play(step)
            played += 1
        await self._watch.until(self._all_settled, "every delivery has its receipt", LONGEST_WAIT_SECONDS)
        return played

    # --- what was played before ---

    def _done(self) -> dict[str, str]:
        """Label → event id (empty where the sender refused) of the steps played before."""
        found = {}
        for agency in self._services:
            for entry in self._watch.local(agency, MARK):
                scenario, _, label = entry.subject.partition("/")
                if scenario == self._scenario.province:
                    found[label] = entry.data.get("event", "")
        return found

    def _recall(self, step: Step, event_id: str) -> bool:
        entry = self._watch.held(step.by, event_id)
        if step.is_event and entry is None:
            return False
        if entry is not None:
            self.events[step.label] = entry.event
        self._told(Outcome(step, entry))
        return True

    # --- one step ---

    async def _play(self, step: Step) -> None:
        service = self._services[step.by]
        self._clock.advance(self._scenario.moments[step.label])
        await until_held(step, self.events, self._watch)
        await service.ready_to_sign()
        match step.does:
            case "succeed":
                self._told(await self._succeeded(step))
                return
            case "report" | "consolidate":
                entry = await self._reported(step, service)
            case "await":
                entry = await self._awaited(step, service)
            case "sign":
                entry = await self._signed_draft(step, service)
            case _ if step.raw:
                entry = await self._raw(step, service)
            case _ if not step.is_event:
                self._told(await self._refused_at_home(step, service))
                return
            case _:
                entry = await self._issued(step, service)
        self.events[step.label] = entry.event
        self._told(Outcome(step, entry))
        if step.raw:
            await self._until_refused(step, entry)

    async def _issued(self, step: Step, service: AgencyService) -> RecordEntry:
        try:
            return await self._sent(step, service, self._draft(step, service))
        except NotLawful as error:
            raise ScenarioBroken(step, f"its sender finds it unlawful: {error}") from error

    async def _sent(self, step: Step, service: AgencyService, draft: Draft) -> RecordEntry:
        signer = self._signer_of(step.by, step.as_)
        return await service.writer.run(
            lambda transaction: self._marked(
                transaction, step, issue(transaction, draft, signer, service.context, service.now())
            )
        )

    async def _reported(self, step: Step, service: AgencyService) -> RecordEntry:
        try:
            draft = await report_draft(step, service, self._watch)
            return await self._sent(step, service, replace(draft, clause=step.clause or draft.clause))
        except PhoihopError as error:
            raise ScenarioBroken(step, str(error)) from error

    async def _succeeded(self, step: Step) -> Outcome:
        # What is under way to the old agency arrives while it may still sign for it.
        await self._watch.until(self._all_settled, "every delivery has its receipt", LONGEST_WAIT_SECONDS)
        try:
            await hand_over(self._folder, step, self._services, self._watch)
        except PhoihopError as error:
            raise ScenarioBroken(step, str(error)) from error
        service = self._services[step.to[0]]
        await service.writer.run(
            lambda transaction: transaction.append_local(MARK, self._subject(step), {}, service.now())
        )
        return Outcome(step)

    async def _refused_at_home(self, step: Step, service: AgencyService) -> Outcome:
        signer = self._signer_of(step.by, step.as_)
        draft = self._draft(step, service)

        def command(transaction: RecordTransaction) -> Outcome:
            # Outside any commit of an event: the decision is asked for, and its refusal is what is noted.
            try:
                issue(transaction, draft, signer, service.context, service.now())
            except NotLawful as refusal:
                if refusal.clause != step.refused_clause:
                    raise ScenarioBroken(step, f"it is refused otherwise, under {refusal}") from refusal
                transaction.append_local(MARK, self._subject(step), {"clause": refusal.clause or ""}, service.now())
                return Outcome(step, refusal=refusal)
            raise ScenarioBroken(step, "its sender finds it lawful")

        return await service.writer.run_alone(command)

    async def _raw(self, step: Step, service: AgencyService) -> RecordEntry:
        signer = self._signer_of(step.by, step.as_)
        draft = self._draft(step, service)
        return await service.writer.run(
            lambda transaction: self._marked(
                transaction, step, issue_unjudged(transaction, draft, signer, service.context, service.now())
            )
        )

    async def _until_refused(self, step: Step, sent: RecordEntry) -> None:
        event_id = sent.event.envelope.id
        for recipient in sent.event.envelope.agencies:

            def answered(recipient: str = recipient) -> bool:
                entry = self._watch.held(recipient, event_id)
                return entry is not None and refusal_clause(step.by, recipient, event_id, self._watch) is not None

            what = f"{recipient} has refused the event of step {step.label} and said so"
            await self._watch.until(answered, what, LONGEST_WAIT_SECONDS)
            clause = refusal_clause(step.by, recipient, event_id, self._watch)
            if clause != step.refused_clause:
                raise ScenarioBroken(step, f"{recipient} refuses it under {clause}, not {step.refused_clause}")

    async def _signed_draft(self, step: Step, service: AgencyService) -> RecordEntry:
        signer = self._signer_of(step.by, step.as_)
        cause = self.events[step.cause or ""].envelope.id
        await self._watch.until(
            lambda: proposed_draft(step, cause, self._watch) is not None,
            f"{step.by} has a draft {step.type}",
            LONGEST_WAIT_SECONDS,
        )
        draft_id = proposed_draft(step, cause, self._watch) or ""
        try:
            return await service.writer.run(
                lambda transaction: self._marked(
                    transaction, step, sign_draft(transaction, draft_id, signer, service.context, service.now())
                )
            )
        except NotLawful as error:
            raise ScenarioBroken(step, f"the draft that the policy laid is not lawful: {error}") from error

    async def _awaited(self, step: Step, service: AgencyService) -> RecordEntry:
        cause = self.events[step.cause or ""].envelope.id

        def found() -> RecordEntry | None:
            sent = self._watch.sent(step.by, step.type)
            return next((entry for entry in sent if entry.event.envelope.cause == cause), None)

        await self._watch.until(lambda: found() is not None, f"{step.by} has sent {step.type}", LONGEST_WAIT_SECONDS)
        entry = found()
        if entry is None:
            raise ScenarioBroken(step, "its event is gone again")
        await service.writer.run(lambda transaction: self._marked(transaction, step, entry))
        return entry

    def _draft(self, step: Step, service: AgencyService) -> Draft:
        try:
            draft = draft_of(step, self.events, service.now())
            lay_ready(draft.content, service.attachments.store)
        except PhoihopError as error:
            raise ScenarioBroken(step, str(error)) from error
        return draft

    def _marked(self, transaction: RecordTransaction, step: Step, entry: RecordEntry) -> RecordEntry:
        about = {"event": entry.event.envelope.id}
        transaction.append_local(MARK, self._subject(step), about, entry.recorded_at)
        return entry

    def _subject(self, step: Step) -> str:
        return f"{self._scenario.province}/{step.label}"

    # --- afterwards ---

    def _all_settled(self) -> bool:
        return self._board.settled(event.envelope.id for event in self.events.values())

    def unexpected_refusals(self) -> tuple[str, ...]:
        """Events that a recipient refused though the scenario tells them as lawful, in sentences."""
        found = []
        for step in self._scenario.steps:
            event = self.events.get(step.label)
            if event is None or step.raw:
                continue
            for recipient in event.envelope.agencies:
                entry = self._watch.held(recipient, event.envelope.id)
                if entry is not None and entry.refusal is not None:
                    found.append(f"{recipient} refused step {step.label}: {entry.refusal.explanation}")
        return tuple(found)
