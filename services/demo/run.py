"""`phoihop demo`: set a province up, play a quarter of it on a simulated clock, show it, verify it, stay up.

    verdict = asyncio.run(run_demo(folder, "lao-cai", console=Console(), once=True))

Cancelling the coroutine (Ctrl-C) stops broker and agencies in order.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import structlog
from rich.console import Console

from events.instants import vietnam_date
from services.agency.simulated_clock import SimulatedClock
from services.demo.board import Board
from services.demo.evidence import hand_out_evidence
from services.demo.pages import Serve, ServedPages, serve_pages
from services.demo.people import PEOPLE
from services.demo.player import Outcome, Player, ScenarioBroken
from services.demo.scenario import Scenario, load_scenario
from services.demo.screen import Screen
from services.demo.town import LOGGED_WITHIN_SECONDS, Town, running_town, set_up_town
from services.demo.verification import verify_in_other_process
from services.demo.watching import ConditionUnmet, Watch
from services.demo.words import Words, words
from services.errors import CannotRun
from services.identity.directory_folder import DirectoryFolder
from services.provinces import load_province
from services.texts import Texts
from services.verify.verdict import NetworkVerdict

_log = structlog.get_logger(__name__)
_LOOK_SECONDS = 5.0


class DemoUnsound(CannotRun):
    """A recipient refused what the scenario tells as lawful."""


async def run_demo(
    folder: Path,
    province: str,
    *,
    console: Console | None = None,
    once: bool = False,
    lang: str = "vi",
    serve: Serve | None = None,
) -> NetworkVerdict | None:
    """Play a province's quarter in a state folder, whose network is made if there is none.

    With `once`, or where `console` is no terminal (or None: nothing is shown), everything is stopped after the play and
    verified by a process of its own, whose verdict is returned; its `seconds` are those of the whole run. The first
    case is then exported as an evidence package, and verified likewise. On a
    terminal the network otherwise stays up until the coroutine is cancelled, and `serve` serves its pages.

    Raises `ScenarioUnknown`, `FolderOfAnother`, `ScenarioBroken`, `ConditionUnmet`, `DemoUnsound`,
    `VerificationFailed`, `EvidenceUnsound`, and what setting up and starting raise.
    """
    began = time.monotonic()
    scenario = load_scenario(province)
    in_words = words(lang)
    screen = Screen(console or Console(quiet=True), in_words)
    staying = console is not None and console.is_terminal and not once
    resuming = bool(DirectoryFolder.of(folder).newest_version())
    await _set_up(folder, scenario, screen, in_words)
    await _live(folder, scenario, screen, in_words, serve if staying else None, resuming=resuming, staying=staying)
    screen.say(in_words.verifying)
    verdict = replace(await verify_in_other_process(folder), seconds=time.monotonic() - began)
    screen.verdict(verdict)
    screen.say(in_words.handing_out)
    handed = await hand_out_evidence(folder)
    screen.say(in_words.evidence.format(file=handed.file, documents=handed.documents, deliveries=handed.deliveries))
    screen.command(in_words.evidence_how.format(file=handed.file, root=handed.root))
    return verdict


async def _set_up(folder: Path, scenario: Scenario, screen: Screen, in_words: Words) -> None:
    province = scenario.province
    total = len(load_province(province).agencies)
    with screen.progress(in_words.setting_up, total) as bar:
        await asyncio.to_thread(
            set_up_town,
            folder,
            province,
            scenario.begins,
            lambda _agency, done, _of: bar.update(bar.task_ids[0], completed=done),
        )


async def _live(
    folder: Path,
    scenario: Scenario,
    screen: Screen,
    in_words: Words,
    serve: Serve | None,
    *,
    resuming: bool,
    staying: bool,
) -> None:
    board = Board()
    watch = Watch(board.take)
    directory = DirectoryFolder.of(folder).load()
    clock = SimulatedClock(folder, scenario.begins)
    async with AsyncExitStack() as stack:
        clock.run()
        stack.callback(clock.stop)
        with screen.progress(in_words.starting, len(directory.agencies)) as bar:
            network = running_town(folder, directory, watch, clock.now, lambda _agency: bar.advance(bar.task_ids[0]))
            town = await stack.enter_async_context(network)
        stack.callback(screen.say, in_words.stopping)
        if resuming:
            screen.say(in_words.resumed.format(folder=folder))
        pages = "" if serve is None else _told(in_words, folder, await serve_pages(town, serve, stack))
        if pages:
            screen.say(pages)
        await _play(town, clock, scenario, screen, in_words, board, watch)
        if staying:
            screen.say(in_words.up.format(agencies=len(town.services), folder=folder))
            if pages:
                screen.say(pages)
            await _stay(town, clock)


def _told(in_words: Words, folder: Path, pages: ServedPages) -> str:
    """Where the pages are, and how to log in."""
    roles = Texts(in_words.lang)
    names = ", ".join(f"{person.name} ({roles.word('account_role', person.role)})" for person in PEOPLE)
    return in_words.pages.format(url=pages.url, names=names, password=pages.password, folder=folder)


async def _play(
    town: Town,
    clock: SimulatedClock,
    scenario: Scenario,
    screen: Screen,
    in_words: Words,
    board: Board,
    watch: Watch,
) -> None:
    def told(outcome: Outcome) -> None:
        if (chapter := scenario.opened_by(outcome.step)) is not None:
            screen.chapter(chapter.title(in_words.lang))
        if (sent := outcome.event) is None:
            screen.told(outcome, None)
            return
        # The sender's views may not have moved on to it yet.
        board.take(outcome.step.by, [sent])
        screen.told(outcome, board.lines[sent.event.envelope.id])

    screen.say(in_words.playing.format(begins=vietnam_date(scenario.begins).strftime("%d/%m/%Y")))
    player = Player(scenario, town.services, watch, board, town.folder, clock, town.signer_of, told)
    with screen.playing(), watch.listening(screen.moved):
        await player.play()
    await _witnessed(town)
    if refused := player.unexpected_refusals():
        raise DemoUnsound(
            what="the scenario is not lawful", why="; ".join(refused), next_step="correct the scenario or the rule rows"
        )


async def _witnessed(town: Town) -> None:
    """Wait until all that was said stands in the log, under a checkpoint that enough agencies have cosigned."""
    try:
        async with asyncio.timeout(LOGGED_WITHIN_SECONDS):
            await town.auditor.settled()
    except TimeoutError:
        raise ConditionUnmet("all that was said stands under a witnessed checkpoint", LOGGED_WITHIN_SECONDS) from None


async def _stay(town: Town, clock: SimulatedClock) -> None:
    """Until cancelled: keep the clock's file current, and say what stops working, once each time it changes."""
    known: dict[str, str] = {}
    while True:
        if (failing := town.failing) != known:
            known = failing
            _log.error("a part of the demonstration does not work", parts=known)
        clock.run()
        await asyncio.sleep(_LOOK_SECONDS)


__all__ = ["DemoUnsound", "ScenarioBroken", "run_demo"]
